"""Take an environment, or some of its components, off its cluster."""

from dataclasses import replace

from dlctl.app.find import find_component
from dlctl.app.model import Target
from dlctl.deploy.delete import delete_plan
from dlctl.deploy.events import Emit, no_events
from dlctl.deploy.model import Report
from dlctl.deploy.options import DeployOptions
from dlctl.plan.deletion import plan_delete
from dlctl.plan.model import Plan
from dlctl.redact import Redactor
from dlctl.workflow.online import Access, Planned, identified, scope_of
from dlctl.workflow.render import Selection


def plan_deletion(
    target: Target,
    selection: Selection,
    access: Access,
    *,
    writing: bool,
    prune_protected: bool,
    everywhere: bool = False,
) -> Planned:
    """What would be deleted: all that carries this target's labels, whether it is still rendered or not.

    Two people may have made an app of one name, each in a namespace of his own. So objects in other
    namespaces than the environment's and its components' are left alone, with a note, unless
    `everywhere`. Raises AppError for a component that neither the app nor the cluster knows.
    """
    cluster = identified(target.environment, access, writing=writing)
    plan = plan_delete(scope_of(target, selection), cluster, prune_protected=prune_protected)
    _check_components(target, selection, plan)
    if not everywhere:
        plan = _at_home(plan, target)
    return Planned(target.environment.name, plan, cluster, Redactor())


def delete_planned(planned: Planned, timeout: float, *, wait: bool, emit: Emit = no_events) -> Report:
    """Carry out a deletion, and wait until the objects are gone."""
    options = DeployOptions(timeout=timeout, wait=wait, redactor=planned.redactor)
    return delete_plan(planned.plan, planned.cluster, options, emit)


def _check_components(target: Target, selection: Selection, plan: Plan) -> None:
    """A component that was removed from the app, or disabled, may still have objects."""
    on_the_cluster = {step.component for step in plan.steps}
    for name in selection.components:
        if name not in on_the_cluster:
            find_component(target.app, name)


def _at_home(plan: Plan, target: Target) -> Plan:
    components = target.app.components.values()
    home = {"", target.environment.namespace, *(component.namespace for component in components)}
    other_namespaces = sorted({step.ref.namespace for step in plan.steps} - home)
    notes = tuple(
        f"{_count(plan, namespace)} in namespace {namespace} left alone: "
        "it is not this environment's (--all-namespaces deletes there too)"
        for namespace in other_namespaces
    )
    steps = tuple(step for step in plan.steps if step.ref.namespace in home)
    return replace(plan, steps=steps, notes=(*plan.notes, *notes))


def _count(plan: Plan, namespace: str) -> str:
    count = sum(step.ref.namespace == namespace for step in plan.steps)
    return "1 object" if count == 1 else f"{count} objects"
