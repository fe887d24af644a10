"""The app with a component under a run's name, so that its templates make the names of the run."""

from collections.abc import Mapping

from msgspec.structs import replace

from dlctl.app.model import Component, Target
from dlctl.manifest import Patch

Names = Mapping[tuple[str, str], str]
"""The names of a run's objects, by kind and the name that the component gives them."""


def without_patches(target: Target, component: str) -> Target:
    """The target without patches of a component."""
    patches = {**(target.environment.patches or {}), component: ()}
    target = replace(target, environment=replace(target.environment, patches=patches))
    return _with_component(target, replace(target.app.components[component], patches=()))


def target_of_run(target: Target, component: str, run: str, names: Names) -> Target:
    """The target in which a component has the name of a run; its patches select the objects by `names`."""
    found = target.app.components[component]
    own = (target.environment.patches or {}).get(component, ())
    patches = {**(target.environment.patches or {}), component: tuple(_patch(each, names) for each in own)}
    target = replace(target, environment=replace(target.environment, patches=patches))
    patched = tuple(_patch(each, names) for each in found.patches)
    return _with_component(target, replace(found, base_name=run, patches=patched))


def has_named_patches(target: Target, component: str) -> bool:
    """Whether a patch of the component selects an object by its name."""
    own = (target.environment.patches or {}).get(component, ())
    return any(each.name for each in (*target.app.components[component].patches, *own))


def _with_component(target: Target, component: Component) -> Target:
    components = {**target.app.components, component.name: component}
    return replace(target, app=replace(target.app, components=components))


def _patch(patch: Patch, names: Names) -> Patch:
    return replace(patch, name=names.get((patch.kind, patch.name), patch.name))
