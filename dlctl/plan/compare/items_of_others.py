"""Items of lists that others own, and that cannot stand beside those that the manifest states.

Server-side apply joins the ports of a Service by number and protocol. Where somebody has changed the number
of a port, an apply keeps that port, and adds the stated one: then two ports have one name, or none.
"""

import json
from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from dlctl.errors import ClusterError
from dlctl.manifest import JsonObject, Manifest
from dlctl.pattern import pattern
from dlctl.plan.live.managed_fields import field_entries, whole_managers
from dlctl.plan.live.owned_paths import MISSING, Path, dotted, pointer, value_at_path
from dlctl.plan.model import FieldOwner

_NAME = pattern(r"((?:\w+\.)*\w+)\[\d+\]\.name: (?:Duplicate|Required) value")


class Beside(Struct, frozen=True):
    """The items of others, what they are in words, and what to do about them."""

    owners: tuple[FieldOwner, ...]
    reason: str
    hint: str


def items_beside(manifest: Manifest, live: JsonObject, manager: str, error: ClusterError) -> Beside | None:
    """The items for which an apply by `manager` was refused; None where it was refused for something else."""
    found = _NAME.search(getattr(error, "whole", "") or error.message)
    if found is None:
        return None
    path = tuple(f"f:{step}" for step in found[1].split("."))
    items = tuple(_items(manifest.body, live, manager, path))
    if not items:
        return None
    owners = tuple(owner for owner, _ in items)
    names = ", ".join(f"{owner.manager} owns {owner.field}" for owner in owners)
    reason = (
        f"{found[1]}: the merged list would have two items with the same name, or one without a name, since "
        f"another field manager owns an item: {names}"
    )
    return Beside(owners, reason, _hint(manifest, live, path, [place for _, place in items], owners))


def _items(
    stated: JsonObject, live: JsonObject, manager: str, path: Path
) -> Iterator[tuple[FieldOwner, str]]:
    seen: set[str] = set()
    for other, since, fields in field_entries(live):
        below: Any = fields
        for step in path:
            below = below.get(step, {}) if isinstance(below, dict) else {}
        for word in below if other != manager and isinstance(below, dict) else ():
            item = (*path, word)
            if not _is_item(word) or value_at_path(stated, item) is not MISSING or word in seen:
                continue
            if value_at_path(live, item) is not MISSING:
                seen.add(word)
                yield FieldOwner(other, dotted(item), since), pointer(live, item)


def _is_item(word: str) -> bool:
    return word.startswith("k:") and isinstance(json.loads(word[2:]), dict)


def _hint(
    manifest: Manifest, live: JsonObject, path: Path, places: list[str], owners: tuple[FieldOwner, ...]
) -> str:
    if {each.manager for each in owners} <= set(whole_managers(live)):
        return "pass --adopt to take over the fields of these managers"
    ref = manifest.ref
    where = f" -n {ref.namespace}" if ref.namespace else ""
    patch = json.dumps(_patch(live, value_at_path(manifest.body, path), path, places))
    name = f"{ref.kind.lower()}/{ref.name}"
    return (
        f"set the same in the app, or change it back and apply again: kubectl patch {name}{where} "
        f"--type=json -p '{patch}'"
    )


def _patch(live: JsonObject, stated: Any, path: Path, places: list[str]) -> list[dict[str, Any]]:
    """A JSON patch that removes the items; the stated list in their place where no item would be left."""
    items = value_at_path(live, path)
    if isinstance(items, list) and len(items) == len(places):
        return [{"op": "replace", "path": pointer(live, path), "value": stated}]
    last_first = sorted(places, key=lambda place: int(place.rpartition("/")[2]), reverse=True)
    return [{"op": "remove", "path": place} for place in last_first]
