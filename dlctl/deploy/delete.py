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
    """Delete the objects of a plan of `plan_delete`, the last wave first, each completely before the next.

    An object that is not deleted in time is reported as NotReady, with its finalizers; later waves are
    then skipped, since they may contain the controllers of these finalizers.
    """
    options = options or DeployOptions()
    phase = DeletePhase(plan, cluster, options, emit)
    return run_waves(plan, waves_of(plan.steps, phase), Record(emit), options)
