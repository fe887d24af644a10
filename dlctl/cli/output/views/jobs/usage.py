"""`job top` for people and for programs: bars on a terminal, a plain table on a pipe."""

from collections.abc import Iterator, Sequence
from typing import Any

from dlctl.cli.output.envelope import write_document
from dlctl.cli.output.streams import stdout_is_terminal
from dlctl.cli.output.style import Style
from dlctl.cli.output.tables.cell import Cell
from dlctl.cli.output.tables.table import TableFormat, table
from dlctl.cli.output.views.jobs.columns import NOT_APPLICABLE, UNKNOWN
from dlctl.cli.output.views.jobs.notes import clusters_json, log_notes
from dlctl.cli.output.views.unread import error_class
from dlctl.cli.runtime import Runtime
from dlctl.jobs.choices import UsageBy
from dlctl.jobs.select import each_once
from dlctl.jobs.usage import Usage, usage
from dlctl.workflow.clusters import ClusterRead
from dlctl.workflow.jobs.usage import UsedJobs

Reads = Sequence[ClusterRead[UsedJobs]]
BAR = 24
"""The length of the longest bar, in columns."""
_HEADINGS = ("ENV", "BY", "NAME", "JOBS", "USED", "REQUESTED")


def print_usage(runtime: Runtime, reads: Reads, by: Sequence[UsageBy], form: TableFormat) -> None:
    """Write the sums of each environment, and a row for each that could not be read."""
    rows = list(_rows(reads, by))
    if form is TableFormat.JSON:
        clusters, errors = clusters_json(reads)
        items = [_json(row) for row in rows]
        write_document(runtime, "JobUsageList", clusters=clusters, items=items, errors=errors)
        return
    _print_table(reads, rows)
    log_notes(reads)


def _rows(reads: Reads, by: Sequence[UsageBy]) -> Iterator[Usage]:
    found = [(each, used) for each in reads if each.result for used in each.result.jobs]
    chosen = each_once(((each.target, used), used.job) for each, used in found)
    for read in reads:
        yield from usage(read.target, [used for (place, used), _ in chosen if place == read.target], by)


def _print_table(reads: Reads, rows: Sequence[Usage]) -> None:
    several = len(reads) > 1
    bars = stdout_is_terminal()
    headings = (*(_HEADINGS if several else _HEADINGS[1:]), *(("",) if bars else ()))
    longest = max((max(row.held or 0, row.wanted or 0) for row in rows), default=0)
    lines = [
        [*([row.environment] if several else []), *_cells(row), *([_bar(row, longest)] if bars else [])]
        for row in rows
    ]
    failed = [each for each in reads if each.error is not None]
    for each in failed if len(failed) < len(reads) else ():
        assert each.error is not None
        word = Cell(error_class(each.error), Style.BAD)
        rest = [NOT_APPLICABLE] * (len(headings) - 3 - bars)
        lines.append([each.target, NOT_APPLICABLE, word, *rest, *([""] if bars else [])])
    if lines or not failed:
        table(headings, lines, "no job uses or requests GPUs", optional=("",))


def _cells(row: Usage) -> list[str | Cell]:
    name = row.name or NOT_APPLICABLE
    return [row.by.value, name, str(row.jobs), _number(row.held), _number(row.wanted)]


def _bar(row: Usage, longest: int) -> Cell:
    """What is held, then what is wanted beyond that."""
    if not longest:
        return Cell("")
    held = round((row.held or 0) * BAR / longest)
    wanted = round(max(row.held or 0, row.wanted or 0) * BAR / longest)
    return Cell("█" * held + "░" * (wanted - held), Style.GOOD if row.held else Style.WARN)


def _number(count: int | None) -> str:
    return UNKNOWN if count is None else str(count)


def _json(row: Usage) -> dict[str, Any]:
    return {
        "environment": row.environment,
        "by": row.by.value,
        "name": row.name,
        "jobs": row.jobs,
        "held": row.held,
        "wanted": row.wanted,
    }
