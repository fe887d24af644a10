"""Drift of an environment with secrets masked: as rows, as an item of a `DriftList`, and as rules."""

from collections.abc import Iterable
from typing import Any

from msgspec.structs import replace

from dlctl.plan.live.drift import Drift, DriftState
from dlctl.plan.model import Scope
from dlctl.plan.view.report import ref_report, scope_report
from dlctl.redact import Redactor


class MaskedDrift:
    """The drift of a target with secrets masked; it cannot be created without a redactor."""

    __slots__ = ("fields", "scope")

    def __init__(self, scope: Scope, fields: Iterable[Drift], redactor: Redactor) -> None:
        self.scope = scope
        self.fields: tuple[Drift, ...] = tuple(
            replace(
                each,
                ref=redactor.mask_ref(each.ref),
                field=redactor.mask_message(each.field),
                pointer=redactor.mask_message(each.pointer),
            )
            for each in fields
        )


def drift_report(drift: MaskedDrift) -> dict[str, Any]:
    """The fields of one environment."""
    return {
        "scope": scope_report(drift.scope),
        "fields": [
            {
                "object": ref_report(each.ref),
                "component": each.component,
                "state": each.state.value,
                "field": each.field,
                "pointer": each.pointer,
                "manager": each.manager,
                "since": each.since or None,
                "controller": each.by_controller,
            }
            for each in drift.fields
        ],
    }


def suggested_rules(drifts: Iterable[MaskedDrift]) -> list[dict[str, Any]]:
    """A rule for each kind and manager that changed stated fields: `ignore` for a controller, else `ours`."""
    found: dict[tuple[str, str, str], list[str]] = {}
    for each in (field for drift in drifts for field in drift.fields):
        if each.state is DriftState.CHANGED:
            kind = f"{each.ref.group}/{each.ref.kind}" if each.ref.group else each.ref.kind
            rule = "ignore" if each.by_controller else "ours"
            fields = found.setdefault((kind, each.manager, rule), [])
            if each.pointer not in fields:
                fields.append(each.pointer)
    return [
        {"kind": kind, "fields": fields, "managers": [manager], "rule": rule}
        for (kind, manager, rule), fields in found.items()
    ]
