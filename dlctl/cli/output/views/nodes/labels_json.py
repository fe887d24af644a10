"""`node label -o json`: every target in `clusters`, labels in `items`."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from dlctl.cli.output.envelope import write_document
from dlctl.cli.output.views.nodes.json import read_json
from dlctl.cli.output.views.nodes.labels import LabelRow, Mode, Reads, Reports, label_rows
from dlctl.cli.runtime import Runtime
from dlctl.errors import DlctlError
from dlctl.nodes.labelling.model import Action
from dlctl.workflow.clusters import ClusterRead
from dlctl.workflow.node_label import LabelPlan


def write_labels_json(
    runtime: Runtime, reads: Reads, reports: Reports, mode: Mode, errors: Sequence[DlctlError]
) -> None:
    """Write the one document."""
    rows = list(label_rows(reads, reports))
    clusters = [_cluster(each, rows) for each in reads]
    write_document(
        runtime,
        "NodeLabelList",
        mode=mode.value,
        clusters=clusters,
        items=[_item(row) for row in rows],
        errors=errors,
    )


def _cluster(each: ClusterRead[LabelPlan], rows: Sequence[LabelRow]) -> dict[str, Any]:
    found = Counter(row.change.action for row in rows if row.cluster == each.target)
    return {**read_json(each), "counts": {action.value: found[action] for action in Action}}


def _item(row: LabelRow) -> dict[str, Any]:
    change = row.change
    return {
        "cluster": row.cluster,
        "node": row.name,
        "label": change.label,
        "old": change.old,
        "new": change.new,
        "action": change.action.value,
        "owners": list(change.owners),
        "manager": row.manager,
        "result": row.result.value if row.result else None,
        "reason": (row.node.reason or None) if row.node else None,
    }
