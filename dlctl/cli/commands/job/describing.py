"""`dlctl job describe`: look for a job on the clusters of the environments, and print all of it."""

from dlctl.cli.commands.job.finding import search_jobs
from dlctl.cli.connect import ClusterFlags
from dlctl.cli.output.tables.table import TableFormat
from dlctl.cli.output.views.jobs.description import print_description
from dlctl.cli.runtime import Runtime
from dlctl.jobs.description import describe
from dlctl.workflow.jobs.listing import JobQuery


def describe_job(
    runtime: Runtime, flags: ClusterFlags, name: str, environment: str, query: JobQuery, output: TableFormat
) -> None:
    """`job describe`. Raises UsageError and AppError, also for a name that stands in several environments."""
    search = search_jobs(runtime, flags, environment, query)
    found = search.one(name)
    print_description(
        runtime, describe(found.cluster, found.live, found.owner, found.judge), search.reads, output
    )
    search.fail_where_unread()
