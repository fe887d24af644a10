"""Objects that are no longer rendered: which of them a plan deletes, and why the others stay."""

from collections.abc import Callable, Iterable, Mapping, Sequence, Set

from msgspec import Struct
from msgspec.structs import replace

from dlctl.kinds import PROTECTED, order_key, wave_of
from dlctl.labels import component_of
from dlctl.manifest import ObjectRef
from dlctl.plan.applyset import parent_of, set_of
from dlctl.plan.compare.compare import clean
from dlctl.plan.live.objects.model import LiveObject
from dlctl.plan.live.ownership import selected, was_applied_by_us
from dlctl.plan.live.released import RELEASED, is_released
from dlctl.plan.model import Action, Leftover, LeftoverState, Scope, Step
from dlctl.plan.options import PlanOptions
from dlctl.text import counted

Elsewhere = Callable[[], Mapping[ObjectRef, str]]
"""Returns the objects that components render which are not selected, with the component of each."""


def nowhere() -> Mapping[ObjectRef, str]:
    """For a plan of all components."""
    return {}


class Leaving(Struct, frozen=True):
    """The objects that left a target: PRUNE steps, in reverse order of application, and what stays.

    `sets` are the ids of the ApplySets of those that stay, except released ones; `releases` are these.
    """

    steps: tuple[Step, ...] = ()
    staying: tuple[Leftover, ...] = ()
    sets: frozenset[str] = frozenset()
    releases: tuple[Step, ...] = ()


def leaving(
    scope: Scope,
    found: Iterable[LiveObject],
    rendered: Set[ObjectRef],
    sets: Set[str],
    options: PlanOptions,
    elsewhere: Elsewhere = nowhere,
) -> Leaving:
    """What becomes of the objects of the selected components that are not rendered any more.

    `sets` are the ids of the target's ApplySet, now and under earlier names.
    """
    left = _left(scope, tuple(found), rendered)
    others = elsewhere() if left else {}
    empty = not rendered and not options.prune_all
    steps: list[Step] = []
    staying: list[Leftover] = []
    releases: list[Step] = []
    for live in sorted(left, key=lambda each: order_key(each.ref)):
        state, reason = _state(scope, live, sets, others, options, empty=empty)
        if state is LeftoverState.RELEASED:
            releases.append(release_of(live))
        if state is None:
            steps.append(_deleted(live))
        else:
            staying.append(Leftover(live.ref, scope.component_of(live.body), state, reason))
    held = {each.ref for each in staying if each.state is not LeftoverState.RELEASED}
    return Leaving(
        tuple(reversed(steps)),
        tuple(staying),
        frozenset(set_of(live.body) for live in left if live.ref in held),
        tuple(releases),
    )


def _left(scope: Scope, found: Sequence[LiveObject], rendered: Set[ObjectRef]) -> list[LiveObject]:
    """What is not rendered any more; an object that two groups serve is, if it is rendered in one of them."""
    written = {live.uid for live in found if live.ref in rendered}
    return [
        live
        for live in found
        if live.uid not in written and selected(live.body, scope) and was_applied_by_us(live.body, scope)
    ]


def _state(
    scope: Scope,
    live: LiveObject,
    sets: Set[str],
    others: Mapping[ObjectRef, str],
    options: PlanOptions,
    *,
    empty: bool,
) -> tuple[LeftoverState | None, str]:
    """What happens to an object, and why; None: it is deleted."""
    if live.ref in others:
        return LeftoverState.MOVED, f"component {others[live.ref]} renders it"
    if is_released(scope, live):
        return LeftoverState.RELEASED, "dlctl.yaml releases it"
    if reason := _kept(scope, live, sets, options):
        return LeftoverState.KEPT, reason
    if not options.prune:
        return LeftoverState.STAYS, ""
    if empty:
        return LeftoverState.KEPT, "nothing is rendered: pass --prune-all to delete it"
    return None, ""


def _kept(scope: Scope, live: LiveObject, sets: Set[str], options: PlanOptions) -> str:
    """Why a plan that prunes does not delete an object; empty if it does."""
    from dlctl.plan.live.keep_marks import keep_mark

    if mark := keep_mark(live.body):
        return f"its annotation keeps it ({mark})"
    found = set_of(live.body)
    if found and found not in sets:
        return _of_other_set(scope, live.ref, found)
    if not found and not scope.app_id:
        return "it has no ApplySet label, and the app has no id, so another app of this name may own it"
    if live.ref.group_kind in PROTECTED and not options.prune_protected:
        return "pass --prune-protected to delete it"
    return ""


def _of_other_set(scope: Scope, ref: ObjectRef, found: str) -> str:
    """Why an object of another set stays: mostly it was applied when the environment had another namespace.

    It is not deleted, since a copy of the app may still have that namespace.
    """
    before = parent_of(scope.app, scope.environment, ref.namespace, scope.app_id)
    if ref.namespace in ("", scope.namespace) or before.id != found:
        return f"it is in another ApplySet ({found})"
    kind = f"{ref.kind}.{ref.group}" if ref.group else ref.kind
    return (
        f"it was applied when {ref.namespace} was the namespace of environment {scope.environment}; "
        f"to delete it: kubectl delete {kind.lower()}/{ref.name} -n {ref.namespace}"
    )


def _deleted(live: LiveObject) -> Step:
    return Step(
        Action.PRUNE,
        live.ref,
        wave_of(live.ref.group_kind),
        resource=live.resource,
        uid=live.uid,
        version=str(live.body["metadata"].get("resourceVersion") or ""),
        live=clean(live.body),
    )


def release_of(live: LiveObject) -> Step:
    """The step that removes from an object what makes it one of its target's."""
    wave = wave_of(live.ref.group_kind)
    return Step(Action.UPDATE, live.ref, wave, resource=live.resource, uid=live.uid, live=clean(live.body))


def with_move(step: Step, live: LiveObject | None) -> Step:
    """The step, with the component that the object comes from where that is another one."""
    if step.action is not Action.UPDATE or live is None or step.manifest is None:
        return step
    before = component_of(live.body)
    if before in ("", step.manifest.component):
        return step
    return replace(step, reason="; ".join(filter(None, (f"moved from component {before}", step.reason))))


def notes_on(staying: Iterable[Leftover], environment: str) -> tuple[str, ...]:
    """A note for each object that stays, and how to delete those that could be."""
    notes: list[str] = []
    deletable = 0
    for each in staying:
        by = f" by component {each.component}" if each.component else ""
        if each.state is LeftoverState.MOVED:
            notes.append(f"{each.ref} is no longer rendered{by}: {each.reason}")
        elif each.state is LeftoverState.RELEASED:
            notes.append(f"{each.ref} is released: {RELEASED}")
        else:
            why = f": {each.reason}" if each.reason else ""
            notes.append(f"{each.ref} is no longer rendered{by} and stays on the cluster{why}")
            deletable += each.state is LeftoverState.STAYS
    if deletable:
        notes.append(f"'dlctl apply {environment} --prune' deletes {counted(deletable, 'object')} of these")
    return tuple(notes)
