"""Apply a plan."""

from collections.abc import Iterator

from dlctl.cluster.protocol import Cluster
from dlctl.deploy.apply_phase import ApplyPhase
from dlctl.deploy.model import Report
from dlctl.deploy.options import DeployOptions
from dlctl.deploy.parent_phase import ParentPhase
from dlctl.deploy.preconditions import refuse_blocked
from dlctl.deploy.prune_phase import PrunePhase
from dlctl.deploy.record import Record
from dlctl.deploy.runner import Wave, run_waves, waves_of
from dlctl.events import Emit, no_events
from dlctl.kinds import NAMESPACE
from dlctl.manifest import ObjectRef
from dlctl.plan.model import Action, Plan


def apply_plan(
    plan: Plan, cluster: Cluster, options: DeployOptions | None = None, emit: Emit = no_events
) -> Report:
    """Apply a plan, and report the outcome of each step.

    The ApplySet parent is written first, with all kinds that there may be; then the objects; then those that
    are no longer rendered are deleted; last, the parent lists what is left. So an interrupted run leaves
    nothing that the next one does not find.

    Raises PlanError, before the first write, if a step is a conflict or unknown. Failures of single objects
    are in the report; so is an interrupt (KeyboardInterrupt, or `options.stop`).
    """
    refuse_blocked(plan)
    options = options or DeployOptions()
    record = Record(emit)
    parent = ParentPhase(plan, plan.applyset, cluster, emit) if plan.applyset else None
    report = run_waves(plan, _waves(plan, cluster, options, emit, parent), record, options)
    if parent is not None and report.succeeded and not report.interrupted:
        parent.finish()
    return report


def _waves(
    plan: Plan, cluster: Cluster, options: DeployOptions, emit: Emit, parent: ParentPhase | None
) -> Iterator[Wave]:
    applying = ApplyPhase(plan, cluster, options, emit, parent.step.ref if parent else None)
    steps = [step for step in plan.steps if step.action is not Action.PRUNE]
    if parent is not None and parent.is_needed:
        place = parent.step.ref.namespace
        created = [step for step in steps if step.ref == ObjectRef("", NAMESPACE.kind, "", place)]
        first = [step for step in created if step.action is Action.CREATE]
        steps = [step for step in steps if not any(step is each for each in first)]
        yield from waves_of(first, applying)
        yield Wave(parent, (parent.step,))
    yield from waves_of(steps, applying)
    pruned = (step for step in plan.steps if step.action is Action.PRUNE)
    yield from waves_of(pruned, PrunePhase(plan, cluster, options, emit))
