"""The catalogue of an app with its installed packages."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from dlctl.app.model import App, Environment
from dlctl.app.package_model import Pin
from dlctl.events import Emit, no_events
from dlctl.registry.packages.verify import Verifier, check_present
from dlctl.registry.prototypes.catalogue import Catalogue
from dlctl.registry.prototypes.source import Source, builtin_source, sources_of


def app_catalogue(
    app: App,
    verifier: Verifier,
    bytecode_folder: Path | None = None,
    emit: Emit = no_events,
) -> Catalogue:
    """The catalogue of an app: its own prototypes, those of its packages, and the built-in ones.

    A package is verified when the first of its prototypes is used. Raises RegistryError if a package is
    not in vendor/.
    """

    def sources_in(environment: Environment) -> tuple[Source, ...]:
        return sources(app, pins_in(app, environment), verifier)

    return Catalogue(sources(app, app.packages, verifier), bytecode_folder, emit, sources_in)


def pins_in(app: App, environment: Environment) -> dict[str, Pin]:
    """The packages in an environment: those of the app, some of them in another version."""
    own = {name: replace(pin, shadow=app.packages[name].shadow) for name, pin in environment.packages.items()}
    return {**app.packages, **own}


def sources(app: App, pins: Mapping[str, Pin], verifier: Verifier) -> tuple[Source, ...]:
    """The app's own source, one for each package, and the built-in one. Raises RegistryError."""
    return (
        *sources_of(app.prototypes_folder),
        *(vendored_source(app.root, pin, verifier) for pin in pins.values()),
    )


def vendored_source(root: Path, pin: Pin, verifier: Verifier) -> Source:
    """The source of one package. Raises RegistryError if it is not in vendor/."""
    check_present(root, pin)
    return Source(
        root / pin.folder,
        pin.folder,
        builtin=False,
        base=builtin_source(),
        registry=pin.registry,
        package=pin.package,
        version=pin.version,
        shadow=pin.shadow,
        check=lambda: verifier.check(pin),
    )
