"""`node list --watch`: redrawn on a terminal, else the rows that are new or changed."""

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from dlctl.cli.output.errors import report_failure
from dlctl.cli.output.streams import data, log, stdout_is_terminal, write_data
from dlctl.cli.output.tables.cell import Cell
from dlctl.cli.output.views.nodes.format import NodeFormat
from dlctl.cli.output.views.nodes.listing import (
    NodeView,
    Reads,
    column_names,
    log_read,
    node_names,
    print_rows,
    sorted_rows,
    table_rows,
)
from dlctl.cli.output.views.nodes.rows import COLUMNS, Row
from dlctl.cli.output.views.nodes.summary import summary
from dlctl.cli.output.views.unread import unread
from dlctl.errors import DlctlError
from dlctl.nodes.inventory.model import DeviceKind
from dlctl.text import counted

_CLEAR = "\x1b[H\x1b[J"
"""Cursor to the top left, and all below it cleared."""
_TIMES = frozenset({"AGE"})
"""Columns that change by themselves."""

Key = tuple[str, str, DeviceKind | None, tuple[str, str] | None]
"""Cluster, node, kind of device and pod of a row."""


class NodeWatch:
    """Shows what is read every so many seconds; remembers what it has shown."""

    def __init__(self, every: float) -> None:
        self._every = every
        self._rows: dict[Key, tuple[str, ...]] = {}
        self._sums: tuple[str, ...] = ()
        self.begun = False

    def show(self, reads: Reads, view: NodeView) -> None:
        """Show the state of now."""
        if stdout_is_terminal():
            self._redraw(reads, view)
        else:
            self._append(reads, view)
        self.begun = True

    def _redraw(self, reads: Reads, view: NodeView) -> None:
        write_data(_CLEAR)
        data(f"every {self._every:g}s, {view.now.astimezone():%H:%M:%S}; Ctrl-C ends\n")
        found = sorted_rows(reads, view)
        if view.format is NodeFormat.NAME:
            data("".join(node_names(found, several=len(reads) > 1)))
        else:
            print_rows(column_names(found, reads, view), table_rows(found, view), view)
        _log(reads)

    def _append(self, reads: Reads, view: NodeView) -> None:
        found = sorted_rows(reads, view)
        names = column_names(found, reads, view)
        shown = table_rows(found, view)
        now = {_key(row): tuple(_stable(names, row)) for row in shown}
        changed = [row for row in shown if self._rows.get(_key(row)) != now[_key(row)]]
        if view.format is NodeFormat.NAME:
            new = [row for row in changed if _key(row) not in self._rows]
            data("".join(node_names(new, several=len(reads) > 1)))
        elif changed or not self.begun:
            print_rows(names, changed, replace(view, header=view.header and not self.begun))
        # What could not be read now may be there still.
        read = {each.target for each in reads if each.result is not None}
        gone = [key for key in self._rows if key not in now and key[0] in read]
        self._rows = {**{key: row for key, row in self._rows.items() if key not in gone}, **now}
        self._log_changes(reads, len(gone))

    def _log_changes(self, reads: Reads, gone: int) -> None:
        if gone:
            log(f"{counted(gone, 'row')} no longer listed")
        sums = tuple(_sums(reads))
        if sums != self._sums:
            _log(reads)
        self._sums = sums


def _log(reads: Reads) -> None:
    for each in reads:
        log_read(each, f"{each.target}: " if len(reads) > 1 else "")
    for error in _errors(reads):
        report_failure(error)


def _errors(reads: Reads) -> Sequence[DlctlError]:
    return unread([(each.target, each.error) for each in reads])


def _sums(reads: Reads) -> Iterator[str]:
    """What is said below the rows, to see whether it is new."""
    for each in reads:
        if each.result is not None:
            yield from (f"{each.target}: {line}" for line in summary(each.result))
    yield from map(str, _errors(reads))


def _key(row: Row) -> Key:
    kind = row.devices.kind if row.devices else None
    pod = (row.pod.namespace, row.pod.name) if row.pod else None
    return row.cluster, row.node.name, kind, pod


def _stable(names: Sequence[str], row: Row) -> Iterator[str]:
    """The cells of a row that do not change by themselves."""
    for name in names:
        if name not in _TIMES:
            cell = COLUMNS[name](row)
            yield cell.text if isinstance(cell, Cell) else cell
