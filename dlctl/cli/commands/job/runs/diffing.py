"""`dlctl job diff`: find two runs, and print what differs."""

from dlctl.cli.commands.job.finding import search_jobs
from dlctl.cli.connect import ClusterFlags
from dlctl.cli.exit_codes import FAILED_DIFF
from dlctl.cli.output.errors import Failed
from dlctl.cli.output.live.progress import LiveProgress
from dlctl.cli.output.notes import log_event
from dlctl.cli.output.tables.table import TableFormat
from dlctl.cli.output.views.jobs.run_diff import print_comparison
from dlctl.cli.runtime import Runtime
from dlctl.cli.session import open_session
from dlctl.events import WarningNote
from dlctl.text import listed
from dlctl.workflow.jobs.listing import JobQuery
from dlctl.workflow.runs.compare import compared_runs
from dlctl.workflow.runs.find import whole_run


def diff_runs(
    runtime: Runtime, flags: ClusterFlags, names: tuple[str, str], environment: str, output: TableFormat
) -> None:
    """`job diff`. Raises AppError for a job that is no run, and Failed with 1 where the runs differ."""
    search = search_jobs(runtime, flags, environment, JobQuery(ended=True), failed=FAILED_DIFF)
    with LiveProgress() as progress:
        session = open_session(runtime, flags, progress)
        left, right = (
            whole_run(found, session.target(found.environment)) for found in map(search.one, names)
        )
    comparison = compared_runs(left, right)
    for each in (left, right):
        if each.unread:
            place = each.found.environment
            log_event(
                WarningNote(
                    f"not compared, because you do not have permission to list them: {listed(each.unread)}"
                ),
                place,
            )
    print_comparison(runtime, left, right, comparison, output)
    search.fail_where_unread()
    if comparison.differs:
        raise Failed((), 1)
