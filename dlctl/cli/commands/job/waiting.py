"""`dlctl job wait`: look the jobs up, wait for those of each environment, and tell how it ended."""

import time
from collections.abc import Sequence

from msgspec import Struct

from dlctl.cli.commands.job.finding import search_jobs
from dlctl.cli.connect import ClusterFlags
from dlctl.cli.exit_codes import SOME_UNREAD
from dlctl.cli.output.errors import Failed, report_failure
from dlctl.cli.output.live.progress import LiveProgress
from dlctl.cli.output.tables.table import TableFormat
from dlctl.cli.output.views.jobs.waited import WaitEnd, errors_of, exit_code_of, print_waited, show_change
from dlctl.cli.runtime import Runtime
from dlctl.deploy.options import DeployOptions
from dlctl.errors import DlctlError, UsageError
from dlctl.events import Event, masking
from dlctl.jobs.choices import JobGoal
from dlctl.jobs.following import Following
from dlctl.jobs.kinds import MADE_BY_JOBS
from dlctl.jobs.wait import Enough, JobChanged, JobWait, WaitedJob, wait_for_jobs
from dlctl.redact import Redactor
from dlctl.workflow.jobs.find import FoundJob
from dlctl.workflow.jobs.listing import JobQuery
from dlctl.workflow.many import Limits, Outcomes, run_many


class WaitRequest(Struct, frozen=True):
    """What the command line asks for; `deadline` is by the monotonic clock."""

    names: tuple[str, ...]
    environment: str
    goal: JobGoal
    deadline: float
    enough: Enough
    unmanaged: bool


def wait_for_named(runtime: Runtime, flags: ClusterFlags, request: WaitRequest, output: TableFormat) -> None:
    """`job wait`. Raises UsageError; every other failure ends with 4, as it says nothing of the jobs."""
    started = time.monotonic()
    try:
        found = _found(runtime, flags, request)
        outcomes = _wait(found, request, quiet=output is TableFormat.JSON)
    except UsageError:
        raise
    except Failed as failure:
        raise Failed(failure.errors, SOME_UNREAD) from failure
    except DlctlError as error:
        report_failure(error)
        raise Failed((error,), SOME_UNREAD) from error
    if outcomes.interrupted:
        raise KeyboardInterrupt
    waited = [(each.environment, one) for each in outcomes.each for one in each.result or ()]
    end = WaitEnd(request.goal, tuple(waited), outcomes.errors, time.monotonic() - started)
    print_waited(runtime, end, output)
    if code := exit_code_of(end):
        raise Failed(errors_of(end), code)


def _found(runtime: Runtime, flags: ClusterFlags, request: WaitRequest) -> tuple[FoundJob, ...]:
    """The jobs, each once. A cluster that could not be read ends the command: the names may stand there."""
    query = JobQuery(unmanaged=request.unmanaged, ended=True)
    search = search_jobs(runtime, flags, request.environment, query)
    found = {each.live.uid: each for each in map(search.one, request.names)}
    search.fail_where_unread()
    return tuple(found.values())


def _wait(found: Sequence[FoundJob], request: WaitRequest, *, quiet: bool) -> Outcomes[tuple[WaitedJob, ...]]:
    environments = tuple(dict.fromkeys(each.environment for each in found))
    limits = Limits(max_parallel=max(1, len(environments)))
    with LiveProgress(quiet=quiet) as progress:

        def wait(name: str) -> tuple[WaitedJob, ...]:
            show = masking(progress.for_environment(name), Redactor())

            def emit(event: Event) -> None:
                if not isinstance(event, JobChanged):
                    show(event)
                    return
                progress.printed(lambda: show_change(name, event, quiet=quiet))

            here = [each for each in found if each.environment == name]
            jobs = tuple((each.job, each.owner) for each in here)
            kinds = {*MADE_BY_JOBS, *(each.ref.group_kind for each in here)}
            namespaces = dict.fromkeys(each.ref.namespace for each in here)
            cluster, rules = here[0].cluster, here[0].judge.rules
            following = Following(cluster, namespaces, rules, emit, kinds=kinds)
            options = DeployOptions(deadline=request.deadline, stop=limits.stop)
            wait = JobWait(jobs, request.goal, request.enough)
            return wait_for_jobs(cluster, following, wait, rules, options, emit)

        return run_many(environments, progress.until_finished(wait), limits)
