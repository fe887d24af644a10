"""`dlctl pkg restore`."""

from dlctl.cli.commands.registry.sources import opened_sources
from dlctl.cli.output.streams import log
from dlctl.cli.output.style import Style
from dlctl.cli.runtime import Runtime
from dlctl.registry.packages.vendor_change import change_packages
from dlctl.registry.packages.verify import Verifier
from dlctl.workflow.packages.pins import to_restore


def restore_packages(runtime: Runtime, timeout: float) -> None:
    """Put back every package that is missing or differs. Raises RegistryError or FileError."""
    app = runtime.app()
    verifier = Verifier(app.root, runtime.signed_folder("verified"), whole=True)
    with opened_sources(runtime, timeout) as open_source:
        found = to_restore(app, verifier, open_source)
    if found:
        change_packages(app.root, found, tuple)
    for vendored in found:
        log(f"restored {vendored.pin.shown}", Style.GOOD)
    if not found:
        log("every package is there and unchanged")
