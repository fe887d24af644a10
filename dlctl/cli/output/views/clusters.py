"""`cluster list` for people and for programs."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from dlctl.cli.output.envelope import write_document
from dlctl.cli.output.notes import log_event
from dlctl.cli.output.streams import data
from dlctl.cli.output.style import Style
from dlctl.cli.output.tables.cell import Cell
from dlctl.cli.output.tables.table import table
from dlctl.cli.output.views.cluster_format import ClusterFormat
from dlctl.cli.output.views.nodes.json import demand_json, total_json
from dlctl.cli.output.views.unread import error_class, failure_json, unread
from dlctl.cli.runtime import Runtime
from dlctl.events import Note
from dlctl.nodes.inventory.model import Inventory
from dlctl.nodes.inventory.totals import Total, totals
from dlctl.text import counted
from dlctl.workflow.cluster_list import ClusterSummary
from dlctl.workflow.cluster_uses import ClusterRow, Pin

UNKNOWN, NOT_APPLICABLE = "?", "-"
_PINS = {Pin.OK: Style.GOOD, Pin.MISMATCH: Style.BAD, Pin.MISSING: Style.WARN}


def print_clusters(runtime: Runtime, rows: Sequence[ClusterRow], form: ClusterFormat) -> None:
    """Write one row for each cluster, also for those that do not answer."""
    if form is ClusterFormat.JSON:
        errors = unread([(row.read.target, row.error) for row in rows])
        write_document(runtime, "ClusterList", items=[_json(row) for row in rows], errors=errors)
        return
    if form is ClusterFormat.NAME:
        data("".join(f"{row.read.target}\n" for row in rows))
        return
    columns = WIDE if form is ClusterFormat.WIDE else NARROW
    cells = [[cell(row) for cell in columns.values()] for row in rows]
    empty = "there is no context, and no environment that names a cluster"
    optional = () if form is ClusterFormat.WIDE else ("LATENCY", "RDMA", "VERSION")
    table(tuple(columns), cells, empty, optional=optional)
    for row in rows:
        for note in _notes(row):
            log_event(Note(f"{row.read.target}: {note}"))


def _summary(row: ClusterRow) -> ClusterSummary | None:
    return row.read.result


def _inventory(row: ClusterRow) -> Inventory | None:
    return row.read.result.inventory if row.read.result else None


def _status(row: ClusterRow) -> Cell:
    return Cell(error_class(row.error), Style.BAD) if row.error else Cell("ok", Style.GOOD)


def _nodes(row: ClusterRow) -> str:
    found = _inventory(row)
    return f"{_ready(found)}/{len(found.nodes)}" if found else UNKNOWN


def _ready(inventory: Inventory) -> int:
    return sum(node.usable for node in inventory.nodes)


def _gpus(row: ClusterRow) -> str:
    found = _inventory(row)
    if found is None:
        return UNKNOWN
    return ", ".join(map(_free_of, totals(found.nodes))) or NOT_APPLICABLE


def _free_of(total: Total) -> str:
    free = UNKNOWN if total.free is None else total.free
    return f"{total.kind.title} {free}/{total.total}"


def _rdma(row: ClusterRow) -> str:
    found = _inventory(row)
    return UNKNOWN if found is None else ", ".join(_networks(found)) or NOT_APPLICABLE


def _networks(inventory: Inventory) -> tuple[str, ...]:
    return tuple(dict.fromkeys(str(node.rdma) for node in inventory.nodes if node.rdma))


def _queued(row: ClusterRow) -> str:
    found, summary = _inventory(row), _summary(row)
    if found is None or found.pending is None or summary is None:
        return UNKNOWN
    amounts = [count for _, count in found.pending.counts]
    words = [f"{count} {name}" for name, count in found.pending.counts]
    cell = ", ".join(words) if len(words) > 1 else str(sum(amounts))
    return f"{cell}, {counted(summary.workloads, 'workload')}" if summary.workloads else cell


def _pin(row: ClusterRow) -> Cell:
    """The worst of the environments' pins."""
    pins = {pin for _, pin in row.pins}
    worst = next((pin for pin in (Pin.MISMATCH, Pin.MISSING, Pin.UNKNOWN, Pin.OK) if pin in pins), None)
    return Cell(worst.value, _PINS.get(worst)) if worst else Cell(NOT_APPLICABLE)


def _latency(row: ClusterRow) -> str:
    return f"{row.read.reached.latency * 1000:.0f}ms" if row.read.reached else NOT_APPLICABLE


def _server(row: ClusterRow) -> str:
    return row.read.reached.cluster.server if row.read.reached else UNKNOWN


def _id(row: ClusterRow) -> str:
    return row.read.reached.identity.uid.removeprefix("weak:")[:8] if row.read.reached else UNKNOWN


Column = Callable[[ClusterRow], str | Cell]
NARROW: Mapping[str, Column] = {
    "CLUSTER": lambda row: row.read.target,
    "ENVS": lambda row: ",".join(name for name, _ in row.pins) or NOT_APPLICABLE,
    "STATUS": _status,
    "VERSION": lambda row: summary.version if (summary := _summary(row)) else UNKNOWN,
    "PIN": _pin,
    "NODES": _nodes,
    "GPU FREE/TOTAL": _gpus,
    "RDMA": _rdma,
    "QUEUED": _queued,
    "LATENCY": _latency,
}
WIDE: Mapping[str, Column] = {
    **NARROW,
    "SERVER": _server,
    "ID": _id,
    "OPERATORS": lambda row: (",".join(found.operators) if (found := _summary(row)) else UNKNOWN) or "-",
    "CONTEXTS": lambda row: ",".join(row.targets),
}


def _notes(row: ClusterRow) -> Iterator[str]:
    found = _inventory(row)
    yield from found.notes if found else ()
    for environment, pin in row.pins:
        if pin is Pin.MISMATCH:
            yield f"environment {environment} is pinned to another cluster"


def _json(row: ClusterRow) -> dict[str, Any]:
    reached, summary, found = row.read.reached, _summary(row), _inventory(row)
    return {
        "name": row.read.target,
        "contexts": list(row.targets),
        "server": reached.cluster.server if reached else None,
        "id": reached.identity.uid if reached else None,
        "status": error_class(row.error) if row.error else "ok",
        "error": failure_json(row.error),
        "version": summary.version if summary else None,
        "latencySeconds": round(reached.latency, 4) if reached else None,
        "environments": [{"name": name, "pin": pin.value} for name, pin in row.pins],
        "nodes": {"ready": _ready(found), "total": len(found.nodes)} if found else None,
        "totals": [total_json(total) for total in totals(found.nodes)] if found else [],
        "rdma": list(_networks(found)) if found else [],
        "pending": demand_json(found.pending) if found else None,
        "gated": demand_json(found.gated) if found else None,
        "workloads": summary.workloads if summary else None,
        "operators": list(summary.operators) if summary else [],
        "notes": list(_notes(row)),
    }
