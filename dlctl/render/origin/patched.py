"""Fields that a patch sets."""

from collections.abc import Iterable, Mapping
from typing import Any

from dlctl.app.model import Patch
from dlctl.errors import Location
from dlctl.manifest import ObjectRef
from dlctl.render.origin.places import Steps


def value_at(body: Any, path: Steps) -> Any:
    """The value at the end of the way; None if it does not lead to the end."""
    for step in path:
        if isinstance(body, Mapping):
            body = body.get(str(step))
        else:
            inside = isinstance(body, list) and isinstance(step, int) and step < len(body)
            body = body[step] if inside and isinstance(step, int) else None
    return body


def patch_of(patches: Iterable[Patch], ref: ObjectRef, path: Steps) -> Location | None:
    """The place of the last patch of an object that sets the field at `path`."""
    of_object = (patch for patch in patches if patch.kind == ref.kind and patch.name in ("", ref.name))
    places = [patch.location for patch in of_object if _sets(patch, path)]
    return places[-1] if places else None


def _sets(patch: Patch, path: Steps) -> bool:
    if patch.merge is None:
        pointer = [str(step).replace("~", "~0").replace("/", "~1") for step in path]
        changed = [str(operation["path"]).split("/")[1:] for operation in patch.json or ()]
        return any(steps == pointer[: len(steps)] for steps in changed if steps)
    value: Any = patch.merge
    for step in path:
        if not isinstance(value, Mapping):
            return True  # a list or a scalar above the field
        if step not in value:
            return False
        value = value[step]
    return True
