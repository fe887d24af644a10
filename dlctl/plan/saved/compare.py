"""Whether a plan that is made again does what the saved one says, or less."""

from collections.abc import Callable, Iterator, Sequence, Set
from typing import Any

from msgspec import Struct

from dlctl.kinds import NAMESPACE
from dlctl.plan.compare.compare import compare
from dlctl.plan.model import BLOCKING, Action, Plan, Step
from dlctl.plan.saved.model import SavedObject, SavedPlan, SavedRef
from dlctl.plan.saved.objects import ObjectDigests
from dlctl.plan.view.masked_plan import MaskedStep
from dlctl.text import counted, listed

_ACTIONS = {
    Action.CREATE: "be created",
    Action.UPDATE: "be updated",
    Action.REPLACE: "be deleted and recreated",
    Action.PRUNE: "be deleted",
    Action.UNCHANGED: "stay unchanged",
    Action.CONFLICT: "be refused",
    Action.UNKNOWN: "be unknown",
}
"""What a plan says of an object: it would ..."""


class Finding(Struct, frozen=True):
    """What is other than planned for one object; `refused`: the plan does not hold.

    `less`: a planned step would no longer be done. `blocked`: it cannot be done; `hint` says what to do.
    """

    text: str
    refused: bool
    less: bool = False
    blocked: bool = False
    hint: str = ""


Gone = Callable[[Sequence[SavedObject]], Set[SavedRef]]
"""Which of the objects that a plan deletes no longer exist."""


def compare_plans(saved: SavedPlan, plan: Plan, digests: ObjectDigests, gone: Gone) -> tuple[Finding, ...]:
    """What `plan`, which was made again, does otherwise than the saved one. Texts are masked.

    An object that has the version for which it was planned is not compared any further. `gone` is asked about
    deletions that are not in `plan`, and may raise ClusterError.
    """
    planned = {each.object: each for each in saved.objects}
    found: list[Finding | None] = []
    done: list[str] = []
    for step in plan.steps:
        before = planned.pop(digests.shown(step.ref), None)
        if before is not None and _is_done(before, step):
            done.append(f"{digests.shown(step.ref).ref}")
            continue
        found.append(_unplanned(step, digests) if before is None else _compared(before, step, digests))
    found += _done(done)
    found += _vanished_all(tuple(planned.values()), gone)
    found += [
        _more(digests, step, "would be released, which is not in the plan")
        for step in plan.releases
        if digests.shown(step.ref) not in saved.released
    ]
    return tuple(each for each in found if each is not None)


def _unplanned(step: Step, digests: ObjectDigests) -> Finding | None:
    if step.action is Action.UNCHANGED:
        return None
    return _more(
        digests, step, f"would {_ACTIONS[step.action]}, which is not in the plan{_why(step, digests)}"
    )


def _why(step: Step, digests: ObjectDigests) -> str:
    """The reason of a step that is refused, with the fields and their managers, as after a colon."""
    reason = MaskedStep(step, digests.redactor).reason if step.action in BLOCKING else ""
    return f": {reason}" if reason else ""


def _of_managers(step: Step, digests: ObjectDigests) -> str:
    """That an update changes no value, but makes this app the manager of fields again."""
    if step.action is not Action.UPDATE or digests.saved(step).changes:
        return ""
    return ": no value differs, but another field manager has taken over fields"


def _vanished_all(vanished: Sequence[SavedObject], gone: Gone) -> Iterator[Finding | None]:
    """The planned steps that the new plan does not have; a deletion of an object that is gone is done."""
    deletions = [each for each in vanished if each.action is Action.PRUNE]
    done = gone(deletions) if deletions else frozenset()
    if done:
        names = listed([str(each.ref) for each in sorted(done)], limit=5)
        verb = "has" if len(done) == 1 else "have"
        text = f"{counted(len(done), 'object')} that the plan deletes {verb} already been deleted: {names}"
        yield Finding(text, refused=False)
    yield from (_vanished(each) for each in vanished if each.object not in done)


