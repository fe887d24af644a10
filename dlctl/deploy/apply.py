"""Apply a plan."""

from collections.abc import Callable

from dlctl.cluster.protocol import Cluster
from dlctl.deploy.apply_phase import ApplyPhase
from dlctl.deploy.dependencies import dependencies_of
from dlctl.deploy.model import Report
from dlctl.deploy.options import DeployOptions
from dlctl.deploy.parent_phase import ParentPhase
from dlctl.deploy.preconditions import refuse_blocked
from dlctl.deploy.record import Record
from dlctl.deploy.runner import Wave, run_waves, waves_of
from dlctl.events import Emit, no_events
from dlctl.kinds import NAMESPACE
from dlctl.manifest import ObjectRef
from dlctl.plan.model import Action, Plan


def _at_once() -> bool:
    """What is deleted does not wait for what was applied."""
    return True


def apply_plan(
    plan: Plan,
    cluster: Cluster,
    options: DeployOptions | None = None,
    emit: Emit = no_events,
    is_ready: Callable[[], bool] = _at_once,
) -> Report:
    """Apply a plan, and report the outcome of each step.

    The ApplySet parent is written first, with all kinds that there may be; then the objects; then those that
    are no longer rendered are deleted; last, the parent lists what is left. So an interrupted run leaves
    nothing that the next one does not find. `is_ready` is called before the first deletion, and may wait for
    what was applied; if it returns false, nothing is deleted.

    Raises PlanError, before the first write, if a step is a conflict or unknown. Failures of single objects
    are in the report; so is an interrupt (KeyboardInterrupt, or `options.stop`).
    """
    options = options or DeployOptions()
    refuse_blocked(plan, options.rules)
    record = Record(emit)
    parent = ParentPhase(plan, plan.applyset, cluster, emit) if plan.applyset else None
    report = run_waves(plan, _waves(plan, cluster, options, emit, parent, is_ready), record, options)
    ended = report.succeeded and not report.interrupted
    if ended and _released(plan, cluster, emit) and parent is not None:
        parent.finish()
    return report


def _released(plan: Plan, cluster: Cluster, emit: Emit) -> bool:
    """Whether nothing is left to release, once it was done."""
    if not plan.releases:
        return True
    from dlctl.deploy.release import release_all

    return release_all(plan, cluster, emit)


def _waves(
    plan: Plan,
    cluster: Cluster,
    options: DeployOptions,
    emit: Emit,
    parent: ParentPhase | None,
    is_ready: Callable[[], bool],
) -> list[Wave]:
    """The waves of a run: what is applied, and then what is deleted. Raises PlanError, RegistryError."""
    steps = [step for step in plan.steps if step.action is not Action.PRUNE]
    order = dependencies_of(steps, options.rules)
    applying = ApplyPhase(plan, cluster, options, emit, order, parent.step.ref if parent else None)
    waves: list[Wave] = []
    if parent is not None and parent.is_needed:
        place = ObjectRef("", NAMESPACE.kind, "", parent.step.ref.namespace)
        first = [step for step in steps if step.ref == place and step.action is Action.CREATE]
        steps = [step for step in steps if step not in first]
        waves += [*waves_of(first, applying), Wave(parent, (parent.step,))]
    waves += [Wave(applying, group) for group in order.waves(steps)]
    pruned = [step for step in plan.steps if step.action is Action.PRUNE]
    if not pruned:
        return waves
    from dlctl.deploy.prune_phase import PrunePhase

    return [*waves, *waves_of(pruned, PrunePhase(plan, cluster, options, emit, is_ready))]
