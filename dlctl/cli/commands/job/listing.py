"""`dlctl job list`: read the clusters of the environments, and print their jobs."""

from collections.abc import Sequence

from dlctl.app.find import find_component
from dlctl.cli.cluster_targets import TargetFlags, Targets
from dlctl.cli.connect import ClusterFlags
from dlctl.cli.output.live.progress import LiveProgress
from dlctl.cli.output.tables.table import TableFormat
from dlctl.cli.output.views.jobs.listing import print_jobs
from dlctl.cli.output.views.unread import fail_where_unread
from dlctl.cli.runtime import Runtime
from dlctl.cli.session import environments_of, open_session
from dlctl.workflow.clusters import ClusterRead, Reached, read_clusters
from dlctl.workflow.job_list import JobList, JobQuery, jobs_of


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
    reads = read_jobs(runtime, flags, query, names)
    _check_components(runtime, query, reads)
    print_jobs(runtime, reads, output, ended=query.ended)
    fail_where_unread([(each.target, each.error) for each in reads], ignore=ignore_unreachable)


def read_jobs(
    runtime: Runtime, flags: ClusterFlags, query: JobQuery, names: Sequence[str]
) -> tuple[ClusterRead[JobList], ...]:
    """The jobs of each environment, or why they could not be read. Raises UsageError, AppError."""
    with LiveProgress() as progress:
        session = open_session(runtime, flags, progress)

        def read(reached: Reached) -> JobList:
            name = reached.target.name
            try:
                return jobs_of(reached.cluster, session.target(name), query, session.rules(name))
            finally:
                progress.finished(name)

        targets = Targets(runtime, flags, progress).chosen(TargetFlags(names))
        return read_clusters(targets, read, question=lambda name: name)


def _check_components(runtime: Runtime, query: JobQuery, reads: Sequence[ClusterRead[JobList]]) -> None:
    found = {job.component for each in reads if each.result for job in each.result.jobs}
    for name in query.components:
        if name not in found:
            find_component(runtime.app(), name)
