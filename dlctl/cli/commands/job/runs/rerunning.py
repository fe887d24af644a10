"""`dlctl job rerun`: find a run, and make one like it."""

from collections.abc import Sequence

from dlctl.cli.commands.job.finding import search_jobs
from dlctl.cli.commands.job.runs.submitting import SubmitFlags, finish_run, log_fit
from dlctl.cli.output.live.progress import LiveProgress
from dlctl.cli.output.printable import printable
from dlctl.cli.output.streams import log
from dlctl.cli.runtime import Runtime
from dlctl.cli.session import open_session
from dlctl.workflow.jobs.listing import JobQuery
from dlctl.workflow.runs.again import again, difference_lines
from dlctl.workflow.runs.author import new_record
from dlctl.workflow.runs.find import recorded
from dlctl.workflow.runs.submit import RunRequest, plan_run


def rerun(runtime: Runtime, flags: SubmitFlags, name: str, environment: str, settings: Sequence[str]) -> None:
    """`job rerun`. Raises AppError for a job that is no run, ParamError; otherwise as `submit`."""
    query = JobQuery(ended=True)
    search = search_jobs(runtime, flags.cluster, environment, query, skip_identity=flags.skip_identity)
    found = search.one(name)
    before = recorded(found)
    selection = again(before, settings)
    progress = LiveProgress(quiet=flags.is_quiet)
    session = open_session(runtime, flags.cluster, progress, skip_identity_check=flags.skip_identity)
    record = new_record(before.component, found.environment, session.app.root, runtime.environ)
    request = RunRequest(selection, record, check_new=flags.dry_run)
    with progress:
        planned = plan_run(session, found.environment, request, writing=not flags.dry_run)
    lines = tuple(difference_lines(before, planned.run.record))
    for line in lines:
        log(printable(f"{name}: {planned.run.redactor.mask_message(line)}"))
    if not lines:
        log(f"{name}: the same values and files")
    log_fit(session, planned, wanted=flags.fit_check)
    finish_run(runtime, session, flags, planned, progress)
    search.fail_where_unread()
