"""The delete phase of a run."""

from collections.abc import Mapping, Sequence

from dlctl.cluster.protocol import Cluster, Resource
from dlctl.deploy.options import DeployOptions
from dlctl.deploy.record import Record
from dlctl.deploy.same_cluster import require_same_cluster
from dlctl.deploy.wait import Deadline, still_there
from dlctl.errors import Conflict, DeployError, Forbidden, NotFound, UnknownKind
from dlctl.events import Emit, Progress
from dlctl.manifest import JsonObject, ObjectRef
from dlctl.plan.live.objects.read import read_by_names
from dlctl.plan.model import Action, Plan, Step


class DeletePhase:
    """Deletes objects by UID, in the foreground. A step is done when its object no longer exists; without
    `options.wait` when the cluster accepts its request.

    A failure stops all later waves: they may contain the controllers of an object's finalizers. An object
    that is not deleted in time is NotReady, with its finalizers.
    """

    has_events = True

    def __init__(self, plan: Plan, cluster: Cluster, options: DeployOptions, emit: Emit) -> None:
        self._scope = plan.scope
        self._planned_for = plan.identity
        self._cluster = cluster
        self._options = options
        self._emit = emit
        self.done_when_sent = not options.wait

    def check_cluster(self) -> None:
        """Raise DeployError if the cluster is not the planned one any more, ClusterError."""
        require_same_cluster(self._cluster, self._planned_for)

    def blocker(self, step: Step, record: Record) -> str:
        """Any failure of an earlier wave; an object that could not be read is reported in any case."""
        if step.action is Action.UNKNOWN:
            return ""
        return "objects that were applied after it still exist" if record.has_failures else ""

    def send(self, step: Step, record: Record) -> None:
        """Send the delete request. Raises ClusterError and DeployError."""
        if step.action is Action.UNKNOWN:
            raise DeployError(f"{step.ref}: {step.reason}", hint=step.hint or None)
        if step.resource is None:
            raise DeployError(f"{step.ref}: the plan has no resource for it")
        try:
            self._cluster.delete(step.resource, step.ref.name, step.ref.namespace, uid=step.uid)
        except (NotFound, UnknownKind, Conflict):
            # Already deleted, possibly with its kind; or another object has its name now.
            return

    def finish_wave(self, steps: Sequence[Step], record: Record) -> None:
        """Poll each kind until none of the objects exists; does nothing without `wait`."""
        if self._options.wait:
            self._wait_gone([step for step in steps if record.is_pending(step)], record)

    def _wait_gone(self, steps: Sequence[Step], record: Record) -> None:
        deadline = Deadline(self._options)
        left = list(steps)
        while left:
            remaining = self._remaining(left)
            for step in left:
                if step.uid not in remaining:
                    record.done(step)
            left = [step for step in left if step.uid in remaining]
            if left:
                self._emit(Progress("waiting for objects to be deleted", len(steps) - len(left), len(steps)))
                if not deadline.pause():
                    self._fail(left, remaining, record)
                    return

    def _fail(self, steps: Sequence[Step], remaining: Mapping[str, JsonObject], record: Record) -> None:
        if self._options.is_stopped:
            return
        for step in steps:
            record.failed(step, still_there(step.ref, remaining[step.uid]))

    def _remaining(self, steps: Sequence[Step]) -> Mapping[str, JsonObject]:
        """The metadata of the objects that are still there, by UID.

        One LIST per kind and namespace, or one GET for each object where the user may not list.
        """
        found: dict[str, JsonObject] = {}
        places = dict.fromkeys((step.resource, step.ref.namespace) for step in steps)
        for resource, namespace in places:
            if resource is not None:
                refs = [s.ref for s in steps if (s.resource, s.ref.namespace) == (resource, namespace)]
                found.update(self._present(resource, namespace, refs))
        return found

    def _present(
        self, resource: Resource, namespace: str, refs: Sequence[ObjectRef]
    ) -> Mapping[str, JsonObject]:
        try:
            bodies = list(
                self._cluster.list(resource, namespace, labels=self._scope.everything, metadata_only=True)
            )
        except Forbidden:
            bodies = [each.body for each in read_by_names(self._cluster, resource, refs)[0].values()]
        except (NotFound, UnknownKind):
            return {}
        return {str(body["metadata"].get("uid")): body["metadata"] for body in bodies}
