"""What differs between two runs, for people and for programs."""

import json
from typing import Any

from dlctl.cli.output.envelope import write_document
from dlctl.cli.output.streams import data, log
from dlctl.cli.output.tables.table import TableFormat, table
from dlctl.cli.output.views.diff_view import print_diff
from dlctl.cli.output.views.jobs.runs import record_json
from dlctl.cli.runtime import Runtime
from dlctl.plan.view.report import change_report, ref_report
from dlctl.plan.view.text import object_diff
from dlctl.text import counted
from dlctl.workflow.runs.compare import RunComparison
from dlctl.workflow.runs.find import FoundRun


def print_comparison(
    runtime: Runtime, left: FoundRun, right: FoundRun, found: RunComparison, form: TableFormat
) -> None:
    """Write the parameters that differ as a table, and the objects as diffs."""
    if form is TableFormat.JSON:
        _write(runtime, left, right, found)
        return
    ours, theirs = _title(left), _title(right)
    if found.params:
        rows = [(each.name, _shown(each.left), _shown(each.right)) for each in found.params]
        table(("PARAMETER", ours, theirs), rows)
    for each in found.objects:
        if found.params or each is not found.objects[0]:
            data("\n")
        name = f"{each.pair.kind}/{each.pair.name}"
        titles = (f"{ours}: {name}", f"{theirs}: {name}")
        print_diff(object_diff((titles[0], each.pair.left), (titles[1], each.pair.right)))
    params, objects = counted(len(found.params), "parameter"), counted(len(found.objects), "object")
    differ = "differs" if len(found.params) + len(found.objects) == 1 else "differ"
    log(f"{params} and {objects} {differ}" if found.differs else "the runs are equal except for their names")


def _title(run: FoundRun) -> str:
    return f"{run.found.environment} {run.record.run}"


def _shown(value: Any) -> str:
    return "-" if value is None else json.dumps(value, ensure_ascii=False)


def _write(runtime: Runtime, left: FoundRun, right: FoundRun, found: RunComparison) -> None:
    write_document(
        runtime,
        "RunDiff",
        left=_side(left),
        right=_side(right),
        differs=found.differs,
        params=[{"name": each.name, "left": each.left, "right": each.right} for each in found.params],
        objects=[
            {
                "kind": each.pair.kind,
                "name": each.pair.name,
                "changes": [change_report(change) for change in each.changes],
            }
            for each in found.objects
        ],
    )


def _side(run: FoundRun) -> dict[str, Any]:
    return {
        "environment": run.found.environment,
        "run": run.record.run,
        "object": ref_report(run.found.ref),
        "madeFrom": record_json(run.record),
    }
