"""The status of objects: by component, what is not ready first of all."""

from collections import Counter
from collections.abc import Iterator, Sequence

from dlctl.cli.output.streams import log
from dlctl.cli.output.style import Style
from dlctl.cli.output.tables.cell import Cell
from dlctl.cli.output.tables.table import table
from dlctl.kinds.short_names import short_name
from dlctl.plan.live.object_status import ObjectStatus
from dlctl.plan.view.masked_status import MaskedStatus
from dlctl.status import Status

_STYLES = {
    Status.CURRENT: Style.GOOD,
    Status.IN_PROGRESS: Style.WARN,
    Status.FAILED: Style.BAD,
    Status.NOT_FOUND: Style.BAD,
}

Row = tuple[str | Cell, ...]


def print_status(each: Sequence[MaskedStatus], *, everything: bool) -> None:
    """A row for each component with the number of its ready objects, and for each object that is not ready.

    With `everything`, a row for each object. The counts of all states follow on stderr.
    """
    single = ("ENV",) if len(each) == 1 else ()
    if everything:
        rows = [_full_row(states, found) for states in each for found in states.objects]
        headings = ("ENV", "COMPONENT", "OBJECT", "NAMESPACE", "STATUS", "MESSAGE")
        table(headings, rows, "no objects", optional=("NAMESPACE", *single))
    else:
        rows = [row for states in each for row in _grouped(states)]
        headings = ("ENV", "COMPONENT", "READY", "OBJECT", "STATUS", "MESSAGE")
        table(headings, rows, "no objects", optional=single)
    counts = Counter(found.verdict.status.value for states in each for found in states.objects)
    if counts:
        hidden = 0 if everything else sum(not _shown(found) for states in each for found in states.objects)
        more = f" ({hidden} ready not shown: --all-objects)" if hidden else ""
        log(", ".join(f"{count} {state}" for state, count in sorted(counts.items())) + more)


def _grouped(states: MaskedStatus) -> Iterator[Row]:
    """The rows of an environment's components, in the order in which they first appear."""
    components: dict[str, list[ObjectStatus]] = {}
    for found in states.objects:
        components.setdefault(found.component, []).append(found)
    for component, objects in components.items():
        rendered = [found for found in objects if not found.extra]
        ready = sum(found.verdict.status is Status.CURRENT for found in rendered)
        count = f"{ready}/{len(rendered)}"
        shown = [found for found in objects if _shown(found)]
        start = states.scope.environment, component
        for found in shown:
            yield (*start, count, _name(states, found), _state(found), found.verdict.message)
        if not shown:
            yield (*start, count, "", Cell("Current", Style.GOOD), "")


def _shown(found: ObjectStatus) -> bool:
    """Whether an object has a row of its own: it is not ready, or it is left over."""
    return found.extra or found.verdict.status is not Status.CURRENT


def _full_row(states: MaskedStatus, found: ObjectStatus) -> Row:
    name = _named(found)
    place = found.ref.namespace
    return states.scope.environment, found.component, name, place, _state(found), found.verdict.message


def _name(states: MaskedStatus, found: ObjectStatus) -> str:
    """An object's name, with its namespace where that is not the environment's."""
    place = found.ref.namespace
    return _named(found) + (f" in {place}" if place not in ("", states.scope.namespace) else "")


def _named(found: ObjectStatus) -> str:
    extra = " (not rendered)" if found.extra else ""
    return f"{short_name(found.ref.group_kind)}/{found.ref.name}{extra}"


def _state(found: ObjectStatus) -> Cell:
    status = found.verdict.status
    return Cell(status.value, _STYLES.get(status))
