"""`node label` for people: a row for each label, and what it adds up to."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum

from msgspec import Struct

from dlctl.cli.output.notes import log_event
from dlctl.cli.output.streams import log
from dlctl.cli.output.style import Style
from dlctl.cli.output.tables.cell import Cell
from dlctl.cli.output.tables.table import table
from dlctl.deploy.model import Result
from dlctl.deploy.node_labels import Labelled, LabelReport
from dlctl.events import Note, WarningNote
from dlctl.nodes.labelling.model import Action, LabelChange
from dlctl.text import enumerated
from dlctl.workflow.clusters import ClusterRead
from dlctl.workflow.node_label import LabelPlan

Reads = Sequence[ClusterRead[LabelPlan]]
Reports = Mapping[str, LabelReport]
"""The reports of the clusters that were written to, by target."""


class Mode(StrEnum):
    """What the command does: show, let the API server check, or write."""

    PREVIEW = "preview"
    DRY_RUN = "dry-run"
    APPLY = "apply"


class LabelRow(Struct, frozen=True):
    """One label of one node of a cluster, and how writing the node ended (None: it was not written)."""

    cluster: str
    change: LabelChange
    node: Labelled | None
    name: str
    manager: str

    @property
    def result(self) -> Result | None:
        """How it ended; None where there was nothing to write."""
        writes = self.change.action not in (Action.UNCHANGED, Action.OWNED)
        return self.node.result if self.node and writes else None


_TO_DO = {Action.ADD: "to add", Action.CHANGE: "to change", Action.REMOVE: "to remove"}
_DONE = {Action.ADD: "added", Action.CHANGE: "changed", Action.REMOVE: "removed", Action.RELEASE: "released"}
_STYLES = {
    Action.ADD: Style.GOOD,
    Action.CHANGE: Style.WARN,
    Action.REMOVE: Style.BAD,
    Action.OWNED: Style.NOTE,
}


def label_rows(reads: Reads, reports: Reports) -> Iterator[LabelRow]:
    """Every label of every node that was compared, in order."""
    for each in reads:
        report = reports.get(each.target)
        for index, plan in enumerate(each.result.nodes if each.result else ()):
            node = report.nodes[index] if report else None
            for change in plan.changes:
                yield LabelRow(each.target, change, node, plan.node, plan.manager)


def print_labels(reads: Reads, reports: Reports, mode: Mode) -> None:
    """Write the rows to stdout; sums and notes go to stderr."""
    rows = list(label_rows(reads, reports))
    several = len(reads) > 1
    headings = ["CLUSTER"] if several else []
    cells = [[*([row.cluster] if several else []), *_cells(row, mode)] for row in rows]
    if any(each.result for each in reads):
        table([*headings, "NODE", "LABEL", "OLD", "NEW", "ACTION"], cells, "no node has or gets a label")
    for each in reads:
        _log(each, [row for row in rows if row.cluster == each.target], mode)
    if mode is Mode.PREVIEW and any(each.result.differs for each in reads if each.result):
        log("nothing was written; --apply writes these labels")
    if mode is Mode.DRY_RUN and any(row.result is Result.DONE for row in rows):
        log("the API server checked these writes, and nothing was stored")


def counts_line(rows: Sequence[LabelRow], mode: Mode) -> str:
    """`2 to add, 1 unchanged`; after writing `2 added, 1 failed`."""
    order = list(Action)
    sorted_ = sorted(rows, key=lambda row: order.index(row.change.action))
    found = Counter(_count_word(row, mode) for row in sorted_)
    return ", ".join(f"{count} {word}" for word, count in found.items()) or "no labels"


def _count_word(row: LabelRow, mode: Mode) -> str:
    action = row.change.action
    if action is Action.UNCHANGED:
        return "unchanged"
    if action is Action.OWNED:
        return "owned by other managers"
    if mode is not Mode.APPLY or row.result is None:
        return _TO_DO.get(action, "to release")
    return _DONE[action] if row.result is Result.DONE else _NOT_DONE[row.result]


_NOT_DONE = {
    Result.FAILED: "failed",
    Result.SKIPPED: "skipped",
    Result.STOPPED: "not done",
    Result.UNKNOWN: "result unknown",
}


def _cells(row: LabelRow, mode: Mode) -> list[str | Cell]:
    change = row.change
    return [row.name, change.label, _value(change.old), _value(change.new), _action(row, mode)]


def _value(value: str | None) -> str:
    return "-" if value is None else value or '""'


def _action(row: LabelRow, mode: Mode) -> Cell:
    action, owners = row.change.action, enumerated(row.change.owners)
    if action is Action.OWNED:
        return Cell(f"owned by {owners}", _STYLES[action])
    word = action.value
    if row.result is not None and row.result is not Result.DONE:
        return Cell(f"{word}: {_NOT_DONE[row.result]}", Style.BAD)
    if mode is Mode.APPLY and row.result is Result.DONE:
        word = _DONE[action]
    also = f", owned by {owners}" if action is Action.RELEASE else ""
    return Cell(word + also, _STYLES.get(action))


def _log(each: ClusterRead[LabelPlan], rows: Sequence[LabelRow], mode: Mode) -> None:
    for note in each.reached.notes if each.reached else ():
        log_event(WarningNote(note))
    if each.same_as:
        log_event(Note(f"{each.target} is the same cluster as {each.same_as}, which is listed"))
    if each.result is not None:
        log(f"{each.target}: {counts_line(rows, mode)}")
    for reason in dict.fromkeys(
        f"{row.name}: {row.node.reason}" for row in rows if row.node and row.node.reason
    ):
        log_event(WarningNote(f"{each.target}: node {reason}"))
