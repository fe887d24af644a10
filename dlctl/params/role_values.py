"""What stands in the parameter `roles`: other names of parameters, and secrets that stand somewhere else."""

from collections.abc import Iterator, Mapping
from typing import Any

from dlctl.errors import Location, ParamError
from dlctl.params.references import reference_of
from dlctl.registry.prototypes.model import ROLES, Prototype
from dlctl.registry.prototypes.roles import Params, in_roles


def with_names(prototype: Prototype, roles: Any, location: Location | None) -> Any:
    """The value of `roles` with the names of parameters in place of their aliases.

    Raises ParamError for a role that has one parameter by two of its names. No mapping stays as it is.
    """
    return in_roles(roles, lambda role, own: _renamed(prototype, role, own, location))


def without_references(prototype: Prototype, roles: Any, *, unread: bool = False) -> Any:
    """The value of `roles` without nulls and the secrets that stand somewhere else.

    With `unread` there are stand-ins for them, so that no secret is left.
    """
    return in_roles(
        roles,
        lambda _, own: {
            name: value
            for name, value in own.items()
            if value is not None
            and not (_is_secret(prototype, name) and (unread or reference_of(value) is not None))
        },
    )


def with_nulls(prototype: Prototype, stated: Any, merged: Any) -> Any:
    """The merged value of `roles` with the nulls that were stated: a role is without what others share.

    A parameter with a default has none: the prototype may need a value of it.
    """
    nulls: dict[str, list[str]] = {}
    for role, own in stated.items() if isinstance(stated, Mapping) else ():
        for name, value in own.items() if isinstance(own, Mapping) else ():
            spec = prototype.params.get(name)
            if value is None and spec is not None and spec.default is None:
                nulls.setdefault(role, []).append(name)
    return in_roles(merged, lambda role, own: {**own, **dict.fromkeys(nulls.get(role, ()))})


def with_whole_references(prototype: Prototype, lower: Any, stated: Any, merged: Any) -> Any:
    """The merged value of `roles`, in which a secret that stands somewhere else replaces one as a whole."""
    whole = {
        (role, name): value
        for role, name, value in _secrets(prototype, stated)
        if reference_of(value) is not None or reference_of(_at(lower, role, name)) is not None
    }
    return in_roles(
        merged, lambda role, own: {name: whole.get((role, name), value) for name, value in own.items()}
    )


def _secrets(prototype: Prototype, roles: Any) -> Iterator[tuple[str, str, Any]]:
    for role, own in roles.items() if isinstance(roles, Mapping) else ():
        for name, value in own.items() if isinstance(own, Mapping) else ():
            if value is not None and _is_secret(prototype, name):
                yield role, name, value


def _is_secret(prototype: Prototype, name: str) -> bool:
    spec = prototype.params.get(name)
    return spec is not None and name != ROLES and spec.secret


def _at(roles: Any, role: str, name: str) -> Any:
    own = roles.get(role) if isinstance(roles, Mapping) else None
    return own.get(name) if isinstance(own, Mapping) else None


def _renamed(prototype: Prototype, role: str, own: Params, location: Location | None) -> Params:
    found: dict[str, Any] = {}
    for name, value in own.items():
        spec = prototype.spec(name) if isinstance(name, str) else None
        known = spec.name if spec is not None else name
        if known in found:
            raise ParamError(
                f"role '{role}' has parameter '{known}' by two of its names",
                location=location,
                hint=f"set only '{known}'",
            )
        found[known] = value
    return found
