"""Take over objects that others created, without changing what they do."""

from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from dlctl.errors import AppError
from dlctl.events import Note
from dlctl.kinds.short_names import short_name
from dlctl.labels import annotations_of, labels_of
from dlctl.manifest import ObjectRef
from dlctl.plan.applyset import ApplySet
from dlctl.plan.model import Action, Plan, Step
from dlctl.plan.options import PlanOptions
from dlctl.suggest import did_you_mean
from dlctl.text import listed, shown_name
from dlctl.workflow.plan import Planned, plan_environment
from dlctl.workflow.render import Selection
from dlctl.workflow.session import Session


def plan_adoption(
    session: Session,
    environment: str,
    names: Sequence[str],
    components: Sequence[str] = (),
    *,
    writing: bool,
) -> Planned:
    """The plan that takes over existing objects: all, or those that `names` select as KIND/NAME.

    `components` are those whose objects are taken over (empty: all). A step that would change more than
    labels and annotations is a conflict. Raises AppError for a name that is not an object to adopt, and like
    `plan_environment`.
    """
    selection, options = Selection(tuple(components)), PlanOptions(adopt=True)
    planned = plan_environment(session, environment, selection, options, writing=writing, prune=False)
    steps = [_without_change(step) for step in planned.plan.steps if step.adopts or _is_parent(planned, step)]
    if names:
        known = [step for step in planned.plan.steps if step.manifest is not None]
        chosen = _chosen(steps, known, names)
        steps = [step for step in steps if step.ref in chosen or _is_parent(planned, step)]
    emit = session.emit(environment, planned.redactor)
    for note in filter(None, map(_removed, steps)):
        emit(Note(note))
    return replace(planned, plan=_of(planned.plan, steps))


def _removed(step: Step) -> str:
    """A note on the labels and annotations that go with the fields of earlier managers; empty for none."""
    if step.live is None or step.merged is None or step.action is not Action.UPDATE:
        return ""
    gone = {
        "label": labels_of(step.live).keys() - labels_of(step.merged).keys(),
        "annotation": annotations_of(step.live).keys() - annotations_of(step.merged).keys(),
    }
    parts = [f"{word} {key}" for word, keys in gone.items() for key in sorted(keys)]
    return f"{step.ref} loses {listed(parts)}, which the app does not set" if parts else ""


def _is_parent(planned: Planned, step: Step) -> bool:
    members = planned.plan.applyset
    return members is not None and step.ref == members.parent.ref


def _without_change(step: Step) -> Step:
    """The step, refused where the object would not stay as it is except for its metadata."""
    changed = [each.pointer for each in step.changes if not each.pointer.startswith("/metadata/")]
    if step.action is not Action.UPDATE or not changed:
        return step
    return replace(
        step,
        action=Action.CONFLICT,
        reason=f"would change {listed(changed, limit=3)}",
        hint="set the same values in the app, or take it over and change it with 'dlctl apply ENV --adopt'",
    )


def _chosen(steps: Iterable[Step], known: Sequence[Step], names: Iterable[str]) -> set[ObjectRef]:
    """The objects of `steps` that the names select. Raises AppError for any other name, with its reason."""
    by_name: dict[str, set[ObjectRef]] = {}
    for step in steps:
        for name in _names(step.ref):
            by_name.setdefault(name.lower(), set()).add(step.ref)
    found: set[ObjectRef] = set()
    for name in names:
        if name.lower() not in by_name:
            raise _not_adopted(name, sorted(_names(step.ref)[0] for step in steps), known)
        found |= by_name[name.lower()]
    return found


def _not_adopted(name: str, shown: Sequence[str], known: Sequence[Step]) -> AppError:
    """The error for a name that is not an object to adopt, with the reason."""
    if "/" not in name:
        example = next((_names(step.ref)[0] for step in known), "deploy/web")
        components = {step.manifest.component for step in known if step.manifest}
        of_component = f"; '-c {name}' selects all objects of the component" if name in components else ""
        return AppError(
            f"{shown_name(name)} is not the name of an object: it has no kind",
            hint=f"write KIND/NAME, such as {example}{of_component}",
        )
    step = next((each for each in known if name.lower() in map(str.lower, _names(each.ref))), None)
    if step is not None:
        return _not_to_adopt(step)
    ours = sorted(_names(each.ref)[0] for each in known)
    return AppError(
        f"{shown_name(name)} is not an object of the selected components",
        hint=did_you_mean(
            name, shown, did_you_mean(name, ours, f"objects that can be adopted: {listed(shown)}")
        ),
    )


def _not_to_adopt(step: Step) -> AppError:
    """The error for an object of the app that is not taken over, with the reason."""
    if step.action is Action.CREATE:
        return AppError(f"{step.ref} is not on the cluster", hint="'dlctl apply ENV' creates it")
    if step.action in (Action.CONFLICT, Action.UNKNOWN):
        return AppError(f"{step.ref} cannot be adopted: {step.reason}", hint=step.hint or None)
    return AppError(
        f"{step.ref} already belongs to this app and environment", hint="leave it out of the command"
    )


def _names(ref: ObjectRef) -> tuple[str, ...]:
    kinds = (short_name(ref.group_kind), ref.kind, str(ref.group_kind))
    return tuple(f"{kind}/{ref.name}" for kind in kinds)


def _of(plan: Plan, steps: Sequence[Step]) -> Plan:
    """The plan with these steps only; nothing leaves the ApplySet."""
    members = plan.applyset
    kept = ApplySet(members.parent, members.superset, members.superset) if members else None
    return replace(plan, steps=tuple(steps), missing=(), leftovers=(), applyset=kept, releases=())
