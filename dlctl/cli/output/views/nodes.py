"""`node list` for people and for programs."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from dlctl.cli.output.notes import log_event
from dlctl.cli.output.streams import data, log
from dlctl.cli.output.tables.cell import Cell
from dlctl.cli.output.tables.table import table
from dlctl.cli.output.views.node_format import NodeFormat
from dlctl.cli.output.views.node_json import write_nodes
from dlctl.cli.output.views.node_rows import COLUMNS, Row, default_columns, node_rows
from dlctl.cli.output.views.node_summary import findings, summary
from dlctl.cli.runtime import Runtime
from dlctl.events import Note, WarningNote
from dlctl.nodes.inventory.model import Inventory
from dlctl.nodes.inventory.select import Shown, rows
from dlctl.workflow.clusters import ClusterRead


@dataclass(frozen=True, slots=True)
class NodeView:
    """How nodes are printed: the format, which have rows, with their pods or without, in which columns."""

    format: NodeFormat
    shown: Shown
    now: datetime
    pods: bool = False
    header: bool = True
    columns: tuple[str, ...] = ()


Reads = Sequence[ClusterRead[Inventory]]


def print_nodes(runtime: Runtime, reads: Reads, view: NodeView) -> None:
    """Write the rows to stdout; what they add up to, notes and findings go to stderr."""
    if view.format is NodeFormat.JSON:
        write_nodes(runtime, reads, view.shown, pods=view.pods)
        return
    several = len(reads) > 1
    found = list(_rows(reads, view))
    if view.format is NodeFormat.NAME:
        data("".join(_names(found, several=several)))
        return
    wide = view.format is not NodeFormat.TABLE
    names = view.columns or default_columns(wide=wide, clusters=several, pods=view.pods)
    cells = [[COLUMNS[name](row) for name in names] for row in found]
    if view.format is NodeFormat.CSV:
        _write_csv(names if view.header else (), cells)
    else:
        table(names, cells, _empty(reads, view.shown))
    for each in reads:
        _log(each, f"{each.target}: " if several else "")


def _rows(reads: Reads, view: NodeView) -> Iterator[Row]:
    for each in reads:
        if each.result is not None:
            listed = list(rows(each.result.nodes, view.shown))
            yield from node_rows(each.target, listed, view.now, pods=view.pods)


def _names(found: Sequence[Row], *, several: bool) -> Iterator[str]:
    lines = (
        f"{row.cluster} node/{row.node.name}\n" if several else f"node/{row.node.name}\n" for row in found
    )
    return iter(dict.fromkeys(lines))


def _write_csv(names: Sequence[str], cells: Sequence[Sequence[str | Cell]]) -> None:
    import csv
    import io

    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    if names:
        writer.writerow(names)
    writer.writerows([cell.text if isinstance(cell, Cell) else cell for cell in row] for row in cells)
    data(text.getvalue())


def _empty(reads: Reads, shown: Shown) -> str:
    if not any(each.result for each in reads):
        return ""
    if shown == Shown():
        return "no node has an accelerator; --all-nodes lists the others"
    return "no node is as asked for"


def _log(each: ClusterRead[Inventory], prefix: str) -> None:
    for note in each.reached.notes if each.reached else ():
        log_event(WarningNote(note))
    if each.same_as:
        log_event(Note(f"{each.target} is the same cluster as {each.same_as}, which is listed"))
    if each.result is not None:
        for line in summary(each.result):
            log(prefix + line)
        for note in each.result.notes:
            log_event(Note(prefix + note))
        for line in findings(each.result.nodes):
            log_event(Note(prefix + line))
