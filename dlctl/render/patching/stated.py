"""The patches of a component; what applies them is imported where there are some."""

from dlctl.app.model import Component, Patch, Target


def patches_of(target: Target, component: Component) -> tuple[Patch, ...]:
    """The patches of a component's objects, in the order in which they are applied."""
    return (*component.patches, *(target.environment.patches or {}).get(component.name, ()))
