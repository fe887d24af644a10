"""The owners of an object's fields, in `metadata.managedFields`."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from dlctl.manifest import JsonObject

JSON_PATCH = "application/json-patch+json"
RENAMINGS = 5
"""Attempts to rename managers of an object that others keep changing."""


def other_managers(live: JsonObject, manager: str) -> tuple[str, ...]:
    """The managers beside `manager` that own more than the status of an object, sorted."""
    entries = live["metadata"].get("managedFields") or ()
    names = {str(entry.get("manager") or "") for entry in entries if not entry.get("subresource")} - {""}
    return tuple(sorted(names - {manager}))


def renaming(metadata: Mapping[str, Any], earlier: Sequence[str], manager: str) -> bytes | None:
    """The JSON patch that makes `manager` the owner of what `earlier` applied; None if they own nothing.

    It states the resourceVersion, so that the server refuses it where the object changed meanwhile.
    """
    entries = list(metadata.get("managedFields") or ())
    renamed = renamed_entries(entries, earlier, manager)
    if renamed == entries:
        return None
    operations = [
        {"op": "replace", "path": "/metadata/managedFields", "value": renamed},
        {"op": "replace", "path": "/metadata/resourceVersion", "value": metadata.get("resourceVersion", "")},
    ]
    return json.dumps(operations).encode()


def renamed_entries(
    entries: Sequence[JsonObject], earlier: Sequence[str], manager: str
) -> list[dict[str, Any]]:
    """The entries with those of `earlier` managers joined into one of `manager`."""
    kept: list[dict[str, Any]] = []
    joined: dict[str, Any] | None = None
    for entry in entries:
        if not _is_applied_by(entry, (manager, *earlier)):
            kept.append(dict(entry))
        elif joined is None:
            joined = {**entry, "manager": manager}
        else:
            newest = max(joined, entry, key=lambda each: str(each.get("time") or ""))
            fields = _union(joined.get("fieldsV1") or {}, entry.get("fieldsV1") or {})
            joined = {**newest, "manager": manager, "fieldsV1": fields}
    return [*([joined] if joined else []), *kept]


def _is_applied_by(entry: JsonObject, managers: Sequence[str]) -> bool:
    return (
        entry.get("manager") in managers
        and entry.get("operation") == "Apply"
        and not entry.get("subresource")
    )


def _union(left: Mapping[str, Any], right: Mapping[str, Any]) -> dict[str, Any]:
    joined = dict(left)
    for key, value in right.items():
        joined[key] = _union(left[key], value) if key in left else value
    return joined
