"""What other versions of packages in one environment mean for it, and for those that extend it."""

from collections.abc import Iterator, Mapping, Sequence

from msgspec.structs import replace

from dlctl.app.discover import APP_FILE
from dlctl.app.edit import environment_file
from dlctl.app.environments import environment_names, load_environment
from dlctl.app.model import App, Environment
from dlctl.app.package_model import Pin
from dlctl.events import no_events
from dlctl.files.signed_files import SignedFolder
from dlctl.registry.packages.catalogue import app_catalogue, pins_in
from dlctl.registry.packages.vendor_change import Vendored
from dlctl.registry.packages.verify import Verifier
from dlctl.registry.prototypes.catalogue import Catalogue
from dlctl.workflow.packages.effects import compared, side_of, staged_roots
from dlctl.workflow.packages.report import Report
from dlctl.workflow.packages.usable import check_usable


def report_in(
    app: App, environment: str, verifier: Verifier, bytecode: SignedFolder | None, found: Sequence[Vendored]
) -> Report:
    """What `found` changes for the app's components, if it is used in an environment.

    Raises AppError for an environment that cannot be loaded, RegistryError for packages that cannot be used.
    """
    pins = {each.pin.name: each.pin for each in found}
    now = pins_in(app, load_environment(app, environment))
    changed = tuple((now.get(name), pin) for name, pin in pins.items())
    with staged_roots(found) as staged:
        check_usable(replace(app, packages={**now, **pins}), staged, found)
        if not app.components:
            return Report(changed)
        old = app_catalogue(app, verifier, bytecode)
        new = app_catalogue(app, replace(verifier, records=None), bytecode, no_events, staged)
        reports = [_compared(app, old, new, name, pins) for name in _followers(app, environment, pins)]
    return Report(
        changed,
        tuple(dict.fromkeys(each for report in reports for each in report.params)),
        tuple(each for report in reports for each in report.objects),
        tuple(each for report in reports for each in report.failures),
    )


def _compared(app: App, old: Catalogue, new: Catalogue, name: str, pins: Mapping[str, Pin]) -> Report:
    before = load_environment(app, name)
    after = replace(before, packages={**before.packages, **pins})
    sides = side_of(app, old.within(before)), side_of(app, new.within(after))
    return compared(*sides, [name], (APP_FILE, *(layer.environment for layer in before.layers)))


def _followers(app: App, environment: str, pins: Mapping[str, Pin]) -> Iterator[str]:
    """The environment, and those that extend it and take its versions of packages."""
    for name in environment_names(app):
        other = load_environment(app, name)
        if name == environment or (
            any(layer.environment == environment for layer in other.layers)
            and all(_inherits(other, environment, pin) for pin in pins.values())
        ):
            yield name


def _inherits(other: Environment, environment: str, pin: Pin) -> bool:
    """Whether an environment that extends another has no nearer version of a package."""
    stated = other.packages.get(pin.name)
    return stated is None or (
        stated.location is not None and stated.location.path == environment_file(environment)
    )
