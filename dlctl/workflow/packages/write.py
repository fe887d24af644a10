"""Write other versions of packages: to vendor/, and to dlctl.yaml or an environment."""

from collections.abc import Callable, Sequence

from dlctl.app.discover import APP_FILE
from dlctl.app.edit import environment_file
from dlctl.app.model import App
from dlctl.app.package_edit import change_pins
from dlctl.app.package_model import RegistryEntry
from dlctl.app.write import edit_app
from dlctl.errors import FileError
from dlctl.files.write import FileChange
from dlctl.registry.packages.vendor_change import Vendored, change_packages, collect
from dlctl.workflow.packages.install import refuse_other_content
from dlctl.workflow.packages.pins import all_pins, find_pin, refuse_inherited, remove_packages
from dlctl.workflow.packages.registries import store_registries


class PackagesChanged(FileError):  # noqa: N818 - the name reads better where it is caught
    """Another command changed the packages meanwhile; the same command may be run again."""


LoadApp = Callable[[], App]
"""Loads the app as its files are now."""


def write_packages(
    before: App,
    load: LoadApp,
    found: Sequence[Vendored],
    *,
    gone: Sequence[str] = (),
    environment: str = "",
    registries: Sequence[RegistryEntry] = (),
) -> tuple[FileChange, ...]:
    """Put packages into vendor/ and pin them, in dlctl.yaml or for one environment; store new commits.

    `gone` are packages that nothing needs any more.
    `before` is the app that `found` was computed from. Raises PackagesChanged if others changed its
    packages since.
    """
    root = before.root
    file = environment_file(environment) if environment else APP_FILE

    def compute() -> Sequence[FileChange]:
        app = load()
        if app.packages != before.packages:
            raise PackagesChanged("the packages in dlctl.yaml were changed by another program", hint="retry")
        for vendored in found:
            refuse_other_content(app, vendored)
        change = change_pins(root, file, [vendored.pin for vendored in found], gone)
        return [store_registries(change, registries) if not environment else change]

    changes = change_packages(root, found, compute)
    collect(root, lambda: all_pins(load()))
    return changes


def take_packages_away(load: LoadApp, check: Callable[[App], Sequence[str]]) -> tuple[FileChange, ...]:
    """Remove the packages that `check` returns, from dlctl.yaml, the environments and vendor/."""
    root = load().root

    def compute() -> Sequence[FileChange]:
        app = load()
        return remove_packages(app, check(app))

    changes = edit_app(root, compute)
    collect(root, lambda: all_pins(load()))
    return changes


def take_versions_away(load: LoadApp, environment: str, names: Sequence[str]) -> tuple[FileChange, ...]:
    """Remove packages from one environment, which then uses the versions of the app.

    Raises RegistryError if the environment has no version of its own, or the app's lacks what another needs.
    """
    root = load().root

    def compute() -> Sequence[FileChange]:
        app = load()
        for name in names:
            find_pin(app, name)
        refuse_inherited(app, environment, names)
        return [change_pins(root, environment_file(environment), (), names)]

    changes = edit_app(root, compute)
    collect(root, lambda: all_pins(load()))
    return changes
