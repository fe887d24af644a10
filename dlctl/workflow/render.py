"""Render files to manifests, without a cluster."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from dlctl.app.find import find_component
from dlctl.app.model import Component, Target
from dlctl.errors import AppError
from dlctl.kinds import order_key
from dlctl.params.environment import check_environment_wide, enabled_components
from dlctl.params.layers import Layer
from dlctl.redact import Redactor
from dlctl.registry.prototypes.catalogue import Catalogue
from dlctl.render.rendering import Rendering
from dlctl.render.target import Renderer

if TYPE_CHECKING:
    from dlctl.params.model import Param
    from dlctl.render.field_origins import FieldRef


class Selection(Struct, frozen=True):
    """The selected components (empty: all enabled ones) and the `--set` values."""

    components: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()


def render_target(
    renderer: Renderer, target: Target, selection: Selection, *, keep_going: bool = False
) -> Rendering:
    """The manifests of one environment, in the order of application.

    With `keep_going` components that cannot be rendered are left out, and the rendering has their errors.
    """
    renderer = renderer.within(target.environment)
    catalogue = renderer.catalogue
    check_environment_wide(target, lambda: renderer.declared_names(target))
    components = selected_components(target, selection.components)
    overrides = _overrides(target, catalogue, components, selection.settings)
    names = {component.name for component in components}
    others = [component for component in enabled_components(target) if component.name not in names]
    return in_order(renderer.render(target, components, overrides, others, keep_going=keep_going))


def origins_in(
    renderer: Renderer, target: Target, selection: Selection, component: str, fields: "Sequence[FieldRef]"
) -> "Mapping[FieldRef, tuple[Param, ...]]":
    """The parameters that decide about fields of the objects of one component."""
    from dlctl.render.field_origins import field_origins

    components = selected_components(target, selection.components)
    overrides = _overrides(target, renderer.catalogue, components, selection.settings)
    found = next(each for each in components if each.name == component)
    return field_origins(renderer, target, found, overrides.get(component, ()), fields)


def _overrides(
    target: Target, catalogue: Catalogue, components: Sequence[Component], settings: Sequence[str]
) -> Mapping[str, Sequence[Layer]]:
    """The parameter layers of `--set`, by component. Raises ParamError or UsageError."""
    if not settings:
        return {}
    from dlctl.params.overrides import override_layers

    return override_layers(target.app, catalogue, components, settings)


def in_order(rendering: Rendering) -> Rendering:
    """The rendering with its manifests in the order of application."""
    ordered = tuple(sorted(rendering.manifests, key=lambda manifest: order_key(manifest.ref)))
    return replace(rendering, manifests=ordered)


def selected_components(target: Target, names: Iterable[str]) -> tuple[Component, ...]:
    """The named components, or all enabled ones. Raises AppError for an unknown or disabled one."""
    chosen = tuple(dict.fromkeys(names))
    for name in chosen:
        find_component(target.app, name)
        if name in target.environment.disabled:
            raise AppError(
                f"component '{name}' is disabled in environment '{target.environment.name}'",
                location=target.environment.location,
                hint=f"remove it from 'disabled' in environments/{target.environment.name}/environment.yaml",
            )
    enabled = enabled_components(target)
    return tuple(component for component in enabled if not chosen or component.name in chosen)


def redactor_of(rendering: Rendering) -> Redactor:
    """The redactor for the secrets of this rendering."""
    return rendering.redactor
