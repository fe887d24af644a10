"""`dlctl job list`: read the clusters of the environments, and print their jobs."""

from collections.abc import Sequence
from functools import partial

from dlctl.cli.commands.job.components import check_components
from dlctl.cli.commands.job.reading import read_environments
from dlctl.cli.connect import ClusterFlags
from dlctl.cli.output.tables.table import TableFormat
from dlctl.cli.output.views.jobs.listing import print_jobs
from dlctl.cli.output.views.unread import fail_where_unread
from dlctl.cli.runtime import Runtime
from dlctl.cli.session import environments_of
from dlctl.workflow.jobs.listing import JobQuery, jobs_of


def list_jobs(
    runtime: Runtime,
    flags: ClusterFlags,
    query: JobQuery,
    environments: Sequence[str],
    output: TableFormat,
    *,
    every: bool,
    ignore_unreachable: bool,
) -> None:
    """`job list`. Raises UsageError and AppError before any cluster is asked.

    Also raises AppError for a component that the app does not have, and that no job belongs to.
    """
    names = environments_of(runtime.app(), environments, all_=every)
    reads = read_environments(runtime, flags, names, partial(jobs_of, query=query))
    found = (job.component for each in reads if each.result for job in each.result.jobs)
    check_components(runtime, query, found)
    print_jobs(runtime, reads, output, ended=query.ended)
    fail_where_unread([(each.target, each.error) for each in reads], ignore=ignore_unreachable)
