"""The status of a target's objects as an item of a `StatusList`."""

from collections import Counter
from typing import Any

from dlctl.plan.live.object_status import ObjectStatus
from dlctl.plan.view.masked_status import MaskedStatus
from dlctl.plan.view.report import ref_report, scope_report


def status_report(states: MaskedStatus) -> dict[str, Any]:
    """Status and message of each object."""
    counts = Counter(status.verdict.status.value for status in states.objects)
    return {
        "scope": scope_report(states.scope),
        "counts": dict(sorted(counts.items())),
        "objects": [object_report(status) for status in states.objects],
    }


def object_report(status: ObjectStatus) -> dict[str, Any]:
    """The status of one object, which is masked; `phase` is empty for what is no job."""
    return {
        "object": ref_report(status.ref),
        "component": status.component,
        "status": status.verdict.status.value,
        "phase": status.verdict.phase.value if status.verdict.phase else "",
        "reason": status.verdict.reason,
        "message": status.verdict.message,
        "extra": status.extra,
    }
