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
    """The value of `roles` without the secrets that stand somewhere else.

    With `unread` there are placeholders for them, so that no secret is left.
    """
    return in_roles(
        roles,
        lambda _, own: {
            name: value
            for name, value in own.items()
            if not (_is_secret(prototype, name) and (unread or reference_of(value) is not None))
        },
    )


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


def with_nulls(lower: Any, stated: Any, merged: Any) -> Any:
    """The merged value of `roles` with the nulls of both layers: with a null the role has no value at all.

    Without it the role would have the shared one. A value of the higher layer replaces a null of the lower.
    """
    return in_roles(
        merged,
        lambda role, own: {
            **dict.fromkeys(_nulls_of(lower, role)),
            **own,
            **dict.fromkeys(_nulls_of(stated, role)),
        },
    )


def without_nulls(prototype: Prototype, roles: Any) -> Any:
    """The value of `roles` without the parameters that are null in a role."""
    return in_roles(
        roles,
        lambda _, own: {
            name: value
            for name, value in own.items()
            if value is not None or not _is_of_roles(prototype, name)
        },
    )


def _is_of_roles(prototype: Prototype, name: str) -> bool:
    spec = prototype.params.get(name)
    return spec is not None and spec.per_role


def _nulls_of(roles: Any, role: str) -> list[str]:
    own = roles.get(role) if isinstance(roles, Mapping) else None
    return [name for name, value in own.items() if value is None] if isinstance(own, Mapping) else []


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
