"""Roles: the kinds of pods of a prototype. Each may have own values of the parameters that concern a pod."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from dlctl.app import prototype_keys
from dlctl.app.reader import Reader
from dlctl.errors import RegistryError
from dlctl.registry.prototypes.model import ROLES, ParamSpec, Prototype, Role
from dlctl.suggest import did_you_mean

Params = Mapping[str, Any]
"""The values of parameters by name."""
PER_ROLE = "x-per-role"
"""The keyword in a parameter's schema: roles may have own values of it."""

ANY = "*"
"""The role that stands for those of any name, which users choose."""

_NAMED = "#/$defs/"
_NOT_NESTED = ("default", "x-aliases", "$defs", PER_ROLE)


def read_roles(reader: Reader, params: Mapping[str, ParamSpec]) -> Mapping[str, Role]:
    """The entries of `roles`. Raises RegistryError for one that names an unknown parameter."""
    return dict(_roles(reader, params))


def _roles(reader: Reader, params: Mapping[str, ParamSpec]) -> Iterator[tuple[str, Role]]:
    from dlctl.registry.prototypes.param_names import check_param_name

    for name in reader.block(ROLES).values:
        if name != ANY:
            check_param_name(name, reader.document.key_location((*reader.path, ROLES, name)))
        entry = Reader(reader.document, (*reader.path, ROLES, name))
        entry.only(*prototype_keys.ROLE)
        own, unless = entry.texts("own"), entry.text("unless")
        for param in (*own, *([unless] if unless else [])):
            if param not in params:
                raise RegistryError(
                    f"role '{name}' refers to unknown parameter '{param}'",
                    location=entry.place(),
                    hint=did_you_mean(param, params),
                )
        yield name, Role(entry.text("description"), own, unless)


def roles_param(reader: Reader, roles: Mapping[str, Role], params: Mapping[str, ParamSpec]) -> ParamSpec:
    """The parameter `roles`: a mapping from roles to their own values of parameters that concern a pod."""
    concerned = {name: _nested(spec) for name, spec in params.items() if spec.per_role}
    role = {"type": "object", "properties": concerned, "additionalProperties": False}
    schema = {
        "type": "object",
        "properties": {
            name: {"$ref": "#/$defs/role", **({"description": each.description} if each.description else {})}
            for name, each in roles.items()
            if name != ANY
        },
        **_other_roles(roles),
        "$defs": {**_definitions(params), "role": role},
        "description": (
            f"Values of single roles ({', '.join(_shown(roles))}) in place of the shared ones, such as "
            f"{{{_shown(roles)[0]}: {{cpu: 2}}}}"
        ),
    }
    return ParamSpec(ROLES, schema, False, "", reader.place(ROLES))


def _other_roles(roles: Mapping[str, Role]) -> dict[str, Any]:
    from dlctl.registry.prototypes.string_formats import FORMATS

    if ANY not in roles:
        return {"additionalProperties": False}
    label = FORMATS["dns-label"]
    names = {"pattern": label.pattern, "maxLength": label.max_length}
    return {"propertyNames": names, "additionalProperties": {"$ref": "#/$defs/role"}}


def _shown(roles: Mapping[str, Role]) -> tuple[str, ...]:
    return tuple("NAME" if name == ANY else name for name in roles)


def _definitions(params: Mapping[str, ParamSpec]) -> dict[str, Any]:
    """The named schemas of all parameters, as PARAM.NAME: those of one name may differ."""
    return {
        f"{spec.name}.{name}": _referring(schema, spec.name)
        for spec in params.values()
        if spec.per_role
        for name, schema in spec.schema.get("$defs", {}).items()
    }


def _nested(spec: ParamSpec) -> Any:
    own = {key: value for key, value in spec.schema.items() if key not in _NOT_NESTED}
    return _referring(own, spec.name)


def _referring(schema: Any, param: str) -> Any:
    """A schema of a parameter whose references are to the named schemas of `_definitions`."""
    if isinstance(schema, list):
        return [_referring(each, param) for each in schema]
    if not isinstance(schema, Mapping):
        return schema
    inside = {key: _referring(each, param) for key, each in schema.items()}
    reference = inside.get("$ref")
    if isinstance(reference, str) and reference.startswith(_NAMED):
        inside["$ref"] = f"{_NAMED}{param}.{reference.removeprefix(_NAMED)}"
    return inside


def values_of_roles(prototype: Prototype, values: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The values of all parameters for each role: its own, else the shared ones, except of `own` ones."""
    stated = stated_roles(values)
    roles = {name: role for name, role in prototype.roles.items() if name != ANY}
    if ANY in prototype.roles:
        roles = {**dict.fromkeys(stated, prototype.roles[ANY]), **roles}
    return {
        name: {
            **values,
            **{each: prototype.params[each].default for each in _own(role, values)},
            **stated.get(name, {}),
        }
        for name, role in roles.items()
    }


def _own(role: Role, values: Mapping[str, Any]) -> tuple[str, ...]:
    return () if role.unless and values[role.unless] else role.own


def stated_roles(values: Mapping[str, Any]) -> Mapping[str, Mapping[str, Any]]:
    """The roles that have own values, with these."""
    return {name: own for name, own in (values.get(ROLES) or {}).items() if own}


def in_roles(roles: Any, change: Callable[[str, Params], Params]) -> Any:
    """A value of the parameter `roles` in which the own values of each role are changed.

    What is no mapping stays as it is: the value may not have been checked yet.
    """
    if not isinstance(roles, Mapping):
        return roles
    return {role: change(role, own) if isinstance(own, Mapping) else own for role, own in roles.items()}
