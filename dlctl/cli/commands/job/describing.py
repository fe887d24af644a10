"""`dlctl job describe`: look for a job on the clusters of the environments, and print all of it."""

from dlctl.cli.commands.job.finding import search_jobs
from dlctl.cli.connect import ClusterFlags
from dlctl.cli.output.notes import log_event
from dlctl.cli.output.tables.table import TableFormat
from dlctl.cli.output.views.jobs.description import print_description
from dlctl.cli.output.views.jobs.notes import log_notes
from dlctl.cli.output.views.jobs.watched_description import description_view
from dlctl.cli.runtime import Runtime
from dlctl.events import Note
from dlctl.jobs.description import describe
from dlctl.workflow.jobs.listing import JobQuery
from dlctl.workflow.jobs.watch import described


def describe_job(
    runtime: Runtime, flags: ClusterFlags, name: str, environment: str, query: JobQuery, output: TableFormat
) -> None:
    """`job describe`. Raises UsageError and AppError, also for a name that exists in several environments."""
    search = search_jobs(runtime, flags, environment, query)
    found = search.one(name)
    print_description(
        runtime, describe(found.cluster, found.live, found.owner, found.judge), search.reads, output
    )
    search.fail_where_unread()


def watch_job(runtime: Runtime, flags: ClusterFlags, name: str, environment: str, query: JobQuery) -> None:
    """`job describe --watch`, until the job is final or was deleted. Raises the errors of `describe_job`."""
    search = search_jobs(runtime, flags, environment, query)
    found = search.one(name)
    log_notes(search.reads)
    last = None
    with description_view() as view:
        for last in described(found, view.note):
            view.show(last)
        view.end()
    if last is None or not last.job.final:
        log_event(Note(f"job {found.ref.name} was deleted"))
    search.fail_where_unread()
