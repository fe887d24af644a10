"""Find a component by its name."""

from dlctl.app.model import App, Component
from dlctl.errors import AppError
from dlctl.suggest import did_you_mean, listed


def find_component(app: App, name: str) -> Component:
    """The component of this name. Raises AppError, which suggests the nearest name, if there is none."""
    if name not in app.components:
        raise AppError(
            f"component '{name}' not found",
            hint=did_you_mean(name, app.components, f"components of this app: {listed(app.components)}"),
        )
    return app.components[name]
