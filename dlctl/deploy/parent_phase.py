"""The phase of a run that writes the ApplySet parent, before the members."""

from collections.abc import Sequence

from dlctl.cluster.protocol import Cluster
from dlctl.deploy.model import Result
from dlctl.deploy.record import Record
from dlctl.deploy.same_cluster import require_same_cluster
from dlctl.errors import Conflict, DlctlError, Forbidden
from dlctl.events import Emit, Note
from dlctl.plan.applyset import ApplySet, lists
from dlctl.plan.model import Action, Plan, Step


class ParentPhase:
    """Writes the parent with the superset of kinds. A user without permissions for it continues without.

    Plans that delete need the parent: then a refusal is a failure, and nothing is written.
    """

    done_when_sent = False
    has_events = False

    def __init__(self, plan: Plan, members: ApplySet, cluster: Cluster, emit: Emit) -> None:
        self.members = members
        self.step = Step(Action.UPDATE, members.parent.ref, 0)
        self.is_needed = not (
            members.parent.unreadable
            or (members.parent.is_ours and lists(members.parent, members.superset))
            or not members.superset.kinds
        )
        self._planned_for = plan.identity
        self._deletes = bool(plan.count(Action.PRUNE))
        self._cluster = cluster
        self._emit = emit
        self._parent = members.parent
        self._refused = ""

    def check_cluster(self) -> None:
        """Raise DeployError if the cluster is not the planned one any more, ClusterError."""
        require_same_cluster(self._cluster, self._planned_for)

    def blocker(self, step: Step, record: Record) -> str:
        """Nothing precedes it but the environment's namespace."""
        return "its namespace was not created" if record.has_failures else ""

    def send(self, step: Step, record: Record) -> None:
        """Write the superset. Raises DeployError and ClusterError."""
        from dlctl.deploy.parent import write_superset

        try:
            self._parent = write_superset(self._cluster, self._parent, self.members.superset)
        except Forbidden as error:
            if self._deletes:
                raise
            self._refused = error.message

    def finish_wave(self, steps: Sequence[Step], record: Record) -> None:
        """Record that the parent is written, without an event: it is no object of the app."""
        for step in steps:
            if record.is_pending(step):
                record.put(step, Result.DONE)
        if self._refused:
            self._emit(Note(f"the kinds of the applied objects are not recorded: {self._refused}"))

    def finish(self) -> None:
        """After everything was done: list what is left, and delete the parents of earlier names."""
        if self.members.parent.unreadable or self._refused:
            return
        self._narrow()
        for parent in self.members.replaced:
            from dlctl.deploy.lease import delete_lock
            from dlctl.deploy.parent import delete_parent

            try:
                self.check_cluster()
                delete_parent(self._cluster, parent)
                delete_lock(self._cluster, parent.ref.namespace, parent.ref.name)
            except DlctlError as error:
                self._emit(Note(f"{parent.ref} of the environment's earlier name is left: {error.message}"))

    def _narrow(self) -> None:
        """List what is left; a failure is a note: more kinds do no harm."""
        if lists(self._parent, self.members.remaining) or not self._parent.uid:
            return
        from dlctl.deploy.parent import narrow

        try:
            self.check_cluster()
            narrow(self._cluster, self._parent, self.members.remaining)
        except Conflict:
            return  # another dlctl command writes it, and lists what it needs
        except DlctlError as error:
            self._emit(Note(f"{self._parent.ref} still lists kinds without objects: {error.message}"))
