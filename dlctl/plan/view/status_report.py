"""The state of a target's objects as JSON for scripts; its shape is versioned."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from dlctl.plan.live.status import ObjectStatus
from dlctl.plan.model import Scope
from dlctl.plan.view.report import API_VERSION, ref_report, scope_report
from dlctl.redact import Redactor


def status_report(
    scope: Scope, statuses: Iterable[ObjectStatus], redactor: Redactor | None = None
) -> dict[str, Any]:
    """`kind: Status`: a state and a message for each object."""
    masking = redactor or Redactor()
    listed = list(statuses)
    counts = Counter(status.verdict.status.value for status in listed)
    return {
        "apiVersion": API_VERSION,
        "kind": "Status",
        "scope": scope_report(scope),
        "counts": dict(sorted(counts.items())),
        "objects": [
            {
                "object": ref_report(status.ref),
                "component": status.component,
                "status": status.verdict.status.value,
                "message": masking.mask_text(status.verdict.message),
                "extra": status.extra,
            }
            for status in listed
        ],
    }
