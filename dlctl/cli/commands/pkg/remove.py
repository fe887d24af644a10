"""`dlctl pkg rm`."""

from collections.abc import Sequence

from dlctl.app.model import App
from dlctl.cli.output.file_edits import log_changes
from dlctl.cli.output.prompt import confirm
from dlctl.cli.output.streams import log
from dlctl.cli.runtime import Runtime
from dlctl.text import enumerated
from dlctl.workflow.packages.pins import find_pin, refuse_used, with_orphans
from dlctl.workflow.packages.write import take_packages_away, take_versions_away


def remove_packages(runtime: Runtime, names: Sequence[str], *, yes: bool) -> None:
    """Remove packages, once it is known that nothing uses them. Raises RegistryError or UsageError."""

    def removable(app: App) -> Sequence[str]:
        for name in names:
            find_pin(app, name)
        refuse_used(app, runtime.catalogue(), names)
        return with_orphans(app, names)

    app = runtime.app()
    gone = removable(app)
    confirm(runtime, f"Remove {enumerated(gone)} from dlctl.yaml and vendor/?", yes=yes)
    log_changes(app.root, take_packages_away(runtime.app, removable))
    for name in gone:
        log(f"removed {app.packages[name].shown}")


def remove_from_environment(runtime: Runtime, names: Sequence[str], environment: str) -> None:
    """Use the app's versions of packages in an environment again. Raises RegistryError or AppError."""
    app = runtime.app()
    log_changes(app.root, take_versions_away(runtime.app, environment, names))
    for name in names:
        log(f"environment {environment} uses {app.packages[name].shown} again")
