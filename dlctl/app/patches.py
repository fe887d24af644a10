"""Read the patches of a component: strategic merges, RFC 7386 merges and RFC 6902 operation lists."""

from collections.abc import Mapping
from typing import Any

from dlctl.app import file_keys
from dlctl.app.reader import Reader
from dlctl.errors import AppError, Location
from dlctl.manifest import Patch
from dlctl.text import type_name

CHANGES = ("strategic", "merge", "json")

_OPERATIONS = frozenset({"add", "remove", "replace", "move", "copy", "test"})
"""RFC 6902, section 4."""


_EXAMPLE = "- target: {kind: Deployment}"
_TARGET = "kind: Deployment"


def read_patches(reader: Reader, key: str, component: str) -> tuple[Patch, ...]:
    """The patches of a component, listed at `key`. Raises AppError with file and line."""
    items = reader.items(key, subject=f"patches of component '{component}'", example=_EXAMPLE)
    return tuple(_patch(reader, (key, index), item) for index, item in enumerate(items))


def _patch(reader: Reader, path: tuple[str | int, ...], item: Any) -> Patch:
    location = reader.place(*path)
    if not isinstance(item, Mapping):
        raise AppError(
            f"a patch must be a mapping, found {type_name(item)}",
            location=location,
            hint="write 'target: {kind: Deployment}', and one of 'strategic', 'merge' and 'json'",
        )
    patch = Reader(reader.document, (*reader.path, *path))
    patch.only(*file_keys.PATCH)
    target = patch.child("target", example=_TARGET)
    if target is None or not target.text("kind"):
        raise AppError("patch has no target", location=location, hint="add 'target: {kind: Deployment}'")
    target.only(*file_keys.PATCH_TARGET)
    _check_change(patch, location)
    operations = _operations(patch) if "json" in patch.values else None
    return Patch(
        kind=target.text("kind"),
        name=target.text("name"),
        merge=patch.block("merge").values if "merge" in patch.values else None,
        json=operations,
        location=location,
        strategic=patch.block("strategic").values if "strategic" in patch.values else None,
        operations=tuple(patch.place("json", index) for index in range(len(operations or ()))),
    )


def _check_change(patch: Reader, location: Location) -> None:
    stated = [key for key in CHANGES if key in patch.values]
    if len(stated) > 1:
        raise AppError(
            f"patch has {' and '.join(stated)}, and may have only one of them",
            location=location,
            hint="make a patch of each",
        )
    if not stated:
        raise AppError(
            "patch needs one of 'strategic', 'merge' and 'json'",
            location=location,
            hint="add the change, such as 'merge: {spec: {replicas: 2}}'",
        )
    if patch.values[stated[0]] is None:
        raise AppError(
            f"'{stated[0]}' of the patch is empty",
            location=patch.document.key_location((*patch.path, stated[0])),
            hint="add the change, or remove the patch",
        )


def _operations(patch: Reader) -> tuple[Mapping[str, Any], ...]:
    operations = patch.items("json", example="- {op: replace, path: /spec/replicas, value: 2}")
    for index, operation in enumerate(operations):
        problem = _problem(operation)
        if problem:
            raise AppError(
                problem,
                location=patch.place("json", index),
                hint="write an operation as {op: replace, path: /spec/replicas, value: 2} (RFC 6902)",
            )
    return tuple(operations)


def _problem(operation: Any) -> str | None:
    if not isinstance(operation, Mapping):
        return f"operation must be a mapping, found {type_name(operation)}"
    name = operation.get("op")
    if not isinstance(name, str) or name not in _OPERATIONS:
        return "operation has no 'op'" if name is None else f"'{name}' is not a JSON patch operation"
    for key in ("path", "from") if name in {"move", "copy"} else ("path",):
        pointer = operation.get(key)
        if not isinstance(pointer, str) or (pointer and not pointer.startswith("/")):
            return f"'{key}' must be a JSON pointer that starts with '/'"
    if name in {"add", "replace", "test"} and "value" not in operation:
        return f"'{name}' needs a value"
    return None
