"""`dlctl pkg verify`."""

from dlctl.cli.output.streams import log
from dlctl.cli.output.style import Style
from dlctl.cli.runtime import Runtime
from dlctl.errors import DlctlError, RegistryError, joined
from dlctl.registry.packages.verify import Verifier
from dlctl.text import counted
from dlctl.workflow.packages import all_pins


def verify_packages(runtime: Runtime) -> None:
    """Check the whole content of every package. Raises RegistryError that lists every file that differs."""
    app = runtime.app()
    verifier = Verifier(app.root, runtime.cache_folder / "verified", whole=True)
    problems: list[DlctlError] = []
    pins = all_pins(app)
    for pin in pins:
        try:
            verifier.check(pin)
        except DlctlError as error:
            problems += error.single_errors
    if problems:
        raise joined(problems, RegistryError, f"{counted(len(problems), 'problem')} in vendor/")
    log(f"verified {counted(len(pins), 'package')}", Style.GOOD)
