"""Render as much of an environment as can be rendered; what cannot is a finding."""

from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from dlctl.app.model import Component, Target
from dlctl.errors import DlctlError
from dlctl.params.environment import check_environment_wide, enabled_components
from dlctl.params.layers import Layer
from dlctl.params.overrides import override_layers
from dlctl.render.rendering import Rendering
from dlctl.render.target import Renderer
from dlctl.schemas.model import Level
from dlctl.workflow.render import Selection, in_order, selected_components
from dlctl.workflow.validation.model import Finding

Overrides = Mapping[str, Sequence[Layer]]


class Rendered(Struct, frozen=True):
    """The rendering of the components without problems, and the problems of the others."""

    rendering: Rendering
    findings: tuple[Finding, ...]


def render_valid(renderer: Renderer, target: Target, selection: Selection) -> Rendered:
    """Render the selected components that can be rendered.

    Raises AppError for an unknown component, ParamError for invalid `--set` values.
    """
    findings: list[Finding] = []
    try:
        check_environment_wide(target, lambda: renderer.declared_names(target))
    except DlctlError as error:
        findings += _findings(error, "")
    chosen = selected_components(target, selection.components)
    overrides = override_layers(target.app, renderer.catalogue, chosen, selection.settings)
    try:
        return Rendered(_rendered(renderer, target, chosen, overrides), tuple(findings))
    except DlctlError:
        wrong = dict(_wrong(renderer, target, chosen, overrides))
    findings += [each for name, error in wrong.items() for each in _findings(error, name)]
    good = [component for component in chosen if component.name not in wrong]
    try:
        return Rendered(_rendered(renderer, target, good, overrides), tuple(findings))
    except DlctlError as error:  # two objects of one name, for example
        return Rendered(Rendering(target, (), ()), (*findings, *_findings(error, "")))


def _rendered(
    renderer: Renderer, target: Target, components: Sequence[Component], overrides: Overrides
) -> Rendering:
    names = {component.name for component in components}
    others = [component for component in enabled_components(target) if component.name not in names]
    return in_order(renderer.render(target, components, overrides, others))


def _wrong(
    renderer: Renderer, target: Target, components: Sequence[Component], overrides: Overrides
) -> Iterator[tuple[str, DlctlError]]:
    """The components that cannot be rendered, each with its error."""
    for component in components:
        try:
            renderer.component(target, component, overrides.get(component.name, ()))
        except DlctlError as error:
            yield component.name, error


def _findings(error: DlctlError, component: str) -> Iterator[Finding]:
    for each in error.single_errors:
        yield Finding(Level.ERROR, each.code, each.message, component, location=each.location, hint=each.hint)
