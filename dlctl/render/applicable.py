"""The cluster requirements of a prototype that apply with given parameters."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from dlctl.registry.prototypes.model import ROLES, Prototype, Requirement
from dlctl.registry.prototypes.roles import stated_roles
from dlctl.render.plain.condition import is_true

if TYPE_CHECKING:
    from dlctl.render.engine.engine import Engine


def applicable(engine: "Engine", prototype: Prototype, scope: Mapping[str, Any]) -> tuple[Requirement, ...]:
    """The requirements of a prototype whose `when` is true with these variables, or with those of a role.

    Raises RenderError, with its location, if a `when` cannot be evaluated.
    """
    roles = stated_roles(scope["params"])
    scopes = (scope, *({**scope, "params": scope[ROLES][role]} for role in roles))
    return tuple(
        entry
        for entry in prototype.requires
        if entry.when == "true"
        or any(is_true(lambda: engine, entry.when, each, entry.location) for each in scopes)
    )
