"""Find a component by its name."""

from dlctl.app.model import App, Component
from dlctl.errors import AppError, Location
from dlctl.text import listed, shown_name


def find_component(app: App, name: str, asked_by: Location | None = None) -> Component:
    """The component of this name. Raises AppError, which has the location `asked_by`, if there is none."""
    if name not in app.components:
        from dlctl.suggest import did_you_mean

        raise AppError(
            f"component {shown_name(name)} not found",
            location=asked_by,
            hint=did_you_mean(name, app.components, f"components of this app: {listed(app.components)}"),
        )
    return app.components[name]
