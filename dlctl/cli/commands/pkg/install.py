"""`dlctl pkg install` and `dlctl pkg update`."""

from collections.abc import Sequence

from msgspec import Struct

from dlctl.app.model import App
from dlctl.cli.commands.registry.sources import opened_sources
from dlctl.cli.output.file_edits import log_changes
from dlctl.cli.output.streams import log
from dlctl.cli.output.style import Style
from dlctl.cli.output.tables.table import TableFormat
from dlctl.cli.output.views.package_update import print_report, write_report
from dlctl.cli.runtime import Runtime
from dlctl.errors import RegistryError
from dlctl.registry.packages.vendor_change import Vendored
from dlctl.registry.packages.verify import Verifier
from dlctl.registry.prototypes.source import builtin_source
from dlctl.text import counted
from dlctl.workflow.packages.effects import report_of
from dlctl.workflow.packages.effects_in import report_in
from dlctl.workflow.packages.install import for_environment, market_for, resolve_install, to_install
from dlctl.workflow.packages.newer import Newer, newer_versions
from dlctl.workflow.packages.report import Report
from dlctl.workflow.packages.wanted import Wanted, parse_wanted
from dlctl.workflow.packages.write import PackagesChanged, write_packages

ATTEMPTS = 10
"""How often an install is computed again because another command was faster."""


class Answer(Struct, frozen=True):
    """How to go on once it is known what would change."""

    accept: bool = False
    dry_run: bool = False
    output: TableFormat = TableFormat.TABLE


def install_packages(
    runtime: Runtime, names: Sequence[str], *, shadow: bool, accept: bool, timeout: float
) -> None:
    """Fetch packages, then put them into vendor/ and pin them. Raises RegistryError or FileError."""
    wanted = [parse_wanted(name) for name in names]
    for _ in range(ATTEMPTS):
        try:
            _install(runtime, wanted, shadow=shadow, accept=accept, timeout=timeout)
        except PackagesChanged:
            continue
        return
    raise PackagesChanged("other commands keep changing the packages in dlctl.yaml", hint="retry later")


def _install(
    runtime: Runtime, wanted: Sequence[Wanted], *, shadow: bool, accept: bool, timeout: float
) -> None:
    app = runtime.app()
    with opened_sources(runtime, timeout) as open_source:
        market = market_for(app, open_source, wanted)
        solved = resolve_install(app, wanted, market)
        found = to_install(app, wanted, market, solved, shadow=shadow)
    _show_and_write(runtime, app, found, Answer(accept=accept))
    for name in (each.name for each in wanted if each.name not in {new.pin.name for new in found}):
        log(f"{app.packages[name].shown} is already installed")


def install_in_environment(
    runtime: Runtime, names: Sequence[str], environment: str, *, accept: bool, timeout: float
) -> None:
    """Install packages in other versions for one environment, after showing what they change.

    Raises RegistryError or FileError.
    """
    wanted = [parse_wanted(name) for name in names]
    app = runtime.app()
    with opened_sources(runtime, timeout) as open_source:
        found = for_environment(app, environment, wanted, market_for(app, open_source, wanted))
    verifier = Verifier(app.root, runtime.signed_folder("verified"))
    report = report_in(app, environment, verifier, runtime.bytecode_folder, found)
    print_report(report)
    _refuse_breaking(report, accept=accept)
    log_changes(app.root, write_packages(app, runtime.app, found, environment=environment))
    for vendored in found:
        log(f"environment {environment} uses {vendored.pin.shown}", Style.GOOD)
    _log_signed(found)


def update_packages(runtime: Runtime, names: Sequence[str], answer: Answer, timeout: float) -> None:
    """Look for newer versions, show what they change, and install them. Raises RegistryError or FileError."""
    app = runtime.app()
    with opened_sources(runtime, timeout) as open_source:
        newer = newer_versions(app, names, open_source)
    _show_and_write(runtime, app, newer.found, answer, newer)
    if not newer.found and not newer.gone:
        log("every package is up to date")


def _show_and_write(
    runtime: Runtime,
    app: App,
    found: Sequence[Vendored],
    answer: Answer,
    newer: Newer | None = None,
) -> None:
    """Show what the packages change, then install them, unless it breaks a component or is a dry run."""
    verifier = Verifier(app.root, runtime.signed_folder("verified"))
    report = report_of(app, verifier, runtime.bytecode_folder, found)
    if answer.output is TableFormat.JSON:
        write_report(runtime, report)
    else:
        print_report(report)
    if answer.dry_run:
        return
    _refuse_breaking(report, accept=answer.accept)
    registries, gone = (newer.registries, newer.gone) if newer else ((), ())
    if found or registries or gone:
        changes = write_packages(app, runtime.app, found, gone=gone, registries=registries)
        log_changes(app.root, changes)
    _log_installed(report)
    _log_signed(found)
    for name in gone:
        log(f"removed {app.packages[name].shown}, which is no longer needed")
    _log_hidden([each for each in found if not each.pin.shadow])


def _log_signed(found: Sequence[Vendored]) -> None:
    for vendored in found:
        if vendored.signer:
            log(f"{vendored.pin.shown} is signed by {vendored.signer}")


def _refuse_breaking(report: Report, *, accept: bool) -> None:
    if report.breaking and not accept:
        raise RegistryError(
            f"this breaks {counted(len(report.breaking), 'thing')}: {'; '.join(report.breaking)}",
            hint="nothing was changed; change the components first, or pass --accept to proceed anyway",
        )


def _log_hidden(found: Sequence[Vendored]) -> None:
    """Print the names of prototypes whose short names are those of built-in ones."""
    built_in = builtin_source().prototypes() if found else {}
    for vendored in found:
        for name in vendored.content.prototypes:
            if name in built_in:
                reference = f"{vendored.pin.name}/{name}"
                log(f"note: '{name}' is the built-in prototype; that of {vendored.pin.name} is '{reference}'")


def _log_installed(report: Report) -> None:
    for old, new in report.changed:
        if old and old.version != new.version:
            log(f"updated {new.name} from {old.version} to {new.version}", Style.GOOD)
        else:
            why = ", which another package needs" if new.dependency else ""
            log(f"installed {new.shown} into {new.folder}{why}", Style.GOOD)
