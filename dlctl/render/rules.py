"""Check a prototype's rules: expressions over several parameters."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from msgspec.structs import replace

from dlctl.errors import ParamError
from dlctl.params.described_type import shorten
from dlctl.params.model import Param, ParamSet
from dlctl.params.schema import broken_schemas
from dlctl.registry.prototypes.model import ROLES, CombinedSchema, Prototype, Rule
from dlctl.registry.prototypes.roles import stated_roles
from dlctl.render.plain.condition import MakeEngine, is_true
from dlctl.text import HIDDEN

NO_VALUES: Mapping[str, Any] = MappingProxyType({})


def broken_rules(
    engine: MakeEngine, prototype: Prototype, params: ParamSet, scope: Mapping[str, Any], subject: str
) -> Iterator[ParamError]:
    """One ParamError for each rule or `allOf` schema that the values break, with each value's origin.

    Raises RenderError if a rule cannot be evaluated, RegistryError for an invalid schema.
    """
    unread = {name for name, param in params.params.items() if param.referred}
    checked = [rule for rule in prototype.rules if not unread.intersection(rule.params)]  # the others: later
    for rule in checked:
        if _is_broken(engine, rule, scope):
            yield _broken(rule, params, subject)
    for role, own in stated_roles(params.values).items():
        of_role = {**scope, "params": scope[ROLES][role]}
        unread_here = {name for name in own if ROLES in unread and params.params[name].spec.secret}
        for rule in checked:
            if (
                unread_here.isdisjoint(rule.params)
                and own.keys() & set(rule.params)
                and _is_broken(engine, rule, of_role)
            ):
                yield _broken(rule, params, subject, role, own)
    for schema in broken_schemas(prototype, params):
        if not unread.intersection(schema.params):
            yield _broken(schema, params, subject)


def _is_broken(engine: MakeEngine, rule: Rule, scope: Mapping[str, Any]) -> bool:
    return is_true(engine, rule.when, scope, rule.location) and not is_true(
        engine, rule.require, scope, rule.location
    )


def _broken(
    rule: Rule | CombinedSchema,
    params: ParamSet,
    subject: str,
    role: str = "",
    own: Mapping[str, Any] = NO_VALUES,
) -> ParamError:
    """The error; the values `own` of a role stand in the parameter `roles`."""
    named = [_of_role(params, name, own) for name in rule.params]
    stated = [param.origin.location for param in named if param.origin.location != param.spec.location]
    first = next((location for location in stated if location), None)
    return ParamError(
        f"{rule.message}{f' (role {role})' if role else ''} ({subject})",
        location=first,
        hint="; ".join(_shown(param) for param in named) or None,
    )


def _of_role(params: ParamSet, name: str, own: Mapping[str, Any]) -> Param:
    found = params.params[name]
    return replace(found, value=own[name], origin=params.params[ROLES].origin) if name in own else found


def _shown(param: Param) -> str:
    if param.value is None and param.origin.location == param.spec.location:
        return f"{param.spec.name} is not set"
    value = HIDDEN if param.spec.secret else shorten(_text(param.value), 60)
    return f"{param.spec.name} = {value}, from {param.origin}"


def _text(value: Any) -> str:
    """A value as users write it: texts without quotes, anything else as JSON."""
    import json

    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
