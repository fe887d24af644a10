"""The cluster requirements of rendered components, by their parameters."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from dlctl.manifest import ApiKey
from dlctl.pattern import pattern
from dlctl.registry.prototypes.model import Alternative, ParamSpec, Requirement
from dlctl.render.rendering import RenderedComponent, Rendering

_PARAM = pattern(r"\bparams\.([a-z][a-z0-9_]*)")
"""A parameter in a condition."""


def required_kinds(rendering: Rendering) -> Iterator[tuple[RenderedComponent, Requirement]]:
    """Each required kind that applies, with the component that requires it. Raises RenderError."""
    for part in rendering.components:
        yield from ((part, entry) for entry in part.required() if entry.kind)


def required_of_nodes(rendering: Rendering) -> Iterator[tuple[RenderedComponent, Requirement]]:
    """Each required resource and node label that applies, with the component that requires it.

    Raises RenderError.
    """
    for part in rendering.components:
        yield from ((part, entry) for entry in part.required() if entry.resource or entry.node_labels)


def alternatives(rendering: Rendering, part: RenderedComponent, entry: Requirement) -> Iterator[Alternative]:
    """Other values of one parameter with which a component would not need a kind.

    Only parameters of its `when` are tried, with the values that their schemas list.
    """
    names = dict.fromkeys(_PARAM.findall(entry.when))
    if not names:
        return
    from dlctl.render.applicable import applicable
    from dlctl.render.engine.engine import Engine  # imports Jinja2
    from dlctl.render.variables import template_variables

    engine = Engine()

    def kinds(values: Mapping[str, Any]) -> set[str]:
        scope = template_variables(rendering.target, part.component, part.prototype, part.params, values)
        return {each.kind for each in applicable(engine, part.prototype, scope) if each.kind}

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
