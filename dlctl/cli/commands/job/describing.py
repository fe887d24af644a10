"""`dlctl job describe`: look for a job on the clusters of the environments, and print all of it."""

from dlctl.app.select import all_environments
from dlctl.cli.cluster_targets import TargetFlags, Targets
from dlctl.cli.connect import ClusterFlags
from dlctl.cli.exit_codes import SOME_UNREAD
from dlctl.cli.output.errors import Failed, report_failure
from dlctl.cli.output.live.progress import LiveProgress
from dlctl.cli.output.tables.table import TableFormat
from dlctl.cli.output.views.jobs.description import print_description
from dlctl.cli.output.views.unread import fail_where_unread
from dlctl.cli.runtime import Runtime
from dlctl.cli.session import environments_of, open_session
from dlctl.errors import AppError
from dlctl.workflow.clusters import ClusterRead, Reached, read_clusters
from dlctl.workflow.job_describe import LookedFor, look_for, the_one
from dlctl.workflow.job_list import JobQuery, chosen_jobs


def describe_job(
    runtime: Runtime, flags: ClusterFlags, name: str, environment: str, query: JobQuery, output: TableFormat
) -> None:
    """`job describe`. Raises UsageError and AppError, also for a name that stands in several environments."""
    reads = _looked_for(runtime, flags, name, environment, query)
    ends = [(each.target, each.error) for each in reads]
    looked = [(each.target, each.result) for each in reads if each.result is not None]
    if not looked:
        fail_where_unread(ends, ignore=False)
    try:
        _, job, found = the_one(name, looked)
    except AppError as error:
        if any(failure for _, failure in ends):
            report_failure(error)
            fail_where_unread(ends, ignore=False)
            raise Failed((error,), SOME_UNREAD) from error
        raise
    print_description(runtime, found.describe(job), reads, output)
    fail_where_unread(ends, ignore=False)


def _looked_for(
    runtime: Runtime, flags: ClusterFlags, name: str, environment: str, query: JobQuery
) -> tuple[ClusterRead[LookedFor], ...]:
    app = runtime.app()
    names = environments_of(app, [environment], all_=False) if environment else all_environments(app)
    with LiveProgress() as progress:
        session = open_session(runtime, flags, progress)

        def read(reached: Reached) -> LookedFor:
            place = reached.target.name
            try:
                chosen = chosen_jobs(reached.cluster, session.target(place), query, session.rules(place))
                return look_for(reached.cluster, chosen, name)
            finally:
                progress.finished(place)

        targets = Targets(runtime, flags, progress).chosen(TargetFlags(names))
        return read_clusters(targets, read, question=lambda place: place)
