"""The parts of managedFields that belong to a target's field managers."""

from collections.abc import Iterator, Mapping
from typing import Any

from dlctl.cluster.managed_fields import WHOLE_MANIFESTS, union
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


def whole_managers(live: JsonObject) -> tuple[str, ...]:
    """Other managers that applied whole manifests, such as `kubectl apply`, and still own fields."""
    names = {str(entry.get("manager")) for entry in _entries(live) if _is_whole(entry)}
    return tuple(sorted(names))


def whole_fields(live: JsonObject, api_version: str) -> Fields:
    """What these managers own, in this version of the kind."""
    owned: Fields = {}
    for entry in _entries(live):
        if _is_whole(entry) and entry.get("apiVersion") == api_version:
            owned = union(owned, entry.get("fieldsV1") or {})
    return owned


def fields_of_others(live: JsonObject, manager: str, *, with_whole: bool = False) -> Mapping[str, Fields]:
    """The fields of each manager but `manager`, and but those that applied whole manifests by default."""
    others: dict[str, Fields] = {}
    for entry in _entries(live):
        name = str(entry.get("manager") or "")
        if (with_whole or not _is_whole(entry)) and name != manager:
            others[name] = union(others.get(name, {}), entry.get("fieldsV1") or {})
    return others


def field_entries(live: JsonObject) -> Iterator[tuple[str, str, Fields]]:
    """Manager, time and fields of each entry, except those of an object's status."""
    for entry in _entries(live):
        if entry.get("subresource") != "status":
            time = str(entry.get("time") or "")
            yield str(entry.get("manager") or ""), time, entry.get("fieldsV1") or {}


def _is_whole(entry: Mapping[str, Any]) -> bool:
    return (entry.get("manager"), entry.get("operation")) in WHOLE_MANIFESTS and not entry.get("subresource")


def _entries(live: JsonObject) -> tuple[Mapping[str, Any], ...]:
    entries = (live.get("metadata") or {}).get("managedFields")
    return (
        tuple(entry for entry in entries if isinstance(entry, Mapping)) if isinstance(entries, list) else ()
    )


def _is_apply(entry: Mapping[str, Any]) -> bool:
    return entry.get("operation") == "Apply" and not entry.get("subresource")
