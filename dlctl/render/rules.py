"""Check a prototype's rules: expressions over several parameters."""

from collections.abc import Iterator, Mapping
from typing import Any

from dlctl.errors import ParamError
from dlctl.params.model import Param, ParamSet
from dlctl.params.schema import broken_schemas, shorten
from dlctl.registry.prototypes.model import CombinedSchema, Prototype, Rule
from dlctl.render.plain.condition import MakeEngine, is_true
from dlctl.text import HIDDEN


def broken_rules(
    engine: MakeEngine, prototype: Prototype, params: ParamSet, scope: Mapping[str, Any], subject: str
) -> Iterator[ParamError]:
    """One ParamError for each rule or `allOf` schema that the values break, with each value's origin.

    Raises RenderError if a rule cannot be evaluated, RegistryError for an invalid schema.
    """
    unread = {name for name, param in params.params.items() if param.referred}
    for rule in prototype.rules:
        if unread.intersection(rule.params):
            continue  # the secret is read when a plan is made
        if is_true(engine, rule.when, scope, rule.location) and not is_true(
            engine, rule.require, scope, rule.location
        ):
            yield _broken(rule, params, subject)
    for schema in broken_schemas(prototype, params):
        if not unread.intersection(schema.params):
            yield _broken(schema, params, subject)


def _broken(rule: Rule | CombinedSchema, params: ParamSet, subject: str) -> ParamError:
    named = [params.params[name] for name in rule.params]
    stated = [param.origin.location for param in named if param.origin.location != param.spec.location]
    first = next((location for location in stated if location), None)
    return ParamError(
        f"{rule.message} ({subject})",
        location=first,
        hint="; ".join(_shown(param) for param in named) or None,
    )


def _shown(param: Param) -> str:
    if param.value is None and param.origin.location == param.spec.location:
        return f"{param.spec.name} is not set"
    value = HIDDEN if param.spec.secret else shorten(str(param.value), 60)
    return f"{param.spec.name} = {value}, from {param.origin}"
