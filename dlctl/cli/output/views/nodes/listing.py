"""`node list` for people and for programs."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from msgspec import Struct

from dlctl.cli.output.notes import log_event
from dlctl.cli.output.streams import data, log
from dlctl.cli.output.tables.cell import Cell
from dlctl.cli.output.tables.table import table
from dlctl.cli.output.views.nodes.format import NodeFormat
from dlctl.cli.output.views.nodes.json import write_nodes
from dlctl.cli.output.views.nodes.order import in_order
from dlctl.cli.output.views.nodes.rows import COLUMNS, Row, default_columns, node_rows, with_pods
from dlctl.cli.output.views.nodes.summary import findings, summary
from dlctl.cli.runtime import Runtime
from dlctl.events import Note, WarningNote
from dlctl.nodes.inventory.model import Inventory, Node
from dlctl.nodes.inventory.select import Shown, rows
from dlctl.workflow.clusters import ClusterRead


class NodeView(Struct, frozen=True):
    """How nodes are printed: the format, which have rows, with their pods or without, in which columns."""

    format: NodeFormat
    shown: Shown
    now: datetime
    pods: bool = False
    header: bool = True
    columns: tuple[str, ...] = ()
    sort: tuple[str, ...] = ()
    preemptible_below: int | None = None
    filtered: bool = False

    @property
    def shows_topology(self) -> bool:
        """Whether the place of nodes in the network is shown."""
        if self.columns and self.format not in (NodeFormat.JSON, NodeFormat.YAML):
            return "TOPOLOGY" in self.columns
        return self.format not in (NodeFormat.TABLE, NodeFormat.NAME)

    def optional(self, clusters: int, rows: Sequence[Row]) -> set[str]:
        """The columns that are there where they tell something."""
        told = {
            "CLUSTER": clusters > 1,
            "POD": self.pods and self.format is NodeFormat.CSV,
            "HELD": self.pods and self.format is NodeFormat.CSV,
            "PRIORITY": self.pods,
            "PREEMPTIBLE": self.preemptible_below is not None,
            "BLOCKED": self.format is not NodeFormat.TABLE
            and any(r.devices and r.devices.blocked for r in rows),
        }
        return {name for name, there in told.items() if there}


Reads = Sequence[ClusterRead[Inventory]]


def print_nodes(runtime: Runtime, reads: Reads, view: NodeView) -> None:
    """Write the rows to stdout; what they add up to, notes and findings go to stderr."""
    found = sorted_rows(reads, view)
    if view.format in (NodeFormat.JSON, NodeFormat.YAML):
        nodes: dict[tuple[str, str], tuple[str, Node]] = {}
        for row in found:
            nodes.setdefault((row.cluster, row.node.name), (row.cluster, row.node))
        write_nodes(
            runtime, reads, tuple(nodes.values()), pods=view.pods, yaml=view.format is NodeFormat.YAML
        )
        return
    several = len(reads) > 1
    if view.format is NodeFormat.NAME:
        data("".join(node_names(found, several=several)))
        return
    if any(each.result for each in reads):
        print_rows(column_names(found, reads, view), table_rows(found, view), view)
    for each in reads:
        log_read(each, f"{each.target}: " if several else "")


def sorted_rows(reads: Reads, view: NodeView) -> list[Row]:
    """The rows of all clusters that were read, in the order that is asked for."""
    return in_order(_rows(reads, view), view.sort)


def table_rows(found: Sequence[Row], view: NodeView) -> Sequence[Row]:
    """The rows of a table: with pods below their nodes where they are asked for."""
    return list(with_pods(found)) if view.pods else found


def column_names(found: Sequence[Row], reads: Reads, view: NodeView) -> tuple[str, ...]:
    """The columns that are shown."""
    wide = view.format is not NodeFormat.TABLE
    return view.columns or default_columns(wide=wide, optional=view.optional(len(reads), found))


def print_rows(names: Sequence[str], shown: Sequence[Row], view: NodeView) -> None:
    """Write rows as a table or as CSV."""
    if view.format is NodeFormat.CSV:
        _write_csv(names if view.header else (), [[_flat(name, row) for name in names] for row in shown])
        return
    cells = [[COLUMNS[name](row) for name in names] for row in shown]
    optional = () if view.columns or view.format is not NodeFormat.TABLE else ("BAD", "AGE", "RDMA")
    table(names, cells, _empty(view), header=view.header, optional=optional)


def _rows(reads: Reads, view: NodeView) -> Iterator[Row]:
    for each in reads:
        if each.result is not None:
            listed = list(rows(each.result.nodes, view.shown))
            yield from node_rows(each.target, listed, view.now, view.preemptible_below or 0)


def node_names(found: Sequence[Row], *, several: bool) -> Iterator[str]:
    """One line for each node."""
    lines = (
        f"{row.cluster} node/{row.node.name}\n" if several else f"node/{row.node.name}\n" for row in found
    )
    return iter(dict.fromkeys(lines))


def _flat(name: str, row: Row) -> str:
    """A cell for a program: rows of pods name their node, too, and have a column of their own for numbers.

    So a sum of USED counts no device twice.
    """
    if name == "USED" and row.pod:
        return ""
    cell = row.node.name if name == "NODE" else COLUMNS[name](row)
    return cell.text if isinstance(cell, Cell) else cell


def _write_csv(names: Sequence[str], cells: Sequence[Sequence[str]]) -> None:
    import csv
    import io

    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    if names:
        writer.writerow(names)
    writer.writerows(cells)
    data(text.getvalue())


def _empty(view: NodeView) -> str:
    if view.filtered or view.shown != Shown():
        return "no node matches the options of this command"
    return "no node has an accelerator; --all-nodes lists the others"


def log_read(each: ClusterRead[Inventory], prefix: str) -> None:
    """Say on stderr what a cluster's devices add up to, and what is odd about them."""
    for note in each.reached.notes if each.reached else ():
        log_event(WarningNote(note))
    if each.same_as:
        log_event(Note(f"{each.target} is the same cluster as {each.same_as}, which is listed"))
    if each.result is not None:
        for line in summary(each.result):
            log(prefix + line)
        for note in each.result.notes:
            log_event(Note(prefix + note))
        for line in findings([node for node in each.result.nodes if node.devices]):
            log_event(Note(prefix + line))
