"""Fields that a patch sets."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

from dlctl.errors import Location, RenderError
from dlctl.json_values import same_json
from dlctl.kinds.merge_keys import list_keys
from dlctl.manifest import Manifest, Patch
from dlctl.render.patching.pointers import resolved

Steps = Sequence[str | int]


def value_at(body: Any, path: Steps) -> Any:
    """The value at the end of the way; None if it does not lead to the end."""
    for step in path:
        if isinstance(body, Mapping):
            body = body.get(str(step))
        else:
            inside = isinstance(body, list) and isinstance(step, int) and step < len(body)
            body = body[step] if inside and isinstance(step, int) else None
    return body


def field_place(manifest: Manifest, path: Steps) -> Location | None:
    """The place of the patch that sets the field at `path` of an object, else that of the object."""
    return patch_of(manifest, path) or manifest.location


def patch_of(manifest: Manifest, path: Steps, *, parts: bool = False) -> Location | None:
    """The place of the last patch of an object, or of its operation, that sets the field at `path`.

    A patch also sets a field that is missing in a mapping of which it wrote all. With `parts`, operations
    that set a part of the field count, too.
    """
    found = None
    for patch in manifest.patches:
        if patch.json is None:
            found = patch.location if _merges(patch, path, manifest.body) else found
        else:
            found = next(_operating(patch, path, manifest.body, parts=parts), found)
    return found


def _operating(patch: Patch, path: Steps, body: Any, *, parts: bool) -> Iterator[Location | None]:
    """The places of the operations of a patch that set the field, the last one first."""
    pointer = [str(step).replace("~", "~0").replace("/", "~1") for step in path]
    for index, operation in reversed(tuple(enumerate(patch.json or ()))):
        changed = tuple(_changed(operation, body))
        part = parts and any(steps[: len(pointer)] == pointer for steps in changed)
        if part or any(_is_above(steps, pointer, path, operation, body) for steps in changed):
            yield patch.operations[index] if patch.operations else patch.location


def _changed(operation: Mapping[str, Any], body: Any) -> Iterator[list[str]]:
    keys = {"test": (), "move": ("path", "from")}.get(operation["op"], ("path",))
    for key in keys:
        pointer = str(operation[key])
        with suppress(RenderError):
            pointer = resolved(pointer, body)
        yield pointer.split("/")[1:]


def _is_above(
    steps: list[str], pointer: list[str], path: Steps, operation: Mapping[str, Any], body: Any
) -> bool:
    """Whether an operation at `steps` sets what is at `pointer`; `-` is the item that it has added."""
    if steps == pointer[: len(steps)]:
        return True
    if steps[-1] != "-" or steps[:-1] != pointer[: len(steps) - 1] or len(pointer) < len(steps):
        return False
    return same_json(operation.get("value"), value_at(body, path[: len(steps)]))


def _merges(patch: Patch, path: Steps, body: Any) -> bool:
    value: Any = patch.merge if patch.strategic is None else patch.strategic
    name = ""
    for step in path:
        above, body = body, value_at(body, (step,))
        if isinstance(value, list) and patch.strategic is not None:
            value = _item(value, body, name)
            if value is None:
                return False
            continue
        if not isinstance(value, Mapping):
            return True  # a list or a scalar above the field
        if step not in value:
            return body is None and same_json(value, above)
        value, name = value[step], str(step)
    return True


def _item(items: list[Any], body: Any, field: str) -> Any:
    """The item of a strategic patch for this item of a list; None if there is none."""
    keys = list_keys(field, None, items)
    if not keys or not isinstance(body, Mapping):
        return items if not keys else None
    same = (item for item in items if all(item.get(key) == body.get(key) for key in keys))
    return next(same, None)
