"""Whether a file shows what its plan does: its diffs are read and signed, its steps are made again."""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
from msgspec.structs import replace

from dlctl.json_values import json_text, same_json
from dlctl.manifest import JsonObject
from dlctl.pattern import pattern
from dlctl.plan.model import Action, Plan, Step
from dlctl.plan.saved.model import SavedObject, SavedPlan, SavedRef
from dlctl.plan.saved.objects import ObjectDigests
from dlctl.plan.view.masked_plan import MaskedStep
from dlctl.plan.view.report import step_report
from dlctl.plan.view.text import step_text

Report = Mapping[str, Any]
_AFTER_ACTION = pattern("[:;]")


def edited_objects(saved: SavedPlan, plan: Plan, digests: ObjectDigests) -> Iterator[str]:
    """The objects of which the file shows something else than `plan`, which was made again, would do.

    `plan` does not do more than the saved one (compare_plans). Reasons and what a change stops are not
    compared: the namespace may exist by now, and the number of pods is another one at each moment.
    """
    planned, reports = {each.object: each for each in saved.objects}, _reports(saved)
    for step in plan.steps:
        ref = digests.shown(step.ref)
        before = planned.get(ref)
        if before is not None and step.action is not Action.UNCHANGED:
            report = reports.get(ref, {})
            again = MaskedStep(_as_planned(step, report), digests.redactor)
            if not _shows(before, report, again, step.version, saved.environment):
                yield str(ref.ref)


def asks_for_checks(saved: SavedPlan) -> bool:
    """Whether the server had checked what the plan creates, so that its answers are in the diffs."""
    created = (each for each in _reports(saved).values() if each.get("action") == Action.CREATE.value)
    return any(each.get("unchecked") is False for each in created)


def _as_planned(step: Step, report: Report) -> Step:
    """The step; of an object that the server had not checked, without what the server adds to it."""
    if step.action is not Action.CREATE or step.manifest is None or report.get("unchecked") is not True:
        return step
    return replace(step, merged=step.manifest.body, unchecked=True)


def _shows(before: SavedObject, report: Report, step: MaskedStep, version: str, environment: str) -> bool:
    text = _without_reason(step_text(step, environment))
    if step.action is before.action and version == before.resource_version:
        same = same_json(_compared(step_report(step)), _compared(report))
        return same and text == _without_reason(before.diff)
    if before.action is Action.REPLACE and step.action is Action.CREATE:
        return True  # an apply that was cut off has deleted it: what was compared with is gone
    made = _made(step_report(step)) <= _made(report)
    return made and _added(text) <= _added(before.diff)  # others changed it since


def _compared(report: Report) -> JsonObject:
    return {key: report.get(key) for key in ("action", "object", "apiVersion", "component", "changes")}


def _without_reason(text: str) -> str:
    """A diff without the reason of a step and what it stops, which end its second line."""
    title, _, rest = text.partition("\n")
    action, _, lines = rest.partition("\n")
    return f"{title}\n{_AFTER_ACTION.split(action, maxsplit=1)[0]}\n{lines}"


def _added(text: str) -> frozenset[str]:
    return frozenset(line for line in text.splitlines()[2:] if line.startswith("+"))


def _made(report: Report) -> frozenset[tuple[str, str]]:
    """The fields that a step sets, each with its new value as text."""
    changes = report.get("changes")
    listed = [each for each in changes if isinstance(each, Mapping)] if isinstance(changes, list) else []
    return frozenset((str(each.get("path")), json_text(each.get("new"))) for each in listed)


def _reports(saved: SavedPlan) -> Mapping[SavedRef, Report]:
    """The steps of the masked plan by object; one that is not of its form is none."""
    steps = saved.plan.get("steps")
    found: dict[SavedRef, Report] = {}
    for each in steps if isinstance(steps, list) else ():
        try:
            found[msgspec.convert(each.get("object"), SavedRef)] = each
        except (AttributeError, msgspec.ValidationError):
            continue
    return found
