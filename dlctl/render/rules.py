"""A prototype's rules: several values together, as expressions over what templates see."""

from collections.abc import Iterator, Mapping
from typing import Any

from dlctl.errors import ParamError
from dlctl.params.model import ParamSet
from dlctl.params.schema import HIDDEN, shorten
from dlctl.registry.model import Prototype, Rule
from dlctl.render.engine.engine import Engine


def broken_rules(
    engine: Engine, prototype: Prototype, params: ParamSet, scope: Mapping[str, Any], subject: str
) -> Iterator[ParamError]:
    """One ParamError for each rule that the values break, with the origin of each value that it names.

    Raises RenderError where a rule itself cannot be evaluated.
    """
    for rule in prototype.rules:
        if engine.evaluate(rule.when, scope, location=rule.location) and not engine.evaluate(
            rule.require, scope, location=rule.location
        ):
            yield _broken(rule, params, subject)


def _broken(rule: Rule, params: ParamSet, subject: str) -> ParamError:
    named = [params.params[name] for name in rule.params]
    first = next((param.origin.location for param in named if param.origin.location), None)
    values = [
        f"{param.spec.name} = {HIDDEN if param.spec.secret else shorten(str(param.value), 60)}, from {param.origin}"
        for param in named
    ]
    return ParamError(
        f"{rule.message} ({subject})",
        location=first,
        hint="; ".join(values) or None,
    )
