"""`dlctl job top`: read the jobs of the environments, and print what they hold and want."""

from collections.abc import Sequence
from functools import partial

from dlctl.cli.commands.job.components import check_components
from dlctl.cli.commands.job.reading import read_environments
from dlctl.cli.connect import ClusterFlags
from dlctl.cli.output.tables.table import TableFormat
from dlctl.cli.output.views.jobs.usage import print_usage
from dlctl.cli.output.views.unread import fail_where_unread
from dlctl.cli.runtime import Runtime
from dlctl.cli.session import environments_of
from dlctl.jobs.choices import UsageBy
from dlctl.workflow.jobs.listing import JobQuery
from dlctl.workflow.jobs.usage import used_jobs


def show_usage(
    runtime: Runtime,
    flags: ClusterFlags,
    query: JobQuery,
    environments: Sequence[str],
    by: Sequence[UsageBy],
    output: TableFormat,
    *,
    every: bool,
    ignore_unreachable: bool,
) -> None:
    """`job top`. Raises UsageError and AppError, also for a component that nothing belongs to."""
    names = environments_of(runtime.app(), environments, all_=every)
    reads = read_environments(runtime, flags, names, partial(used_jobs, query=query))
    found = (each.job.component for one in reads if one.result for each in one.result.jobs)
    check_components(runtime, query, found)
    print_usage(runtime, reads, by, output)
    fail_where_unread([(each.target, each.error) for each in reads], ignore=ignore_unreachable)
