"""`dlctl pkg verify`."""

from msgspec import Struct

from dlctl.app.model import App
from dlctl.app.package_model import Pin
from dlctl.cli.output.envelope import write_document
from dlctl.cli.output.streams import log
from dlctl.cli.output.style import Style
from dlctl.cli.output.tables.table import TableFormat
from dlctl.cli.runtime import Runtime
from dlctl.errors import DlctlError, RegistryError, joined
from dlctl.registry.packages.verify import Verifier
from dlctl.text import counted
from dlctl.workflow.packages.pins import all_pins
from dlctl.workflow.packages.signed import check_installed


def verify_packages(runtime: Runtime, output: TableFormat) -> None:
    """Check the whole content of every package, and its signature.

    Raises RegistryError that lists every file that differs, and every signature that is refused.
    """
    app = runtime.app()
    verifier = Verifier(app.root, runtime.signed_folder("verified"), whole=True)
    results = [_verified(app, verifier, pin) for pin in all_pins(app)]
    problems = [problem for found in results for problem in found.problems]
    if output is TableFormat.JSON:
        items = [found.report for found in results]
        write_document(runtime, "PackageVerificationList", items=items, errors=problems)
    else:
        for found in results:
            if found.signer:
                log(f"{found.pin.shown} is signed by {found.signer}")
    if problems:
        raise joined(problems, RegistryError, f"{counted(len(problems), 'problem')} in vendor/")
    log(f"verified {counted(len(results), 'package')}", Style.GOOD)


class _Verified(Struct, frozen=True):
    """What was found of a package; `signer` is empty if no signature was checked, or if it was refused."""

    pin: Pin
    unchanged: bool
    signer: str
    problems: tuple[DlctlError, ...]

    @property
    def report(self) -> dict[str, object]:
        """For JSON output."""
        pin = self.pin
        return {
            "name": pin.name,
            "version": pin.version,
            "digest": pin.digest,
            "unchanged": self.unchanged,
            "signedBy": self.signer or None,
        }


def _verified(app: App, verifier: Verifier, pin: Pin) -> _Verified:
    changed: tuple[DlctlError, ...] = ()
    try:
        verifier.check(pin)
    except DlctlError as error:
        changed = error.single_errors
    try:
        return _Verified(pin, not changed, check_installed(app, pin), changed)
    except DlctlError as error:
        return _Verified(pin, not changed, "", (*changed, *error.single_errors))
