"""The cluster requirements of rendered components, by their parameters."""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from dlctl.manifest import ApiKey
from dlctl.registry.prototypes.model import Alternative, ParamSpec, Requirement
from dlctl.render.target import RenderedComponent, Rendering, template_variables

_PARAM = re.compile(r"\bparams\.([a-z][a-z0-9_]*)")
"""A parameter in a condition."""


def required_kinds(rendering: Rendering) -> Iterator[tuple[RenderedComponent, Requirement]]:
    """Each required kind whose `when` is true, with the component that requires it.

    Raises RenderError, with its location, if a `when` cannot be evaluated.
    """
    yield from _required(rendering, lambda entry: bool(entry.kind))


def required_of_nodes(rendering: Rendering) -> Iterator[tuple[RenderedComponent, Requirement]]:
    """Each required resource and node label whose `when` is true, with the component that requires it.

    Raises RenderError, with its location, if a `when` cannot be evaluated.
    """
    yield from _required(rendering, lambda entry: bool(entry.resource or entry.node_labels))


def alternatives(rendering: Rendering, part: RenderedComponent, entry: Requirement) -> Iterator[Alternative]:
    """Other values of one parameter with which a component would not need a kind.

    Only parameters of its `when` are tried, with the values that their schemas list.
    """
    from dlctl.render.engine.engine import Engine  # imports Jinja2

    names = dict.fromkeys(_PARAM.findall(entry.when))
    if not names:
        return
    engine = Engine()
    scope = template_variables(rendering.target, part.component, part.params)

    def kinds(params: Mapping[str, Any]) -> set[str]:
        tried = {**scope, "params": params}
        return {
            each.kind
            for each in part.prototype.requires
            if each.kind
            and (each.when == "true" or engine.evaluate(each.when, tried, location=each.location))
        }

    now = kinds(part.params.values)
    for name in names:
        for value in _values(part.prototype.spec(name)):
            instead = kinds({**part.params.values, name: value})
            if entry.kind not in instead:
                added = tuple(_api_key(kind) for kind in sorted(instead - now))
                yield Alternative(name, value if isinstance(value, str) else json.dumps(value), added)


def _values(spec: ParamSpec | None) -> Sequence[Any]:
    """The values that a parameter's schema lists."""
    if spec is None or spec.secret:
        return ()
    return (True, False) if spec.types == ("boolean",) else tuple(spec.schema.get("enum", ()))


def _api_key(kind: str) -> ApiKey:
    """`GROUP/VERSION/KIND` as apiVersion and kind."""
    api_version, _, name = kind.rpartition("/")
    return api_version, name


def _required(
    rendering: Rendering, wanted: Callable[[Requirement], bool]
) -> Iterator[tuple[RenderedComponent, Requirement]]:
    from dlctl.render.engine.engine import Engine  # imports Jinja2

    engine = Engine()
    for part in rendering.components:
        asked = [entry for entry in part.prototype.requires if wanted(entry)]
        scope = template_variables(rendering.target, part.component, part.params) if asked else {}
        for entry in asked:
            if entry.when == "true" or engine.evaluate(entry.when, scope, location=entry.location):
                yield part, entry
