"""The prune phase of a run: deletes what is no longer rendered, after everything else was applied."""

from dlctl.deploy.delete_phase import DeletePhase
from dlctl.deploy.record import Record
from dlctl.plan.model import Step


class PrunePhase(DeletePhase):
    """Deletes objects by UID. The first failure of the run, of an apply or a deletion, stops it."""

    def blocker(self, step: Step, record: Record) -> str:
        """Any failure: objects are deleted only where all others are as the manifests state."""
        return "not deleted, because an earlier step failed" if record.has_failures else ""
