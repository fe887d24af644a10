"""Steps that change a run after its pods were made: such a change starts nothing.

A controller makes no pods for a Job or a training job that has finished, and those of the training operator
leave existing pods as they are when the template is changed. Nothing in such a job tells that its pods are
older than its template: who changes it writes that into an annotation, until the job is made again.
"""

from collections.abc import Iterable

from msgspec.structs import replace

from dlctl.labels import CHANGED_RUN, annotations_of
from dlctl.manifest import JsonObject, Manifest
from dlctl.plan.compare.steps import replaced
from dlctl.plan.model import Action, FieldChange, Step
from dlctl.plan.options import PlanOptions
from dlctl.status import Rules, changed_after_end, ended_run
from dlctl.status.run import beginning_of, changed_since_begun

_HINT = "pass --replace to delete the object and create it again, which runs it"

_AFTER_THE_END = ("ttlSecondsAfterFinished", "cleanPodPolicy", "ttlStrategy", "podGC")
"""Fields that a controller reads when a run has ended."""

_TEMPLATE = "/template/"
_PROGRAM = ("/spec/entrypoint", "/spec/runtimeEnvYAML")
"""Fields beside the templates that KubeRay reads when it submits a job's program, and not again."""


def of_a_run(step: Step, live: JsonObject, options: PlanOptions) -> Step:
    """The step, with its reason if it changes a run and starts nothing; with `replace` one that runs it.

    A template that was changed since the run has begun stays marked as such, and one that is changed now is.
    """
    if step.action not in (Action.UNCHANGED, Action.UPDATE) or step.manifest is None or step.resource is None:
        return step
    begun = _changes_begun_run(step, live, options.rules)
    now = _changed_now(step, live, options.rules, begun=begun)
    why = now or _changed_before(step, live, options.rules)
    if not why:
        return step
    if options.replace:
        return replaced(step.manifest, step.resource, live, why)
    what = "this change does not start it again" if now else "it was not run again"
    manifest = _marked(step.manifest, live) if begun or changed_since_begun(live) else step.manifest
    return replace(step, manifest=manifest, reason=f"{why}; {what}", hint=_HINT, starts_nothing=True)


def _changed_now(step: Step, live: JsonObject, rules: Rules, *, begun: bool) -> str:
    """Why the step's own changes start nothing."""
    if begun:
        return "it has started, and its running pods keep the old pod template"
    ended = ended_run(live, rules) if any(map(_is_of_the_run, step.changes)) else None
    return f"it has finished ({ended.how})" if ended else ""


def _changed_before(step: Step, live: JsonObject, rules: Rules) -> str:
    """Why an earlier change has started nothing."""
    before = changed_after_end(live, rules) if step.action is Action.UNCHANGED else None
    if before is not None:
        return f"it {before.how} before its spec was last changed"
    return "its pod template was changed after it had started" if changed_since_begun(live) else ""


def _is_of_the_run(change: FieldChange) -> bool:
    return change.pointer.startswith("/spec") and not change.pointer.endswith(_AFTER_THE_END)


def _changes_begun_run(step: Step, live: JsonObject, rules: Rules) -> bool:
    readiness = rules.find(step.ref.group_kind) if step.changes else None
    if readiness is None or not readiness.keeps_pods or ended_run(live, rules) is not None:
        return False
    return _has_begun(live) and _changes_template(step.changes)


def _has_begun(live: JsonObject) -> bool:
    status = live.get("status")
    return isinstance(status, dict) and bool(status.get("startTime") or status.get("conditions"))


def _changes_template(changes: Iterable[FieldChange]) -> bool:
    return any(_TEMPLATE in f"{change.pointer}/" or change.pointer.startswith(_PROGRAM) for change in changes)


def _marked(manifest: Manifest, live: JsonObject) -> Manifest:
    annotations = {**annotations_of(manifest.body), CHANGED_RUN: beginning_of(live)}
    metadata = {**manifest.body["metadata"], "annotations": annotations}
    return replace(manifest, body={**manifest.body, "metadata": metadata}, text="")
