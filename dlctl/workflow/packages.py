"""The packages of an app, in all of its environments."""

from dlctl.app.environments import environment_names, load_environment
from dlctl.app.model import App
from dlctl.app.package_model import Pin


def all_pins(app: App) -> tuple[Pin, ...]:
    """Every version that the app or one of its environments uses, each once. Raises AppError."""
    found = {pin.folder: pin for pin in app.packages.values()}
    if app.packages:
        for name in environment_names(app):
            for pin in load_environment(app, name).packages.values():
                found.setdefault(pin.folder, pin)
    return tuple(found.values())


def environments_with(app: App, package: str) -> dict[str, Pin]:
    """The environments that use another version of a package than the app."""
    found = {}
    for name in environment_names(app):
        pin = load_environment(app, name).packages.get(package)
        if pin is not None:
            found[name] = pin
    return found
