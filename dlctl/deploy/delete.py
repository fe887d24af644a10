"""Delete a target from its cluster."""

from dlctl.cluster.protocol import Cluster
from dlctl.deploy.delete_phase import DeletePhase
from dlctl.deploy.model import Report
from dlctl.deploy.options import DeployOptions
from dlctl.deploy.record import Record
from dlctl.deploy.runner import run_waves, waves_of
from dlctl.events import Emit, no_events
from dlctl.plan.model import Plan


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
