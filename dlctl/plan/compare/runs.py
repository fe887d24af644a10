"""Steps that change a run after its pods were made: such a change starts nothing.

A controller makes no pods for a Job or a training job that has finished, and those of the training operator
leave existing pods as they are when the template is changed.
"""

from collections.abc import Iterable

from msgspec.structs import replace

from dlctl.manifest import JsonObject
from dlctl.plan.compare.steps import replaced
from dlctl.plan.model import Action, FieldChange, Step
from dlctl.plan.options import PlanOptions
from dlctl.status import Rules, changed_after_end, ended_run

_HINT = "pass --replace to delete the object and create it again, which runs it"

_AFTER_THE_END = ("ttlSecondsAfterFinished", "cleanPodPolicy", "ttlStrategy", "podGC")
"""Fields that a controller reads when a run has ended."""

_TEMPLATE = "/template/"


def of_a_run(step: Step, live: JsonObject, options: PlanOptions) -> Step:
    """The step, with its reason if it changes a run and starts nothing; with `replace` one that runs it."""
    why = _starts_nothing(step, live, options.rules)
    if not why or step.manifest is None or step.resource is None:
        return step
    if options.replace:
        return replaced(step.manifest, step.resource, live, why)
    what = "this change does not start it again" if step.action is Action.UPDATE else "it was not run again"
    return replace(step, reason=f"{why}; {what}", hint=_HINT, starts_nothing=True)


def _starts_nothing(step: Step, live: JsonObject, rules: Rules) -> str:
    if step.action is Action.UNCHANGED:
        before = changed_after_end(live, rules)
        return f"it {before.how} before its spec was last changed" if before else ""
    if step.action is not Action.UPDATE:
        return ""
    ended = ended_run(live, rules)
    if ended is not None:
        return f"it has finished ({ended.how})" if any(map(_is_of_the_run, step.changes)) else ""
    if _keeps_pods(step, rules) and _has_begun(live) and _changes_template(step.changes):
        return "it has started, and its running pods keep the old pod template"
    return ""


def _is_of_the_run(change: FieldChange) -> bool:
    return change.pointer.startswith("/spec") and not change.pointer.endswith(_AFTER_THE_END)


def _keeps_pods(step: Step, rules: Rules) -> bool:
    readiness = rules.find(step.ref.group_kind)
    return readiness is not None and readiness.keeps_pods


def _has_begun(live: JsonObject) -> bool:
    status = live.get("status")
    return isinstance(status, dict) and bool(status.get("startTime") or status.get("conditions"))


def _changes_template(changes: Iterable[FieldChange]) -> bool:
    return any(_TEMPLATE in f"{change.pointer}/" for change in changes)
