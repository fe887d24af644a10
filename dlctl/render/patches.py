"""Apply a component's patches to its rendered objects."""

from collections.abc import Mapping, Sequence
from typing import Any

from dlctl.app.model import Component, Patch, Target
from dlctl.errors import RenderError
from dlctl.params.merge import merge_patch
from dlctl.render.engine.model import Rendered
from dlctl.render.objects import check_object
from dlctl.text import listed


def patches_of(target: Target, component: Component) -> tuple[Patch, ...]:
    """The patches of a component's objects, in the order in which they are applied."""
    return (*component.patches, *(target.environment.patches or {}).get(component.name, ()))


def apply_patches(
    documents: Sequence[Rendered], patches: Sequence[Patch], component: str
) -> tuple[Rendered, ...]:
    """The objects with every patch applied, in order.

    Raises RenderError, with the patch's location, if a patch matches no object or cannot be applied.
    """
    patched = list(documents)
    for patch in patches:
        selected = [index for index, document in enumerate(patched) if _selects(patch, document.value)]
        if not selected:
            raise _no_match(patch, documents, component)
        for index in selected:
            patched[index] = Rendered(_checked(patch, patched[index].value), patched[index].location)
    return tuple(patched)


def _selects(patch: Patch, body: Mapping[str, Any]) -> bool:
    name = (body.get("metadata") or {}).get("name")
    return body.get("kind") == patch.kind and patch.name in ("", name)


def _checked(patch: Patch, body: Mapping[str, Any]) -> Any:
    """The patched object, which must still be a valid object."""
    after = _apply(patch, body)
    try:
        check_object(after, patch.location)
    except RenderError as error:
        raise RenderError(
            f"patch of {patch.kind} {patch.name or '(any)'} makes the object invalid: {error.message}",
            location=patch.location,
            hint=error.hint,
        ) from error
    return after


def _apply(patch: Patch, body: Mapping[str, Any]) -> Any:
    if patch.merge is not None:
        return merge_patch(body, patch.merge)
    after: Any = body
    for operation in patch.json or ():
        after = _operated(patch, operation, after)
    return after


def _operated(patch: Patch, operation: Mapping[str, Any], body: Any) -> Any:
    import jsonpatch
    from jsonpointer import JsonPointerException

    try:
        return jsonpatch.JsonPatch([dict(operation)]).apply(body)
    except (jsonpatch.JsonPatchException, JsonPointerException) as error:
        # The libraries' messages contain the object with its secrets.
        other = isinstance(error, jsonpatch.JsonPatchTestFailed)
        reason = "the value is different" if other else "the path does not exist"
        raise RenderError(
            f"cannot {_description(operation)} of {patch.kind} {patch.name or '(any)'}: {reason}",
            location=patch.location,
            hint="'dlctl show' without the patch prints the object that it is applied to",
        ) from error


def _description(operation: Mapping[str, Any]) -> str:
    path = operation["path"] or "all"
    if operation["op"] in {"move", "copy"}:
        return f"{operation['op']} {operation['from'] or 'all'} to {path}"
    return f"{operation['op']} {path}"


def _no_match(patch: Patch, documents: Sequence[Rendered], component: str) -> RenderError:
    present = [
        f"{document.value.get('kind')} {(document.value.get('metadata') or {}).get('name')}"
        for document in documents
    ]
    target = f"{patch.kind} {patch.name}".strip()
    return RenderError(
        f"patch matches no object: component '{component}' has no {target}",
        location=patch.location,
        hint=f"its objects: {listed(present)}",
    )
