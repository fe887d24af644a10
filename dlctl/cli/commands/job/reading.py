"""Read something of the cluster of each environment, at once: what all commands on jobs do first."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from dlctl.app.model import Target
from dlctl.cli.cluster_targets import TargetFlags, Targets
from dlctl.cli.connect import ClusterFlags
from dlctl.cli.output.live.progress import LiveProgress
from dlctl.cli.runtime import Runtime
from dlctl.cli.session import open_session
from dlctl.cluster.protocol import Cluster
from dlctl.status import Rules
from dlctl.workflow.clusters import ClusterRead, Reached, read_clusters, require_not_other

Result = TypeVar("Result")
Read = Callable[[Cluster, Target, Rules], Result]
"""What is read of an environment, whose jobs are judged by its rules."""


def read_environments(
    runtime: Runtime,
    flags: ClusterFlags,
    names: Sequence[str],
    read: Read[Result],
    *,
    skip_identity: bool = False,
    quiet: bool = False,
) -> tuple[ClusterRead[Result], ...]:
    """One answer for each environment, or why it could not be read. Raises UsageError, AppError.

    A cluster that is not the one that its environment is pinned to is not read, unless `skip_identity`: that
    it has no jobs of the app says nothing of them. With `quiet` no progress is shown.
    """
    with LiveProgress(quiet=quiet) as progress:
        session = open_session(runtime, flags, progress)

        def read_one(reached: Reached) -> Result:
            name = reached.target.name
            try:
                if not skip_identity:
                    require_not_other(reached)
                return read(reached.cluster, session.target(name), session.rules(name))
            finally:
                progress.finished(name)

        targets = Targets(runtime, flags, progress).chosen(TargetFlags(names))
        return read_clusters(targets, read_one, question=lambda name: name)
