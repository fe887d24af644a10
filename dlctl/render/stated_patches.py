"""The patches of a component and of its objects; what applies them is imported where there are some."""

from dlctl.app.model import Component, Target
from dlctl.manifest import ObjectRef, Patch


def patches_of(target: Target, component: Component) -> tuple[Patch, ...]:
    """The patches of a component's objects, in the order in which they are applied."""
    return (*component.patches, *(target.environment.patches or {}).get(component.name, ()))


def patches_for(target: Target, component: Component, ref: ObjectRef) -> tuple[Patch, ...]:
    """Those that select an object by its kind and its name, after all patches."""
    every = patches_of(target, component)
    return tuple(patch for patch in every if patch.kind == ref.kind and patch.name in ("", ref.name))
