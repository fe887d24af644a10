"""`dlctl pkg verify`."""

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


def verify_packages(runtime: Runtime, output: TableFormat) -> None:
    """Check the whole content of every package. Raises RegistryError that lists every file that differs."""
    app = runtime.app()
    verifier = Verifier(app.root, runtime.cache_folder / "verified", whole=True)
    results = [(pin, _problems(verifier, pin)) for pin in all_pins(app)]
    problems = [problem for _, found in results for problem in found]
    if output is TableFormat.JSON:
        items = [
            {"name": pin.name, "version": pin.version, "digest": pin.digest, "unchanged": not found}
            for pin, found in results
        ]
        write_document(runtime, "PackageVerificationList", items=items, errors=problems)
    if problems:
        raise joined(problems, RegistryError, f"{counted(len(problems), 'problem')} in vendor/")
    log(f"verified {counted(len(results), 'package')}", Style.GOOD)


def _problems(verifier: Verifier, pin: Pin) -> tuple[DlctlError, ...]:
    try:
        verifier.check(pin)
    except DlctlError as error:
        return error.single_errors
    return ()
