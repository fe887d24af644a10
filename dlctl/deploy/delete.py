"""Delete a target from its cluster."""

from dlctl.cluster.protocol import Cluster
from dlctl.deploy.delete_phase import DeletePhase
from dlctl.deploy.model import Report
from dlctl.deploy.options import DeployOptions
from dlctl.deploy.record import Record
from dlctl.deploy.runner import run_waves, waves_of
from dlctl.events import Emit, Progress, no_events
from dlctl.plan.deletion import plan_delete
from dlctl.plan.model import Plan, Scope


def delete_target(
    scope: Scope,
    cluster: Cluster,
    options: DeployOptions | None = None,
    emit: Emit = no_events,
    *,
    prune_protected: bool = False,
) -> Report:
    """Find the target's objects, and delete them."""
    options = options or DeployOptions()
    emit(Progress("finding objects to delete"))
    plan = plan_delete(scope, cluster, prune_protected=prune_protected, threads=options.threads, emit=emit)
    return delete_plan(plan, cluster, options, emit)


def delete_plan(
    plan: Plan, cluster: Cluster, options: DeployOptions | None = None, emit: Emit = no_events
) -> Report:
    """Delete the objects of a plan of `plan_delete`, the last wave first, each completely before the next.

    An object that is not deleted in time is reported as NotReady, with its finalizers; later waves are
    then skipped, since they may contain the controllers of these finalizers.
    """
    options = options or DeployOptions()
    phase = DeletePhase(plan.scope, cluster, options, emit)
    return run_waves(plan, waves_of(plan.steps, phase), Record(emit), options)
