"""Delete an environment, or some of its components, from its cluster."""

from collections.abc import Callable, Set

from msgspec import Struct
from msgspec.structs import replace

from dlctl.app.model import Target
from dlctl.deploy.delete import delete_plan
from dlctl.deploy.model import Report
from dlctl.deploy.options import DeployOptions
from dlctl.deploy.preconditions import NOT_DELETED, refuse_blocked
from dlctl.errors import AppError, DlctlError
from dlctl.events import Emit, Note
from dlctl.manifest import Manifest
from dlctl.plan.deletion import plan_delete
from dlctl.plan.model import Plan, Step
from dlctl.plan.view.old_secrets import with_old_secrets
from dlctl.redact import Redactor
from dlctl.text import counted, shown_name
from dlctl.workflow.plan import Planned
from dlctl.workflow.render import Selection
from dlctl.workflow.rights import require_rights_to_delete
from dlctl.workflow.scope import scope_of
from dlctl.workflow.session import Session


class DeletionOptions(Struct, frozen=True):
    """Options of deletions: include protected kinds, namespaces other than the environment's, and runs."""

    prune_protected: bool = False
    all_namespaces: bool = False
    runs: bool = False


def plan_deletion(
    session: Session, environment: str, selection: Selection, options: DeletionOptions, *, writing: bool
) -> Planned:
    """The deletion plan: every object with this target's labels, rendered or not.

    Two users may have apps of the same name in different namespaces. So objects in namespaces other than
    those of the environment, its components and its manifests are kept, with a note, unless
    `all_namespaces`; an app without an id keeps objects of components that it does not have.
    Raises AppError for a component that neither the app nor the cluster has.
    """
    target = session.target(environment)
    redactor = Redactor()
    emit = session.emit(environment, redactor)
    cluster = session.cluster(target.environment, emit, writing=writing)
    manifests = _manifests(session, environment, emit)
    names = selection.components
    plan = plan_delete(
        scope_of(target, selection),
        cluster,
        prune_protected=options.prune_protected,
        runs=options.runs,
        rendered=[each for each in manifests if not names or each.component in names],
        emit=emit,
    )
    _check_components(target, selection, plan)
    if not target.app.id and not names:
        plan = _of_own_components(plan, target, emit)
    if not options.all_namespaces:
        plan = _in_own_namespaces(plan, target, {each.ref.namespace for each in manifests}, emit)
    return Planned(
        environment, plan, with_old_secrets(redactor, plan), protected=target.environment.protected
    )


def refuse_deletion(session: Session, planned: Planned) -> None:
    """Raise one PlanError, before anything is deleted, for objects that cannot be read or deleted.

    What could be deleted beside them may be what they need to end, such as the controllers of their
    finalizers. Raises ClusterError.
    """
    with planned.redactor.masking_errors():
        refuse_blocked(planned.plan, subject=NOT_DELETED)
    require_rights_to_delete(session, planned)


def delete_planned(session: Session, planned: Planned, options: DeployOptions) -> Report:
    """Execute a deletion plan, and wait until the objects are deleted."""
    emit = session.emit(planned.environment, planned.redactor, planned.objects)
    return delete_plan(planned.plan, session.connected(planned.environment), options, emit)


def _manifests(session: Session, environment: str, emit: Emit) -> tuple[Manifest, ...]:
    """The manifests of an environment; none, with a note, where it cannot be rendered any more."""
    try:
        return session.render(environment, Selection()).manifests
    except DlctlError as error:
        emit(Note(f"namespaces that only templates name are not searched, as rendering fails: {error}"))
        return ()


def _check_components(target: Target, selection: Selection, plan: Plan) -> None:
    """Refuse unknown components; a component that was removed or disabled may still have objects.

    Another name is never suggested: the command deletes.
    """
    on_the_cluster = {step.component for step in plan.steps} | plan.kept
    for name in selection.components:
        if name not in on_the_cluster and name not in target.app.components:
            environment = target.environment.name
            raise AppError(
                f"component {shown_name(name)} is not in this app "
                f"and has no objects in environment {environment}",
                hint="'dlctl component list' lists the components; "
                f"'dlctl status {environment}' lists the objects on the cluster",
            )


def _of_own_components(plan: Plan, target: Target, emit: Emit) -> Plan:
    """The plan without objects of components that an app without an id does not have.

    Only the id tells apart apps of one name, so they may belong to another app. An object that
    cannot be read has no component; its step stays, as that says that it cannot be read.
    """
    own = {"", *target.app.components}
    for component in sorted({step.component for step in plan.steps if step.component not in own}):
        count = sum(step.component == component for step in plan.steps)
        emit(
            Note(
                f"{counted(count, 'object')} of component {component} kept: this app does not have it, and "
                f"has no id, so another app named {target.app.name} may own them "
                f"(pass -c {component} to delete them)"
            )
        )
    return _of(plan, lambda step: step.component in own)


def _of(plan: Plan, chosen: Callable[[Step], bool]) -> Plan:
    """The plan with only the chosen steps; where others are left out, the ApplySet keeps members."""
    steps, releases = (tuple(filter(chosen, each)) for each in (plan.steps, plan.releases))
    whole = (len(steps), len(releases)) == (len(plan.steps), len(plan.releases))
    return replace(plan, steps=steps, releases=releases, applyset=plan.applyset if whole else None)


def _in_own_namespaces(plan: Plan, target: Target, rendered: Set[str], emit: Emit) -> Plan:
    components = target.app.components.values()
    own = {"", target.environment.namespace, *(component.namespace for component in components), *rendered}
    for namespace in sorted({step.ref.namespace for step in plan.steps} - own):
        count = sum(step.ref.namespace == namespace for step in plan.steps)
        emit(
            Note(
                f"{counted(count, 'object')} in namespace {namespace} kept: "
                "the namespace is not this environment's (pass --all-namespaces to delete them)"
            )
        )
    return _of(plan, lambda step: step.ref.namespace in own)
