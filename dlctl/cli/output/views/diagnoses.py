"""What `doctor` found, as a table or JSON."""

from collections.abc import Sequence

from dlctl.cli.output.envelope import write_document
from dlctl.cli.output.streams import log
from dlctl.cli.output.style import Style
from dlctl.cli.output.tables.cell import Cell
from dlctl.cli.output.tables.table import TableFormat, table
from dlctl.cli.runtime import Runtime
from dlctl.workflow.doctor.model import Diagnosis, State

_STYLES = {State.OK: Style.GOOD, State.WARNING: Style.WARN, State.ERROR: Style.BAD}


def print_diagnoses(runtime: Runtime, found: Sequence[Diagnosis], output: TableFormat) -> int:
    """Print everything that was looked at; returns the exit code: 1 if something is wrong."""
    if output is TableFormat.JSON:
        write_document(runtime, "DiagnosisList", items=[_json(each) for each in found])
    else:
        rows = [
            (each.area, each.name, Cell(each.state.value, _STYLES[each.state]), _text(each)) for each in found
        ]
        table(("AREA", "NAME", "STATE", "FOUND"), rows)
        _log_counts(found)
    return 1 if any(each.state is State.ERROR for each in found) else 0


def _text(each: Diagnosis) -> str:
    return f"{each.message}; {each.hint}" if each.hint else each.message


def _json(each: Diagnosis) -> dict[str, str | None]:
    return {
        "area": each.area,
        "name": each.name,
        "state": each.state.value,
        "message": each.message,
        "hint": each.hint or None,
    }


def _log_counts(found: Sequence[Diagnosis]) -> None:
    states = [each.state for each in found]
    log(", ".join(f"{states.count(state)} {state.value}" for state in State if state in states))
