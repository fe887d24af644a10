"""`node check` for people: a row for each group of pods, and below it why it does not fit."""

from collections.abc import Iterator, Sequence

from dlctl.cli.output.printable import printable
from dlctl.cli.output.streams import data
from dlctl.cli.output.style import Style
from dlctl.cli.output.tables.cell import Cell
from dlctl.cli.output.tables.table import table
from dlctl.nodes.fit.filters.resources import written
from dlctl.nodes.fit.report import GroupFit, Reason, Verdict
from dlctl.text import counted, enumerated
from dlctl.workflow.node_check import ClusterFit, ComponentFit

SHOWN = 4
_STYLES = {Verdict.FITS: Style.GOOD, Verdict.WAITS: Style.WARN, Verdict.NEVER: Style.BAD}
HEADINGS = ("CLUSTER", "COMPONENT", "OBJECT", "ROLE", "PODS", "EACH", "VERDICT", "WHERE")


def print_fits(fits: Sequence[tuple[str, ClusterFit]], *, wide: bool) -> None:
    """The table, and the reasons below it."""
    several = len(fits) > 1
    rows = [[name, *row] for name, fit in fits for part in fit.components for row in _rows(part)]
    first = 0 if several else 1
    table(HEADINGS[first:], [row[first:] for row in rows], "no object makes pods")
    for name, fit in fits:
        for part in fit.components:
            for line in _explained(part, wide=wide):
                data(printable(f"{name}: {line}" if several and not line.startswith(" ") else line) + "\n")


def _rows(part: ComponentFit) -> Iterator[list[str | Cell]]:
    for group in part.groups:
        request = group.request
        yield [
            part.component or "-",
            f"{request.kind}/{request.name}",
            request.role or "-",
            _pods(group),
            group.asks,
            _verdict(group.verdict),
            where(group),
        ]
    for each in part.unchecked:
        yield [part.component or "-", each.name, "-", "?", "?", _verdict(Verdict.UNKNOWN), "-"]


def _verdict(verdict: Verdict) -> Cell:
    return Cell(verdict.value, _STYLES.get(verdict))


def _pods(group: GroupFit) -> str:
    return str(group.wanted) if group.placed >= group.wanted else f"{group.placed}/{group.wanted}"


def where(group: GroupFit) -> str:
    """The nodes that the pods would be on."""
    if group.verdict is not Verdict.FITS:
        return "-"
    names = [name if number == 1 else f"{name} ×{number}" for name, number in group.on]
    return enumerated(names, limit=SHOWN) if names else "-"


def _explained(part: ComponentFit, *, wide: bool) -> Iterator[str]:
    for group in part.groups:
        if group.verdict is not Verdict.FITS:
            yield ""
            yield headline(group)
        elif wide and group.left:
            yield ""
            yield f"{_title(group)} fits now, and leaves {', '.join(_left(group))}"
        for reason in group.reasons:
            yield f"  {_reason(group, reason)}"
            if reason.field and reason.lasting.value != "changes":
                yield f"      {reason.field}"
        if group.preemption:
            yield f"  {group.preemption}"
        for note in group.notes:
            yield f"  note: {note}"
    for each in part.unchecked:
        yield ""
        yield f"{each.name} is not checked: {each.why}"


def _title(group: GroupFit) -> str:
    request = group.request
    return " ".join(filter(None, (f"{request.kind}/{request.name}", request.role)))


def headline(group: GroupFit) -> str:
    """The verdict in one sentence."""
    gang = f", {group.request.minimum} of them together" if group.request.minimum else ""
    asked = f"needs {counted(group.wanted, 'pod')}{gang} of {group.asks}"
    if group.verdict is Verdict.NEVER and not group.suitable:
        return (
            f"{_title(group)} can never fit: {asked}; none of {counted(group.nodes, 'node')} could have one"
        )
    have = f"{group.placed} {'has' if group.placed == 1 else 'have'} a place"
    return f"{_title(group)} {group.verdict.value}: {asked}; {have}"


def _left(group: GroupFit) -> Iterator[str]:
    for each in group.left:
        largest = f" (up to {written(each.resource, each.largest)} on one node)" if each.total else ""
        yield f"{written(each.resource, each.total)} {each.resource}{largest}"


def _reason(group: GroupFit, reason: Reason) -> str:
    held = ""
    if reason.resource:
        names = [
            f"{each.name} ({written(each.resource, each.amount)})"
            for each in group.holders
            if each.resource == reason.resource
        ]
        held = f" by {enumerated(names, limit=SHOWN)}" if names and reason.lasting.value == "held" else ""
    if reason.nodes is None:
        return f"{reason.message}{held}"
    return f"{reason.nodes} of {counted(group.nodes, 'node')}: {reason.message}{held}"
