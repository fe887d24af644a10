"""Delete a target from its cluster."""

from dlctl.cluster.protocol import Cluster
from dlctl.deploy.delete_phase import DeletePhase
from dlctl.deploy.model import Report
from dlctl.deploy.options import DeployOptions
from dlctl.deploy.parent import delete_parent
from dlctl.deploy.record import Record
from dlctl.deploy.runner import run_waves, waves_of
from dlctl.deploy.same_cluster import require_same_cluster
from dlctl.errors import DlctlError
from dlctl.events import Emit, Note, no_events
from dlctl.plan.applyset import Parent
from dlctl.plan.model import Plan


def delete_plan(
    plan: Plan, cluster: Cluster, options: DeployOptions | None = None, emit: Emit = no_events
) -> Report:
    """Delete the objects of a plan of `plan_delete`, the last wave first, each completely before the next.

    An object that is not deleted in time is reported as NotReady, with its finalizers; later waves are
    then skipped, since they may contain the controllers of these finalizers.
    """
    options = options or DeployOptions()
    phase = DeletePhase(plan, cluster, options, emit)
    report = run_waves(plan, waves_of(plan.steps, phase), Record(emit), options)
    ended = report.succeeded and not report.interrupted
    if ended and plan.releases:
        from dlctl.deploy.release import release_all

        ended = release_all(plan, cluster, emit)
    if plan.applyset is not None and options.wait and ended:
        for parent in (plan.applyset.parent, *plan.applyset.replaced):
            if parent.uid:
                _delete_parent(plan, parent, cluster, emit)
    return report


def _delete_parent(plan: Plan, parent: Parent, cluster: Cluster, emit: Emit) -> None:
    """Delete the parent of the set, which has no members any more; a failure is a note."""
    try:
        require_same_cluster(cluster, plan.identity)
        delete_parent(cluster, parent)
    except DlctlError as error:
        emit(Note(f"{parent.ref}, which lists the kinds of this environment, is left: {error.message}"))
