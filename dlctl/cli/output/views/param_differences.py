"""The differences of two environments' parameters, as a table or JSON. Secret values are never shown."""

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct

from dlctl.cli.output.envelope import write_document
from dlctl.cli.output.tables.table import TableFormat, table
from dlctl.cli.output.views.parameters import param_json, sets_of, shown_param
from dlctl.cli.runtime import Runtime
from dlctl.params.compare import ParamDifference, differences
from dlctl.params.model import Param, ParamSet


def print_differences(runtime: Runtime, first: str, second: str, component: str, output: TableFormat) -> int:
    """`param diff`; returns the exit code: 1 if there are differences."""
    app = runtime.app()
    left, right = sets_of(runtime, app, first, component), sets_of(runtime, app, second, component)
    found = differences(left, right)
    if output is TableFormat.JSON:
        items = difference_items(found)
        write_document(runtime, "ParameterDiffList", left=first, right=second, items=items)
    else:
        headings = ("COMPONENT", "PARAMETER", first, second)
        table(headings, difference_rows(found, Sides(first, second, left, right)), "no differences")
    return 1 if found else 0


def difference_items(found: Sequence[ParamDifference]) -> list[dict[str, Any]]:
    """Differences for JSON output."""
    return [
        {
            "component": entry.component,
            "name": entry.name,
            "left": param_json(entry.left) if entry.left else None,
            "right": param_json(entry.right) if entry.right else None,
        }
        for entry in found
    ]


class Sides(Struct, frozen=True):
    """The two environments of a comparison, with the parameters of their components."""

    first: str
    second: str
    left: Mapping[str, ParamSet]
    right: Mapping[str, ParamSet]


def difference_rows(found: Sequence[ParamDifference], sides: Sides) -> list[tuple[str, str, str, str]]:
    """Differences for a table; one row for a component that only one environment has."""
    rows: dict[tuple[str, str], tuple[str, str, str, str]] = {}
    for entry in found:
        absent = [
            f"not in {name}" if entry.component not in params else ""
            for name, params in ((sides.first, sides.left), (sides.second, sides.right))
        ]
        name = "" if any(absent) else entry.name
        row = absent if any(absent) else [_side(entry.left), _side(entry.right)]
        rows[(entry.component, name)] = entry.component, name, row[0], row[1]
    return list(rows.values())


def _side(param: Param | None) -> str:
    if param is None:
        return "(absent)"
    return shown_param(param.spec, param.value) or "(no value)"