def _vanished(before: SavedObject) -> Finding | None:
    if before.action is Action.UNCHANGED:
        return None
    if before.action is Action.CREATE and before.object.ref.group_kind == NAMESPACE:
        return Finding(f"{before.object.ref} already exists", refused=False)  # of the half that was applied
    text = f"{before.object.ref} would {_ACTIONS[before.action]} by the plan, but not by a new one"
    return Finding(text, refused=True, less=True)


def _compared(before: SavedObject, step: Step, digests: ObjectDigests) -> Finding | None:
    if step.action is Action.UNCHANGED:
        return None
    if before.action is Action.REPLACE and step.action is Action.CREATE:
        return _note(digests, step, "has already been deleted, and will only be created")
    if _existed(before) and step.action is Action.CREATE:
        return _more(digests, step, "was deleted after the plan was made")
    if _existed(before) and before.uid != step.uid:
        return _more(digests, step, "was replaced by another object after the plan was made")
    if step.action not in _NO_MORE_THAN.get(before.action, ()):
        planned = f"would {_ACTIONS[before.action]} by the plan, but would {_ACTIONS[step.action]} now"
        return _more(digests, step, f"{planned}{_why(step, digests)}{_of_managers(step, digests)}")
    if step.action is Action.CREATE or before.resource_version == step.version:
        return None
    return _changed_object(before, step, digests)


_NO_MORE_THAN = {
    Action.CREATE: frozenset({Action.CREATE}),
    Action.UPDATE: frozenset({Action.UPDATE}),
    Action.REPLACE: frozenset({Action.REPLACE, Action.UPDATE}),
    Action.PRUNE: frozenset({Action.PRUNE}),
}
"""The actions that do no more than a planned one; none for what was planned to stay as it is."""


def _existed(before: SavedObject) -> bool:
    return bool(before.uid)


def _is_done(before: SavedObject, step: Step) -> bool:
    """Whether an object is as the plan would make it, such as after an apply that was cut off."""
    return step.action is Action.UNCHANGED and before.action is not Action.UNCHANGED


def _done(names: Sequence[str]) -> Iterator[Finding]:
    if names:
        match = "matches" if len(names) == 1 else "match"
        head = f"{counted(len(names), 'object')} already {match} the plan"
        yield Finding(f"{head}: {listed(names, limit=5)}", refused=False)


def _changed_object(before: SavedObject, step: Step, digests: ObjectDigests) -> Finding:
    """The verdict on an object that others changed: by the digests of what would change."""
    now = digests.saved(step)
    known = set(before.changes)
    more = {change.path for change in now.changes if change not in known}
    if more:
        lines = listed([*_shown(step, digests, more)], limit=5)
        return _more(
            digests, step, f"changed after the plan was made; an apply would now also change {lines}"
        )
    less = "fewer" if len(now.changes) < len(before.changes) else "the same"
    return _note(digests, step, f"changed after the plan was made; {less} changes remain")


def _shown(step: Step, digests: ObjectDigests, paths: set[str]) -> Iterator[str]:
    masked = MaskedStep(step, digests.redactor)
    shown = {change.pointer: change for change in compare(masked.live, masked.merged)}
    for path in sorted(paths):
        change = shown.get(path)
        yield path if change is None else f"{path} from {_json(change.old)} to {_json(change.new)}"


def _json(value: Any) -> str:
    import json

    return "nothing" if value is None else json.dumps(value, ensure_ascii=False, default=str)


def _more(digests: ObjectDigests, step: Step, text: str) -> Finding:
    blocked = step.action in BLOCKING
    text = f"{digests.shown(step.ref).ref} {text}"
    hint = MaskedStep(step, digests.redactor).hint if blocked else ""
    return Finding(text, refused=True, blocked=blocked, hint=hint)


def _note(digests: ObjectDigests, step: Step, text: str) -> Finding:
    return Finding(f"{digests.shown(step.ref).ref} {text}", refused=False)
