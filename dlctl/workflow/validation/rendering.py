"""Render as much of an environment as can be rendered; what cannot is a finding."""

from collections.abc import Iterator
from dataclasses import dataclass

from dlctl.app.model import Component, Target
from dlctl.errors import DlctlError
from dlctl.params.environment import check_environment_wide, enabled_components
from dlctl.params.overrides import override_layers
from dlctl.render.target import Renderer, Rendering
from dlctl.schemas.model import Level
from dlctl.workflow.render import Selection, in_order, selected_components
from dlctl.workflow.validation.model import Finding


@dataclass(frozen=True, slots=True)
class Rendered:
    """The rendering of the components without problems, and the problems of the others."""

    rendering: Rendering
    findings: tuple[Finding, ...]


def render_valid(renderer: Renderer, target: Target, selection: Selection) -> Rendered:
    """Render the selected components that can be rendered.

    Raises AppError for an unknown component, ParamError for invalid `--set` values.
    """
    findings: list[Finding] = []
    try:
        check_environment_wide(target, renderer.catalogue)
    except DlctlError as error:
        findings += _findings(error, "")
    chosen = selected_components(target, selection.components)
    overrides = override_layers(target.app, renderer.catalogue, chosen, selection.settings)
    good: list[Component] = []
    for component in chosen:
        try:
            renderer.component(target, component, overrides.get(component.name, ()))
            good.append(component)
        except DlctlError as error:
            findings += _findings(error, component.name)
    names = {component.name for component in good}
    others = [component for component in enabled_components(target) if component.name not in names]
    try:
        rendering = renderer.render(target, good, overrides, others)
    except DlctlError as error:  # two objects of one name, for example
        return Rendered(Rendering(target, (), ()), (*findings, *_findings(error, "")))
    return Rendered(in_order(rendering), tuple(findings))


def _findings(error: DlctlError, component: str) -> Iterator[Finding]:
    for each in error.single_errors:
        yield Finding(Level.ERROR, each.code, each.message, component, location=each.location, hint=each.hint)
