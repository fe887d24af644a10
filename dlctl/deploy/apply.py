"""Apply a plan."""

from dlctl.cluster.protocol import Cluster
from dlctl.deploy.apply_phase import ApplyPhase
from dlctl.deploy.dependencies import dependencies_of
from dlctl.deploy.model import Report
from dlctl.deploy.options import DeployOptions
from dlctl.deploy.preconditions import refuse_blocked
from dlctl.deploy.record import Record
from dlctl.deploy.runner import Wave, run_waves
from dlctl.events import Emit, no_events
from dlctl.plan.model import Plan


def apply_plan(
    plan: Plan, cluster: Cluster, options: DeployOptions | None = None, emit: Emit = no_events
) -> Report:
    """Apply a plan, and report the outcome of each step.

    Raises PlanError, before the first write, if a step is a conflict or unknown. Failures of single
    objects are in the report; so is an interrupt (KeyboardInterrupt, or `options.stop`).
    """
    refuse_blocked(plan)
    options = options or DeployOptions()
    order = dependencies_of(plan.steps)
    phase = ApplyPhase(plan, cluster, options, emit, order)
    waves = (Wave(phase, steps) for steps in order.waves(plan.steps))
    return run_waves(plan, waves, Record(emit), options)
