"""Fields as server-side apply sees them: paths into an object, and the `fieldsV1` form of a set of them.

A path is a tuple of the words of `fieldsV1` (KEP-555): `f:NAME` for a field, `k:{…}` for the item of a
list that has these keys, `.` for the item itself.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from dlctl.manifest import JsonObject

Path = tuple[str, ...]
Fields = frozenset[Path]
ITEM = "."

_KEYS = {
    "containers": ("name",),
    "initContainers": ("name",),
    "env": ("name",),
    "volumes": ("name",),
    "imagePullSecrets": ("name",),
    "volumeMounts": ("mountPath",),
    "conditions": ("type",),
    "ownerReferences": ("uid",),
}
"""Keys of the associative lists of built-in kinds (`x-kubernetes-list-map-keys` in their OpenAPI)."""

_ATOMIC = frozenset({"selector", "matchLabels"})
"""Mappings that are owned as one: LabelSelector is atomic."""

_IDENTITY = frozenset(
    {("f:apiVersion",), ("f:kind",), ("f:metadata", "f:name"), ("f:metadata", "f:namespace")}
)
"""What says which object it is belongs to nobody."""


def fields_of(body: JsonObject, *, typed: bool) -> Fields:
    """The fields that a body states.

    In a custom resource without a schema (not `typed`) each list is one field, and a mapping is
    owned (`.`) beside what is in it.
    """
    return frozenset(_walk(body, (), typed)) - _IDENTITY


def _walk(value: Any, path: Path, typed: bool) -> Iterator[Path]:
    name = path[-1][2:] if path else ""
    if isinstance(value, Mapping) and value and not (typed and name in _ATOMIC):
        if path and not typed and path[0] != "f:metadata":
            yield (*path, ITEM)
        for key, item in value.items():
            yield from _walk(item, (*path, f"f:{key}"), typed)
    elif typed and isinstance(value, list) and (keys := _keys(name, value)):
        for item in value:
            inner = (*path, _selector(item, keys))
            yield (*inner, ITEM)
            yield from _walk(item, inner, typed)
    else:
        yield path


def _keys(name: str, items: list[Any]) -> tuple[str, ...]:
    if not items or not all(isinstance(item, Mapping) for item in items):
        return ()
    if name == "ports":
        return ("containerPort", "protocol") if "containerPort" in items[0] else ("port", "protocol")
    return _KEYS.get(name, ())


def _selector(item: Mapping[str, Any], keys: tuple[str, ...]) -> str:
    stated = {key: item.get(key, "TCP" if key == "protocol" else "") for key in keys}
    return "k:" + json.dumps(stated, separators=(",", ":"), sort_keys=True)


def fields_v1(fields: Iterable[Path]) -> dict[str, Any]:
    """The tree of `managedFields`."""
    tree: dict[str, Any] = {}
    for path in sorted(fields):
        node = tree
        for word in path:
            node = node.setdefault(word, {})
    return tree


def value_at(body: JsonObject, path: Path) -> tuple[bool, Any]:
    """Whether the object has this field, and its value."""
    node: Any = body
    for word in path:
        found, node = _step(node, word)
        if not found:
            return False, None
    return True, node


def _step(node: Any, word: str) -> tuple[bool, Any]:
    if word == ITEM:
        return True, node
    if word.startswith("f:"):
        inside = isinstance(node, Mapping) and word[2:] in node
        return inside, node[word[2:]] if inside else None
    item = _item(node, word) if isinstance(node, list) else None
    return item is not None, item


def _item(items: list[Any], word: str) -> Any:
    wanted = json.loads(word[2:])
    keys = tuple(sorted(wanted))
    return next((item for item in items if json.loads(_selector(item, keys)[2:]) == wanted), None)


def put_at(body: dict[str, Any], path: Path, value: Any) -> None:
    """Set a field of an object in place; parents that are missing are made."""
    node: Any = body
    for word, following in zip(path, (*path[1:], ""), strict=True):
        last = not following or following == ITEM
        if word.startswith("f:"):
            if last and following != ITEM:
                node[word[2:]] = value
                return
            node = node.setdefault(word[2:], [] if following.startswith("k:") else {})
        elif word.startswith("k:"):
            item = _item(node, word)
            if item is None:
                item = json.loads(word[2:])
                node.append(item)
            node = item


def remove_at(body: dict[str, Any], path: Path) -> None:
    """Remove a field, or a list's item for a path that ends in `.`; nothing where it is not there."""
    place = path[:-1] if path[-1] == ITEM else path
    found, parent = value_at(body, place[:-1])
    if not found:
        return
    if place[-1].startswith("k:"):
        item = _item(parent, place[-1])
        if item is not None:
            parent.remove(item)
    elif isinstance(parent, dict):
        parent.pop(place[-1][2:], None)
