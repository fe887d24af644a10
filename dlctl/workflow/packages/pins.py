"""The packages of an app, in all of its environments: what uses them, removal, restoration."""

from collections.abc import Iterable, Iterator, Sequence

from msgspec.structs import replace

from dlctl.app.discover import APP_FILE
from dlctl.app.edit import environment_file
from dlctl.app.environments import environment_names, load_environment
from dlctl.app.model import App
from dlctl.app.package_edit import change_pins
from dlctl.app.package_model import Pin
from dlctl.errors import DlctlError, RegistryError
from dlctl.files.write import FileChange
from dlctl.registry.packages.installed import candidate_of
from dlctl.registry.packages.vendor import sum_file
from dlctl.registry.packages.vendor_change import Vendored
from dlctl.registry.packages.verify import Verifier
from dlctl.registry.prototypes.catalogue import Catalogue
from dlctl.suggest import did_you_mean
from dlctl.text import listed
from dlctl.workflow.packages.market import Market
from dlctl.workflow.packages.registries import OpenSource
from dlctl.workflow.packages.signed import check_installed


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


def find_pin(app: App, name: str) -> Pin:
    """The installed package of this name. Raises RegistryError if there is none."""
    if name not in app.packages:
        known = f"packages of this app: {listed(app.packages)}" if app.packages else None
        raise RegistryError(
            f"package '{name}' is not installed",
            hint=did_you_mean(name, app.packages, known or f"install it with 'dlctl pkg install {name}'"),
        )
    return app.packages[name]


def refuse_inherited(app: App, environment: str, names: Sequence[str]) -> None:
    """Raise RegistryError for a package of which the environment's own file states no version."""
    pins = load_environment(app, environment).packages
    own = environment_file(environment)
    for name in names:
        location = pins[name].location if name in pins else None
        if location is None or location.path != own:
            where = f"; it comes from {location}" if location else ""
            raise RegistryError(
                f"{own} has no version of package '{name}'{where}",
                hint=f"'dlctl pkg install {name}@VERSION --env {environment}' sets one",
            )


def refuse_used(app: App, catalogue: Catalogue, names: Sequence[str]) -> None:
    """Raise RegistryError if a component, or a package that stays, uses one of these packages."""
    for component in app.components.values():
        source = catalogue.find(component.prototype, component.location).source
        if f"{source.registry}/{source.package}" in names:
            raise RegistryError(
                f"component '{component.name}' uses package '{source.registry}/{source.package}'",
                location=component.location,
                hint=f"first remove it with 'dlctl component rm {component.name}', or copy its prototype: "
                f"'dlctl component eject {component.name}'",
            )
    for pin, other in _dependencies(app):
        if other in names and pin.name not in names:
            raise RegistryError(
                f"package '{pin.name}' needs '{other}'", hint=f"remove both: dlctl pkg rm {pin.name} {other}"
            )


def _dependencies(app: App) -> Iterator[tuple[Pin, str]]:
    for pin in app.packages.values():
        for other in candidate_of(app.root, pin).dependencies:
            yield pin, other


def with_orphans(app: App, names: Sequence[str]) -> tuple[str, ...]:
    """These packages, and the dependencies that nothing needs without them."""
    gone = list(names)
    while True:
        kept = [pin for pin in app.packages.values() if pin.name not in gone]
        needed = {name for pin in kept for name in candidate_of(app.root, pin).dependencies}
        orphans = [pin.name for pin in kept if pin.dependency and pin.name not in needed]
        if not orphans:
            return tuple(gone)
        gone += orphans


def remove_packages(app: App, names: Iterable[str]) -> list[FileChange]:
    """The edits that remove packages from dlctl.yaml and from every environment."""
    gone = tuple(names)
    files = [
        environment_file(name)
        for name in environment_names(app)
        if load_environment(app, name).packages.keys() & set(gone)
    ]
    return [change_pins(app.root, file, (), gone) for file in (APP_FILE, *files)]


def to_restore(app: App, verifier: Verifier, open_source: OpenSource) -> tuple[Vendored, ...]:
    """The content of each package that is missing or differs in vendor/, with exactly the pinned digest.

    Raises RegistryError if a registry does not have that content any more.
    """
    return tuple(_again(app, pin, open_source) for pin in all_pins(app) if not _unchanged(app, verifier, pin))


def _unchanged(app: App, verifier: Verifier, pin: Pin) -> bool:
    try:
        verifier.check(pin)
        check_installed(app, pin)
    except DlctlError:
        return False
    return sum_file(verifier.root, pin).is_file()


def _again(app: App, pin: Pin, open_source: OpenSource) -> Vendored:
    market = Market(app, open_source, {pin.registry: pin.commit} if pin.commit else {})
    if pin.version not in [offered.version for offered in market.versions(pin.name)]:
        raise RegistryError(
            f"registry '{pin.registry}' no longer has {pin.name} {pin.version}",
            location=pin.location,
        )
    vendored = market.fetch_trusted(pin.name, pin.version)
    if vendored.pin.digest != pin.digest:
        raise RegistryError(
            f"registry '{pin.registry}' has different content for {pin.shown}: {vendored.pin.digest}",
            location=pin.location,
            hint="dlctl.yaml pins another digest; nothing was changed",
        )
    return replace(vendored, pin=pin)
