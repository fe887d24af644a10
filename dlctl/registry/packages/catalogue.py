"""The catalogue of an app with its installed packages."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from msgspec.structs import replace

from dlctl import __version__
from dlctl.app.model import App, Environment
from dlctl.app.package_model import Pin
from dlctl.events import Emit, no_events
from dlctl.files.signed_files import SignedFolder
from dlctl.registry.packages.installed import candidate_of
from dlctl.registry.packages.solve import Candidate, require_runs_here
from dlctl.registry.packages.verify import Verifier, check_present
from dlctl.registry.prototypes.catalogue import Catalogue
from dlctl.registry.prototypes.source import Source, builtin_source, sources_of
from dlctl.registry.prototypes.store import PrototypeStore


def app_catalogue(
    app: App,
    verifier: Verifier,
    bytecode_folder: SignedFolder | None = None,
    emit: Emit = no_events,
    staged: Mapping[str, Path] | None = None,
    store: PrototypeStore | None = None,
) -> Catalogue:
    """The catalogue of an app: its own prototypes, those of its packages, and the built-in ones.

    A package is verified when the first of its prototypes is used; then this dlctl must be new enough for it.
    Raises RegistryError if a package is not in vendor/. `staged` has the roots of packages that are not there
    yet, by their folder in vendor/.
    """

    def sources_in(environment: Environment) -> tuple[Source, ...]:
        return sources(app, pins_in(app, environment), verifier, staged)

    own = sources(app, app.packages, verifier, staged)
    return Catalogue(own, bytecode_folder, emit, sources_in, store)


def pins_in(app: App, environment: Environment) -> dict[str, Pin]:
    """The packages in an environment: those of the app, some of them in another version."""
    own = {name: replace(pin, shadow=app.packages[name].shadow) for name, pin in environment.packages.items()}
    return {**app.packages, **own}


def sources(
    app: App, pins: Mapping[str, Pin], verifier: Verifier, staged: Mapping[str, Path] | None = None
) -> tuple[Source, ...]:
    """The app's own source, one for each package, and the built-in one. Raises RegistryError."""
    found: dict[str, Source] = {}
    for name, pin in pins.items():
        root = (staged or {}).get(pin.folder)
        check = replace(verifier, root=root or app.root)
        found[name] = _vendored(check, pin, found)
    return (*sources_of(app.prototypes_folder), *found.values())


def _vendored(verifier: Verifier, pin: Pin, others: Mapping[str, Source]) -> Source:
    """The source of one package; `others` will have those that it may depend on."""
    root = verifier.root
    check_present(root, pin)

    @cache
    def candidate() -> Candidate:
        return candidate_of(root, pin)

    def check() -> None:
        verifier.check(pin)
        require_runs_here(candidate(), __version__)

    @cache
    def needs() -> tuple[Source, ...]:
        names = candidate().dependencies
        direct = [others[name] for name in names if name in others]
        return tuple(dict.fromkeys(each for one in direct for each in (one, *one.needs())))

    return Source(
        root / pin.folder,
        pin.folder,
        builtin=False,
        base=builtin_source(),
        registry=pin.registry,
        package=pin.package,
        version=pin.version,
        digest=pin.digest,
        shadow=pin.shadow,
        check=check,
        needs=needs,
    )
