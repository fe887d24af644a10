"""`dlctl status --drift` and `dlctl status --suggest`."""

from collections.abc import Sequence

import typer
from click.core import ParameterSource

from dlctl.cli.connect import ClusterFlags
from dlctl.cli.output.live.progress import LiveProgress
from dlctl.cli.output.tables.table import TableFormat
from dlctl.cli.output.views.drift import print_suggestions, write_drift
from dlctl.cli.output.views.outcomes import fail, log_not_started
from dlctl.cli.runtime import Runtime
from dlctl.cli.session import environments_of, open_session
from dlctl.errors import UsageError
from dlctl.workflow.drift import environment_drift
from dlctl.workflow.many import Limits, run_many
from dlctl.workflow.render import Selection

_JUDGING = ("wait", "wait_for", "exit_status", "all_objects")
"""Parameters of `status` that are about whether objects are ready."""


def refuse_beside_drift(ctx: typer.Context) -> None:
    """Raise UsageError for options that say nothing about fields that others changed."""
    options = {param.name: param.opts[0] for param in ctx.command.params}
    given = [name for name in _JUDGING if ctx.get_parameter_source(name) is ParameterSource.COMMANDLINE]
    if given:
        raise UsageError(
            f"{', '.join(options[name] for name in given)} cannot be used with --drift or --suggest",
            hint="run 'dlctl status' once for the fields, and once for what is ready",
        )


def status_drift(
    runtime: Runtime,
    flags: ClusterFlags,
    environments: Sequence[str] | None,
    selection: Selection,
    limits: Limits,
    output: TableFormat,
    *,
    every: bool,
    suggest: bool,
) -> None:
    """List the fields of others in environments, or print rules for them."""
    with LiveProgress() as progress:
        session = open_session(runtime, flags, progress)
        names = environments_of(session.app, environments, all_=every)
        outcomes = run_many(
            names,
            progress.until_finished(lambda name: environment_drift(session, name, selection)),
            limits,
        )
    if outcomes.interrupted:
        raise KeyboardInterrupt
    drifts = [each.fields for each in outcomes.results]
    errors = (*outcomes.errors, *outcomes.left_out(lambda found: found.failed))
    if suggest and output is TableFormat.TABLE:
        print_suggestions(drifts)
    else:
        other = session.other_clusters(each.scope.environment for each in drifts)
        write_drift(runtime, drifts, (*errors, *other), output)
    log_not_started(outcomes)
    if errors:
        fail(errors)
