"""`dlctl env update`."""

from collections.abc import Sequence
from typing import NoReturn

import typer
from msgspec import Struct
from msgspec.structs import replace

from dlctl.cli.connect import ClusterFlags, Connector
from dlctl.cli.exit_codes import SOME_UNREAD
from dlctl.cli.output.errors import Failed, report_failure
from dlctl.cli.output.live.progress import LiveProgress
from dlctl.cli.output.streams import log
from dlctl.cli.output.tables.table import TableFormat
from dlctl.cli.output.views.updates import print_updates
from dlctl.cli.runtime import Runtime
from dlctl.cli.session import environments_of
from dlctl.errors import ClusterError, SandboxError, UsageError
from dlctl.events import masking
from dlctl.redact import Redactor
from dlctl.workflow.clusters import REQUEST_TIMEOUT
from dlctl.workflow.env_update import Mode, Updated, UpdateOptions, update_environment
from dlctl.workflow.many import Limits, Outcomes, run_many


class UpdateFlags(Struct, frozen=True):
    """Which environments, and whether the file is written, compared or shown."""

    environments: Sequence[str] | None
    every: bool
    check: bool
    dry_run: bool
    node_names: bool | None
    schemas: bool

    @property
    def mode(self) -> Mode:
        """What is done with the file. Raises UsageError if two of the flags cannot be used together."""
        if self.check and self.dry_run:
            raise UsageError(
                "--check cannot be used with --dry-run", hint="--dry-run shows what --check finds"
            )
        return Mode.CHECK if self.check else Mode.DRY_RUN if self.dry_run else Mode.WRITE


def update(
    runtime: Runtime, connection: ClusterFlags, flags: UpdateFlags, limits: Limits, output: TableFormat
) -> NoReturn:
    """`env update`. It ends with exit code 1 if `check` finds a file that is out of date.

    Raises UsageError and AppError before any cluster is read.
    """
    options = UpdateOptions(flags.mode, flags.node_names, flags.schemas)
    app = runtime.app()
    names = environments_of(app, flags.environments, all_=flags.every)
    timeout = connection.request_timeout or REQUEST_TIMEOUT
    store = runtime.schema_store(app)
    connect = Connector(runtime, replace(connection, request_timeout=timeout))
    with LiveProgress() as progress:

        def work(name: str) -> Updated:
            emit = masking(progress.for_environment(name), Redactor())
            return update_environment(app, name, connect, store, options, emit)

        outcomes = run_many(names, progress.until_finished(work), limits)
    if outcomes.interrupted and output is TableFormat.JSON:
        raise KeyboardInterrupt
    print_updates(runtime, outcomes, output, show=flags.dry_run)
    _end(outcomes, check=flags.check)


def _end(outcomes: Outcomes[Updated], *, check: bool) -> NoReturn:
    """Report each error, and exit: 1 if a check found something, 4 if only some clusters could be read."""
    for name in outcomes.not_started:
        log(f"{name}: not started")
    if outcomes.interrupted:
        raise KeyboardInterrupt
    outdated = check and any(each.outdated for each in outcomes.results)
    if outcomes.errors:
        _fail(outcomes, outdated=outdated)
    incomplete = check and any(each.kept for each in outcomes.results)
    raise typer.Exit(1 if outdated else SOME_UNREAD if incomplete else 0)


def _fail(outcomes: Outcomes[Updated], *, outdated: bool) -> NoReturn:
    """Report each error, and exit: 4 if all that is wrong is that some of several clusters were not read."""
    errors = outcomes.errors
    for error in errors:
        report_failure(error)
    unread = bool(outcomes.results) and all(isinstance(each, ClusterError | SandboxError) for each in errors)
    raise Failed(errors, SOME_UNREAD if unread and not outdated else min(each.exit_code for each in errors))
