"""The prune phase of a run: deletes what is no longer rendered, after everything else was applied."""

from collections.abc import Callable

from dlctl.cluster.protocol import Cluster
from dlctl.deploy.delete_phase import DeletePhase
from dlctl.deploy.options import DeployOptions
from dlctl.deploy.record import Record
from dlctl.events import Emit
from dlctl.plan.model import Plan, Step

UNREADY = "not deleted, because what was applied is not ready; the next 'dlctl apply --prune' deletes it"


class PrunePhase(DeletePhase):
    """Deletes objects by UID. The first failure of the run, of an apply or a deletion, stops it.

    `is_ready` is asked once, before the first deletion, and may take as long as the run: nothing is deleted
    if it says no. So old objects serve until the new ones do.
    """

    def __init__(
        self, plan: Plan, cluster: Cluster, options: DeployOptions, emit: Emit, is_ready: Callable[[], bool]
    ) -> None:
        super().__init__(plan, cluster, options, emit)
        self._ask = is_ready
        self._answer: bool | None = None

    def blocker(self, step: Step, record: Record) -> str:
        """Any failure: objects are deleted only where all others are as the manifests state, and ready."""
        if record.has_failures:
            return "not deleted, because an earlier step failed"
        if self._answer is None and not self._options.is_stopped:
            self._answer = self._ask()
        return "" if self._answer or self._options.is_stopped else UNREADY
