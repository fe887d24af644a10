"""Fields that a patch sets."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any

from dlctl.app.model import Patch
from dlctl.errors import Location, RenderError
from dlctl.kinds.merge_keys import list_keys
from dlctl.manifest import ObjectRef
from dlctl.render.origin.places import Steps
from dlctl.render.patching.pointers import resolved


def value_at(body: Any, path: Steps) -> Any:
    """The value at the end of the way; None if it does not lead to the end."""
    for step in path:
        if isinstance(body, Mapping):
            body = body.get(str(step))
        else:
            inside = isinstance(body, list) and isinstance(step, int) and step < len(body)
            body = body[step] if inside and isinstance(step, int) else None
    return body


def patch_of(patches: Iterable[Patch], ref: ObjectRef, path: Steps, body: Any) -> Location | None:
    """The place of the last patch of an object that sets the field at `path` of the patched `body`."""
    of_object = (patch for patch in patches if patch.kind == ref.kind and patch.name in ("", ref.name))
    places = [patch.location for patch in of_object if _sets(patch, path, body)]
    return places[-1] if places else None


def _sets(patch: Patch, path: Steps, body: Any) -> bool:
    if patch.json is not None:
        pointer = [str(step).replace("~", "~0").replace("/", "~1") for step in path]
        changed = [_steps(str(operation["path"]), body) for operation in patch.json]
        return any(steps == pointer[: len(steps)] for steps in changed if steps)
    value: Any = patch.merge if patch.strategic is None else patch.strategic
    name = ""
    for step in path:
        body = value_at(body, (step,))
        if isinstance(value, list) and patch.strategic is not None:
            value = _item(value, body, name)
            if value is None:
                return False
            continue
        if not isinstance(value, Mapping):
            return True  # a list or a scalar above the field
        if step not in value:
            return False
        value, name = value[step], str(step)
    return True


def _steps(pointer: str, body: Any) -> list[str]:
    with suppress(RenderError):
        pointer = resolved(pointer, body)
    return pointer.split("/")[1:]


def _item(items: list[Any], body: Any, field: str) -> Any:
    """The item of a strategic patch for this item of a list; None if there is none."""
    keys = list_keys(field, None, items)
    if not keys or not isinstance(body, Mapping):
        return items if not keys else None
    same = (item for item in items if all(item.get(key) == body.get(key) for key in keys))
    return next(same, None)
