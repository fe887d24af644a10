"""Which field managers own the labels of an object, by its managedFields."""

from collections.abc import Mapping

from msgspec import Struct

from dlctl.manifest import JsonObject

_PREFIX = "f:"


class Owner(Struct, frozen=True, order=True):
    """A field manager, and whether it owns by server-side apply."""

    manager: str
    applies: bool


Owners = Mapping[str, tuple[Owner, ...]]
"""The owners of each label; a label without any is not in it."""


def label_owners(body: JsonObject) -> Owners:
    """The owners of an object's labels."""
    found: dict[str, list[Owner]] = {}
    for entry in (body.get("metadata") or {}).get("managedFields") or ():
        applies = entry.get("operation") == "Apply" and not entry.get("subresource")
        owner = Owner(str(entry.get("manager") or ""), applies)
        metadata = (entry.get("fieldsV1") or {}).get("f:metadata") or {}
        for field in metadata.get("f:labels") or {}:
            if field.startswith(_PREFIX):
                found.setdefault(field.removeprefix(_PREFIX), []).append(owner)
    return {label: tuple(sorted(set(owners))) for label, owners in found.items()}
