"""The part of managedFields that belongs to our field manager."""

from collections.abc import Mapping
from typing import Any

from dlctl.labels import FIELD_MANAGER
from dlctl.manifest import JsonObject

Fields = Mapping[str, Any]


def applied_fields(live: JsonObject, api_version: str = "", manager: str = FIELD_MANAGER) -> Fields | None:
    """The fields that `manager` owns by server-side apply; None if it applied nothing.

    With an `api_version`, also None if it applied another version: its fields may differ.
    """
    entries = (live.get("metadata") or {}).get("managedFields") or ()
    for entry in entries:
        if (
            entry.get("manager") == manager
            and entry.get("operation") == "Apply"
            and not entry.get("subresource")
        ):
            if api_version and entry.get("apiVersion") != api_version:
                return None
            fields: Fields | None = entry.get("fieldsV1")
            return fields
    return None
