"""Find a component by its name."""

from dlctl.app.model import App, Component
from dlctl.errors import AppError, Location
from dlctl.suggest import did_you_mean
from dlctl.text import listed


def find_component(app: App, name: str, asked_by: Location | None = None) -> Component:
    """A component of the app; AppError with the nearest name where there is none."""
    if name not in app.components:
        raise AppError(
            f"the app has no component '{name}'",
            location=asked_by,
            hint=did_you_mean(name, app.components, f"its components: {listed(app.components)}"),
        )
    return app.components[name]
