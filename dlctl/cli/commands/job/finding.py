"""Look for jobs by name on the clusters of the environments: `NAME [--env E]` of all commands."""

from collections.abc import Container

from msgspec import Struct

from dlctl.app.model import Target
from dlctl.app.select import all_environments
from dlctl.cli.commands.job.reading import read_environments
from dlctl.cli.connect import ClusterFlags
from dlctl.cli.exit_codes import SOME_UNREAD
from dlctl.cli.output.errors import Failed, report_failure
from dlctl.cli.output.views.jobs.notes import log_notes
from dlctl.cli.output.views.unread import Ends, fail_where_unread
from dlctl.cli.runtime import Runtime
from dlctl.cli.session import environments_of
from dlctl.cluster.protocol import Cluster
from dlctl.errors import AppError
from dlctl.status import Rules
from dlctl.workflow.clusters import ClusterRead, require_pinned
from dlctl.workflow.jobs.find import JOBS, FoundJob, Names, Searched, the_one
from dlctl.workflow.jobs.listing import JobQuery, chosen_jobs


class Search(Struct, frozen=True):
    """The jobs of the environments that were read, and why others were not.

    `failed` is the exit code where no cluster could be read; `what` was looked for. `components` are those of
    the app: the name of one that has no job is explained.
    """

    reads: tuple[ClusterRead[Searched], ...]
    failed: int = 1
    what: Names = JOBS
    components: Container[str] = ()

    def one(self, name: str) -> FoundJob:
        """The one job that a name stands for. Raises AppError for none and for several.

        Raises Failed with exit code 4 where none is found and some clusters could not be read, and with
        `failed` where no cluster could.
        """
        searched = [each.result for each in self.reads if each.result is not None]
        if not searched:
            self.fail_where_unread()
        try:
            return the_one(name, searched, self.what, self.components)
        except AppError as error:
            log_notes(self.reads)
            if any(failure for _, failure in self._ends):
                report_failure(error)
                self.fail_where_unread()
                raise Failed((error,), SOME_UNREAD) from error
            raise

    def require_pinned(self, found: FoundJob) -> None:
        """Raise PlanError where a job is not on the cluster that its environment is pinned to."""
        for each in self.reads:
            if each.target == found.environment and each.reached is not None:
                require_pinned(each.reached)

    def fail_where_unread(self) -> None:
        """At the end of a command: report the clusters that could not be read, and exit with 4 for them."""
        fail_where_unread(self._ends, ignore=False, failed=self.failed)

    @property
    def _ends(self) -> Ends:
        return [(each.target, each.error) for each in self.reads]


def search_jobs(
    runtime: Runtime,
    flags: ClusterFlags,
    environment: str,
    query: JobQuery,
    *,
    failed: int = 1,
    skip_identity: bool = False,
) -> Search:
    """Read the jobs of one environment, or of all that have a cluster. Raises UsageError, AppError."""
    names = searched_environments(runtime, environment)

    def read(cluster: Cluster, target: Target, rules: Rules) -> Searched:
        return Searched(target.environment.name, cluster, chosen_jobs(cluster, target, query, rules))

    reads = read_environments(runtime, flags, names, read, skip_identity=skip_identity)
    return Search(reads, failed, components=runtime.app().components)


def searched_environments(runtime: Runtime, environment: str) -> tuple[str, ...]:
    """The environment that is named, else all that have a cluster. Raises UsageError, AppError."""
    app = runtime.app()
    return environments_of(app, [environment], all_=False) if environment else all_environments(app)
