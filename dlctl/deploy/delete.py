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
    """Find what is the target's, and delete it."""
    options = options or DeployOptions()
    emit(Progress("looking for what is to be deleted"))
    plan = plan_delete(scope, cluster, prune_protected=prune_protected, threads=options.threads, emit=emit)
    return delete_plan(plan, cluster, options, emit)


def delete_plan(
    plan: Plan, cluster: Cluster, options: DeployOptions | None = None, emit: Emit = no_events
) -> Report:
    """Delete what a plan of `plan_delete` lists, the last wave first, each gone before the next.

    What hangs is in the report as NotReady, with its finalizers; the waves after it are skipped,
    since the controllers that must let it go may be in them.
    """
    options = options or DeployOptions()
    phase = DeletePhase(plan.scope, cluster, options, emit)
    return run_waves(plan, waves_of(plan.steps, phase), Record(emit), options)
