"""`dlctl pkg install`."""

from collections.abc import Sequence
from dataclasses import replace

from dlctl.app.discover import APP_FILE
from dlctl.app.package_edit import change_pins
from dlctl.app.package_model import Pin
from dlctl.cli.commands.registry.sources import opened_sources
from dlctl.cli.output.file_edits import log_changes
from dlctl.cli.output.streams import log
from dlctl.cli.output.style import Style
from dlctl.cli.runtime import Runtime
from dlctl.files.write import FileChange
from dlctl.registry.packages.vendor import Vendored, change_packages
from dlctl.workflow import package_install


def install_packages(runtime: Runtime, names: Sequence[str], *, shadow: bool, timeout: float) -> None:
    """Fetch packages, then put them into vendor/ and pin them. Raises RegistryError or FileError."""
    wanted = [package_install.parse_wanted(name) for name in names]
    app = runtime.app()
    found: list[Vendored] = []
    with opened_sources(runtime, timeout) as open_source:
        for each in wanted:
            offer, offered = package_install.find_package(app, each, open_source)
            vendored = package_install.fetch(offer, offered, shadow=shadow)
            package_install.check_digest(each, vendored)
            found.append(replace(vendored, pin=package_install.kept_flags(app, vendored.pin)))

    def compute() -> Sequence[FileChange]:
        current = runtime.app()
        for vendored in found:
            package_install.refuse_other_content(current, vendored)
        return [change_pins(app.root, APP_FILE, [vendored.pin for vendored in found])]

    log_changes(app.root, change_packages(app.root, found, compute))
    for vendored in found:
        _report(vendored.pin)


def _report(pin: Pin) -> None:
    log(f"installed {pin.shown} into {pin.folder}", Style.GOOD)
