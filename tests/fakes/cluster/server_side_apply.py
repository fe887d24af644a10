"""Server-side apply on plain dictionaries: who owns what, what conflicts, what is removed.

The rules are those of kubernetes.io, "Server-Side Apply": an applier owns what it states; another's
value is a conflict; what it stated before and no longer does goes, if nobody else owns it.
"""

import copy
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dlctl.cluster.managed_fields import WHOLE_MANIFESTS
from dlctl.errors import FieldConflict
from dlctl.manifest import JsonObject
from tests.fakes.cluster.fields import ITEM, Fields, Path, fields_of, put_at, remove_at, value_at

Manager = tuple[str, str]
"""`(name, operation)`: Apply and Update of one name are two owners."""
Managers = Mapping[Manager, Fields]


@dataclass(frozen=True, slots=True)
class Merged:
    """An object after an apply, with its owners; or the conflicts that forbid it."""

    body: dict[str, Any]
    managers: Managers
    conflicts: tuple[FieldConflict, ...] = ()


def apply_to(
    live: JsonObject, managers: Managers, body: JsonObject, name: str, *, force: bool, typed: bool
) -> Merged:
    """Merge `body` into `live` on behalf of the applier `name`."""
    me = (name, "Apply")
    stated = fields_of(body, typed=typed)
    others = {owner: fields for owner, fields in managers.items() if owner != me}
    conflicts = _conflicts(live, others, body, stated)
    if conflicts and not force:
        return Merged(copy.deepcopy(dict(live)), managers, tuple(each for each, _ in conflicts))
    taken = frozenset(path for _, path in conflicts)
    others = {owner: fields - taken for owner, fields in others.items()}
    result = copy.deepcopy(dict(live))
    _drop(result, managers.get(me, frozenset()) - stated, others)
    for path in sorted(stated):
        if path[-1] != ITEM:
            put_at(result, path, copy.deepcopy(value_at(body, path)[1]))
    owners = {owner: fields for owner, fields in {**others, me: stated}.items() if fields}
    return Merged(result, owners)


def update_to(
    managers: Managers, before: JsonObject, after: JsonObject, name: str, *, typed: bool
) -> Managers:
    """The owners after a plain update: who changed a field owns it, alone."""
    changed = frozenset(
        path for path in fields_of(after, typed=typed) if value_at(after, path) != value_at(before, path)
    )
    gone = frozenset(path for path in fields_of(before, typed=typed) if not value_at(after, path)[0])
    kept = {owner: fields - changed - gone for owner, fields in managers.items()}
    me = (name, "Update")
    kept[me] = kept.get(me, frozenset()) | changed
    return {owner: fields for owner, fields in kept.items() if fields}


def rename(managers: Managers, earlier: Sequence[str], name: str) -> Managers:
    """The owners once all that the appliers `earlier` own is owned by the applier `name`."""
    kept = {owner: fields for owner, fields in managers.items() if owner not in _appliers(earlier)}
    joined = frozenset().union(*(managers.get(owner, frozenset()) for owner in _appliers((name, *earlier))))
    return {**kept, (name, "Apply"): joined} if joined else kept


def _appliers(names: Sequence[str]) -> list[Manager]:
    """Appliers of these names, and others that sent whole manifests."""
    return [owner for name in names for owner in ((name, "Apply"), (name, "Update")) if _is_applier(owner)]


def _is_applier(owner: Manager) -> bool:
    return owner[1] == "Apply" or owner in WHOLE_MANIFESTS


def _conflicts(
    live: JsonObject, others: Managers, body: JsonObject, stated: Fields
) -> list[tuple[FieldConflict, Path]]:
    return [
        (FieldConflict(owner[0], _dotted(path)), path)
        for path in sorted(stated)
        for owner, fields in sorted(others.items())
        if path in fields and path[-1] != ITEM and value_at(live, path) != value_at(body, path)
    ]


def _drop(result: dict[str, Any], dropped: Fields, others: Managers) -> None:
    owned = frozenset().union(*others.values()) if others else frozenset()
    for path in sorted(dropped, reverse=True):
        prefix = path[:-1] if path[-1] == ITEM else path
        if not any(each[: len(prefix)] == prefix for each in owned):
            remove_at(result, path)


def _dotted(path: Path) -> str:
    """A path as the API server writes it in a conflict: `.spec.containers[name="x"].image`."""
    return "".join(f".{word[2:]}" if word.startswith("f:") else _bracket(word) for word in path)


def _bracket(word: str) -> str:
    if word == ITEM:
        return ""
    pairs = (f"{key}={json.dumps(value)}" for key, value in json.loads(word[2:]).items())
    return f"[{','.join(pairs)}]"
