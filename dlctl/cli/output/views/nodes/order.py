"""The columns and the order that the command line asks for."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from dlctl.cli.output.views.nodes.rows import COLUMNS, Row
from dlctl.errors import UsageError
from dlctl.nodes.inventory.model import Devices
from dlctl.nodes.inventory.order import natural_key
from dlctl.suggest import did_you_mean
from dlctl.text import listed

Key = Callable[[Row], Any]


def _count(value: Callable[[Devices], int | None]) -> Key:
    return lambda row: -1 if row.devices is None or (found := value(row.devices)) is None else found


SORTS: dict[str, Key] = {
    "cluster": lambda row: natural_key(row.cluster),
    "node": lambda row: natural_key(row.node.name),
    "status": lambda row: row.node.status,
    "gpu": lambda row: natural_key(row.devices.kind.title if row.devices else ""),
    "free": _count(lambda devices: devices.free),
    "used": _count(lambda devices: devices.used),
    "idle": _count(lambda devices: devices.idle),
    "total": _count(lambda devices: devices.capacity),
    "bad": _count(lambda devices: devices.bad),
    "age": lambda row: tuple(-ord(character) for character in row.node.created),
    "zone": lambda row: natural_key(row.node.zone),
    "cpu": lambda row: row.node.cpu.free or 0,
    "memory": lambda row: row.node.memory.free or 0,
}
"""What rows can be sorted by."""


def chosen_columns(text: str) -> tuple[str, ...]:
    """`node,free` as columns. Raises UsageError for one that there is not."""
    names = [name.strip().upper() for name in text.split(",") if name.strip()]
    for name in names:
        if name not in COLUMNS:
            raise UsageError(
                f"there is no column '{name}'",
                hint=did_you_mean(name, COLUMNS, f"the columns are {listed(COLUMNS, limit=40)}"),
            )
    return tuple(names)


def check_sort(keys: Sequence[str]) -> tuple[str, ...]:
    """Sort keys, each with a dash before it for descending. Raises UsageError for one that there is not."""
    found = tuple(key.strip().lower() for text in keys for key in text.split(",") if key.strip())
    for key in found:
        if key.removeprefix("-") not in SORTS:
            hint = did_you_mean(key.removeprefix("-"), SORTS, f"rows are sorted by {listed(SORTS, limit=20)}")
            raise UsageError(f"rows cannot be sorted by '{key}'", hint=hint)
    return found


def in_order(rows: Iterable[Row], keys: Sequence[str]) -> list[Row]:
    """Rows by the first key, then by the next; rows that are equal stay in their order."""
    found = list(rows)
    for key in reversed(keys):
        found.sort(key=SORTS[key.removeprefix("-")], reverse=key.startswith("-"))
    return found
