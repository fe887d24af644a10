"""Compare two objects field by field, ignoring fields that only the server writes."""

from collections.abc import Iterator, Mapping
from typing import Any

from dlctl.json_values import same_json
from dlctl.manifest import SERVER_OWNED, JsonObject
from dlctl.plan.model import FieldChange
from dlctl.secret_fields import escape

IDENTIFYING = ("name", "key", "mountPath", "containerPort", "port")
"""Fields that may identify list items; the first that all items have with unique values is used."""


def clean(body: JsonObject) -> dict[str, Any]:
    """The object without `status` and fields that only the server writes."""
    cleaned = {key: value for key, value in body.items() if key != "status"}
    metadata = body.get("metadata")
    if isinstance(metadata, Mapping):
        cleaned["metadata"] = {key: value for key, value in metadata.items() if key not in SERVER_OWNED}
    return cleaned


def compare(old: Any, new: Any) -> tuple[FieldChange, ...]:
    """The changes from one JSON value to another; empty if and only if they are equal."""
    return tuple(_changes("", old, new))


def _changes(pointer: str, old: Any, new: Any) -> Iterator[FieldChange]:
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        yield from _mapping(pointer, old, new)
    elif isinstance(old, list) and isinstance(new, list):
        yield from _list(pointer, old, new)
    elif not same_json(old, new):
        yield FieldChange("replace", pointer, old, new)


def _mapping(pointer: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[FieldChange]:
    for key in sorted(old.keys() | new.keys()):
        where = f"{pointer}/{escape(key)}"
        if key not in new:
            yield FieldChange("remove", where, old[key], None)
        elif key not in old:
            yield FieldChange("add", where, None, new[key])
        else:
            yield from _changes(where, old[key], new[key])


def _list(pointer: str, old: list[Any], new: list[Any]) -> Iterator[FieldChange]:
    if same_json(old, new):
        return
    pairs = align(old, new)
    moved = [left for left, _ in pairs if left is not None]
    if moved != sorted(moved):
        yield FieldChange("replace", pointer, old, new)
        return
    for left, right in pairs:
        if right is None:
            yield FieldChange("remove", f"{pointer}/{left}", old[left or 0], None)
        elif left is None:
            yield FieldChange("add", f"{pointer}/{right}", None, new[right])
        else:
            yield from _changes(f"{pointer}/{right}", old[left], new[right])


def align(old: list[Any], new: list[Any]) -> list[tuple[int | None, int | None]]:
    """Pairs of indexes of the same item: by an identifying field, else by position.

    Removed items come first, as `(index, None)`; then all items of the new list in order.
    """
    field = identifying_field(old, new)
    if field is None:
        places: Mapping[Any, int] = {index: index for index in range(len(old))}
        keys: list[Any] = list(range(len(new)))
    else:
        places = {item[field]: index for index, item in enumerate(old)}
        keys = [item[field] for item in new]
    known = set(keys)
    removed: list[tuple[int | None, int | None]] = [
        (index, None) for key, index in places.items() if key not in known
    ]
    return removed + [(places.get(key), index) for index, key in enumerate(keys)]


def identifying_field(old: list[Any], new: list[Any]) -> str | None:
    """The field that identifies the items of both lists; None if there is none."""
    if not all(isinstance(item, Mapping) for item in (*old, *new)):
        return None
    return next(
        (field for field in IDENTIFYING if _tells_apart(old, field) and _tells_apart(new, field)), None
    )


def _tells_apart(items: list[Any], field: str) -> bool:
    values = [item.get(field) for item in items]
    scalars = all(isinstance(value, str | int) and not isinstance(value, bool) for value in values)
    return scalars and len(set(values)) == len(values)
