"""`cluster diff` for people and for programs."""

from typing import Any

from msgspec import Struct

from dlctl.app.cluster_snapshot import ClusterSnapshot
from dlctl.cli.output.envelope import write_document
from dlctl.cli.output.notes import log_event
from dlctl.cli.output.streams import data, log
from dlctl.cli.output.style import Style
from dlctl.cli.output.tables.cell import Cell
from dlctl.cli.output.tables.table import TableFormat, table
from dlctl.cli.output.views.updates import difference_json
from dlctl.cli.runtime import Runtime
from dlctl.events import Note, WarningNote
from dlctl.text import listed
from dlctl.workflow.cluster_diff import ClusterDiff


class Side(Struct, frozen=True):
    """One of the two clusters: its name, what was read, and its server (empty for a cluster.yaml)."""

    name: str
    snapshot: ClusterSnapshot
    server: str = ""


def print_cluster_diff(
    runtime: Runtime, left: Side, right: Side, found: ClusterDiff, form: TableFormat
) -> None:
    """Write a row for each difference, and one for each thing that the right cluster does not have."""
    if form is TableFormat.JSON:
        _write(runtime, left, right, found)
    else:
        headings = ("WHAT", "NAME", left.name, right.name)
        rows = [(each.kind or each.section, each.name, each.left, each.right) for each in found.differences]
        if rows or not found.differs:
            table(headings, rows, "no differences")
        _print_problems(right.name, found)
    for note in found.notes:
        log_event(Note(note))
    for side in (left, right):
        if side.snapshot.unread:
            what = listed(side.snapshot.unread)
            log_event(WarningNote(f"{side.name}: not compared, because it could not be listed: {what}"))


def _print_problems(name: str, found: ClusterDiff) -> None:
    if not found.problems:
        return
    if found.differences:
        data("\n")
    rows = [(each.component, each.need, Cell(each.reason, Style.BAD)) for each in found.problems]
    table(("COMPONENT", "NEEDS", f"ON {name}"), rows)
    log(f"{len({each.component for each in found.problems})} of the components would not work on {name}")


def _write(runtime: Runtime, left: Side, right: Side, found: ClusterDiff) -> None:
    problems = [
        {"component": each.component, "need": each.need, "reason": each.reason} for each in found.problems
    ]
    write_document(
        runtime,
        "ClusterDiff",
        left=_side(left),
        right=_side(right),
        differences=[difference_json(each) for each in found.differences],
        problems=problems,
    )


def _side(side: Side) -> dict[str, Any]:
    return {
        "name": side.name,
        "server": side.server or None,
        "version": side.snapshot.version,
        "unread": list(side.snapshot.unread),
    }
