"""`node check` for people: a row for each group of pods, and below it why it does not fit."""

from collections.abc import Iterator, Sequence

from msgspec import Struct

from dlctl.cli.output.notes import log_event
from dlctl.cli.output.printable import printable
from dlctl.cli.output.streams import data, log
from dlctl.cli.output.style import Style
from dlctl.cli.output.tables.cell import Cell
from dlctl.cli.output.tables.table import table
from dlctl.cli.output.views.nodes.fit_format import FitFormat
from dlctl.cli.output.views.nodes.fit_reasons import explained
from dlctl.cli.runtime import Runtime
from dlctl.events import Note, WarningNote
from dlctl.nodes.fit.report import GroupFit, Verdict
from dlctl.text import enumerated
from dlctl.workflow.clusters import ClusterRead
from dlctl.workflow.fit.kinds import can_start, ranked, serves_all
from dlctl.workflow.fit.node_check import ClusterFit, ComponentFit
from dlctl.workflow.fit.origins import Origins

SHOWN = 4
"""The most nodes that are named."""
HEADINGS = ("CLUSTER", "COMPONENT", "OBJECT", "ROLE", "PODS", "EACH", "VERDICT", "WHERE")
_STYLES = {Verdict.FITS: Style.GOOD, Verdict.WAITS: Style.WARN, Verdict.NEVER: Style.BAD}


class CheckedCluster(Struct, frozen=True):
    """What reading and checking one target gave, and who asks for what does not fit."""

    read: ClusterRead[ClusterFit]
    origins: Origins


def print_checked(runtime: Runtime, checked: Sequence[CheckedCluster], output: FitFormat) -> None:
    """Write the verdicts to stdout; notes and the ranking of several clusters go to stderr."""
    if output is FitFormat.JSON:
        from dlctl.cli.output.views.nodes.fit_json import write_fits

        write_fits(runtime, [(each.read, each.origins) for each in checked])
        return
    several = len(checked) > 1
    if any(each.read.result for each in checked):
        _print_table(checked, several=several)
    for each in checked:
        _print_reasons(each, several=several, wide=output is FitFormat.WIDE)
    fits = [(each.read.target, each.read.result) for each in checked if each.read.result is not None]
    if len(fits) > 1:
        ranking = [f"{name} ({_standing(fit)})" for name, fit in ranked(fits)]
        first = "first to start" if any(can_start(fit) for _, fit in fits) else "none can start"
        log(f"{first}: {', '.join(ranking)}")


def _standing(fit: ClusterFit) -> str:
    return fit.verdict.value if serves_all(fit) else f"{fit.verdict.value}, a kind is not served"


def _print_table(checked: Sequence[CheckedCluster], *, several: bool) -> None:
    fits = [(each.read.target, each.read.result) for each in checked if each.read.result]
    rows = [[name, *row] for name, fit in fits for part in fit.components for row in _rows(part)]
    first = 0 if several else 1
    table(HEADINGS[first:], [row[first:] for row in rows], "no object creates pods")


def _print_reasons(each: CheckedCluster, *, several: bool, wide: bool) -> None:
    found = each.read
    prefix = f"{found.target}: " if several else ""
    for part in found.result.components if found.result else ():
        for line in explained(part, each.origins, wide=wide):
            data(printable(line if line.startswith(" ") or not line else prefix + line) + "\n")
    for warning in found.reached.notes if found.reached else ():
        log_event(WarningNote(warning))
    for note in found.result.notes if found.result else ():
        log_event(Note(prefix + note))


def _rows(part: ComponentFit) -> Iterator[list[str | Cell]]:
    name = part.component or "-"
    for group in part.groups:
        request = group.request
        yield [
            name,
            f"{request.kind}/{request.name}",
            request.role or "-",
            _pods(group),
            group.asks or "-",
            _cell(group.verdict),
            where(group),
        ]
    for each in part.unchecked:
        yield [name, each.name, "-", "?", "?", _cell(Verdict.UNKNOWN), "-"]


def _cell(verdict: Verdict) -> Cell:
    return Cell(verdict.value, _STYLES.get(verdict))


def _pods(group: GroupFit) -> str:
    return str(group.wanted) if group.placed >= group.wanted else f"{group.placed}/{group.wanted}"


def where(group: GroupFit) -> str:
    """The nodes that the pods would be on."""
    if group.verdict is not Verdict.FITS:
        return "-"
    names = [name if number == 1 else f"{name} ×{number}" for name, number in group.on]
    return enumerated(names, limit=SHOWN) if names else "-"
