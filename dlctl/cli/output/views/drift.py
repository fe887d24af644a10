"""Drift as a table, as JSON, and as rules in YAML."""

from collections.abc import Sequence

from dlctl.cli.output.envelope import write_document
from dlctl.cli.output.streams import data, log
from dlctl.cli.output.tables.table import TableFormat, table
from dlctl.cli.runtime import Runtime
from dlctl.errors import DlctlError
from dlctl.kinds.short_names import short_name
from dlctl.plan.live.drift import DriftState
from dlctl.plan.view.drift import MaskedDrift, drift_report, suggested_rules
from dlctl.yamlio.dump import dump


def print_drift(drifts: Sequence[MaskedDrift]) -> None:
    """A row for each field that others changed or added, and for each field or object that is missing."""
    single = ("ENV",) if len(drifts) == 1 else ()
    rows = [
        (
            drift.scope.environment,
            each.component,
            f"{short_name(each.ref.group_kind)}/{each.ref.name}",
            each.state.value,
            each.field or "(the object)",
            f"{each.manager} (controller)" if each.by_controller else each.manager or "-",
            each.since or "-",
        )
        for drift in drifts
        for each in drift.fields
    ]
    headings = ("ENV", "COMPONENT", "OBJECT", "STATE", "FIELD", "MANAGER", "SINCE")
    table(headings, rows, "no fields of others", optional=single)
    if any(each.state is DriftState.MISSING for drift in drifts for each in drift.fields):
        log(
            "missing: the app sets the field or has the object, and the cluster does not have it: somebody "
            "removed it, which the server does not record, or it is new in the files; 'dlctl diff' shows both"
        )


def write_drift(
    runtime: Runtime, drifts: Sequence[MaskedDrift], errors: Sequence[DlctlError], output: TableFormat
) -> None:
    """The drift in the output format."""
    if output is TableFormat.JSON and drifts:
        write_document(runtime, "DriftList", items=[drift_report(each) for each in drifts], errors=errors)
    elif output is TableFormat.TABLE and drifts:
        print_drift(drifts)


def print_suggestions(drifts: Sequence[MaskedDrift]) -> None:
    """Rules for dlctl.yaml or environment.yaml, on stdout."""
    rules = suggested_rules(drifts)
    if not rules:
        log("no rules: nobody changed a field that the app sets")
        return
    log("for dlctl.yaml or environment.yaml; rule is ours, adopt or ignore:")
    data(dump({"drift": rules}))
