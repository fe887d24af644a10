"""Render a component without an app: in a temporary app and environment."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dlctl.app.model import App, Block, Component, Destination, Environment, Target
from dlctl.app.names import check_name, check_object_name
from dlctl.errors import Location, ParamError
from dlctl.params.component import missing_params
from dlctl.registry.prototypes.catalogue import Catalogue
from dlctl.registry.prototypes.model import Prototype
from dlctl.render.rendering import Rendering
from dlctl.render.target import Renderer
from dlctl.workflow.render import in_order
from dlctl.yamlio.load import load_text

NAME = "preview"
"""The name of the temporary app and of its only environment."""


def preview(
    catalogue: Catalogue,
    prototype: Prototype,
    params: Mapping[str, Any],
    *,
    name: str = "",
    namespace: str = "",
) -> Rendering:
    """Render a component of this prototype with these parameters.

    Raises AppError for an invalid name, ParamError for missing or invalid parameters, RenderError.
    """
    missing = missing_params(prototype, params)
    if missing:
        options = " ".join(f"--{param.replace('_', '-')} VALUE" for param in missing)
        raise ParamError(
            f"prototype '{prototype.name}' requires {', '.join(missing)}", hint=f"pass {options}"
        )
    component = Component(
        name=prototype.name,
        prototype=catalogue.reference(prototype),
        base_name=check_object_name(name or prototype.name),
        namespace=check_name("a namespace", namespace or "default"),
        params=Block(params),
        patches=(),
        location=Location("the command line"),
    )
    rendering = Renderer(catalogue).render(_target(component), [component])
    return in_order(rendering)


def _target(component: Component) -> Target:
    nowhere = Path(NAME)
    app = App(nowhere, NAME, {component.name: component}, load_text("", NAME))
    return Target(app, Environment(NAME, nowhere, Destination(), "default", layers=()))
