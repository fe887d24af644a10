"""The parts of managedFields that belong to a target's field managers."""

from collections.abc import Mapping
from typing import Any

from dlctl.manifest import JsonObject
from dlctl.plan.field_managers import FieldManagers

Fields = Mapping[str, Any]


def applied_fields(live: JsonObject, manager: str, api_version: str = "") -> Fields | None:
    """The fields that `manager` owns by server-side apply; None if it applied nothing.

    With an `api_version`, also None if it applied another version: its fields may differ.
    """
    for entry in _entries(live):
        if entry.get("manager") == manager and _is_apply(entry):
            if api_version and entry.get("apiVersion") != api_version:
                return None
            fields: Fields | None = entry.get("fieldsV1")
            return fields
    return None


def applying_manager(live: JsonObject, managers: FieldManagers) -> str:
    """The manager of the target that applied an object: the current one, or an earlier one if only it did."""
    names = {entry.get("manager") for entry in _entries(live) if _is_apply(entry)}
    return next((name for name in managers.all if name in names), managers.current)


def earlier_managers(live: JsonObject, managers: FieldManagers) -> tuple[str, ...]:
    """The earlier managers of the target that still own fields of an object."""
    names = {entry.get("manager") for entry in _entries(live) if _is_apply(entry)}
    return tuple(name for name in managers.earlier if name in names)


def _entries(live: JsonObject) -> tuple[Mapping[str, Any], ...]:
    entries = (live.get("metadata") or {}).get("managedFields")
    return (
        tuple(entry for entry in entries if isinstance(entry, Mapping)) if isinstance(entries, list) else ()
    )


def _is_apply(entry: Mapping[str, Any]) -> bool:
    return entry.get("operation") == "Apply" and not entry.get("subresource")
