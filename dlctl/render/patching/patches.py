"""Apply a component's patches to its rendered objects."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from dlctl.errors import Location, RenderError
from dlctl.kinds.definitions import is_definition
from dlctl.kinds.merge_keys import Schemas, list_keys, schemas_of
from dlctl.manifest import JsonObject, Patch, ref_of
from dlctl.params.merge import merge_patch
from dlctl.render.engine.model import Rendered
from dlctl.render.objects import check_object
from dlctl.render.patching.pointers import resolved
from dlctl.render.patching.strategic import strategic_merge
from dlctl.text import listed

_SHOW = "'dlctl show' without the patch prints the object that it is applied to"


def apply_patches(
    documents: Sequence[Rendered],
    patches: Sequence[Patch],
    component: str,
    definitions: Callable[[], Iterable[JsonObject]] = tuple,
) -> tuple[Rendered, ...]:
    """The objects with every patch applied, in order, without those that a strategic patch deletes.

    `definitions` returns CRDs whose schemas say how lists are joined; those among the objects are known.
    Raises RenderError, with the patch's location, if a patch matches no object or cannot be applied.
    """
    patched = list(documents)
    schemas: Schemas = {}
    if any(patch.strategic is not None for patch in patches):
        own = (each.value for each in documents if is_definition(each.value))
        schemas = schemas_of((*definitions(), *own))
    for patch in patches:
        selected = [index for index, document in enumerate(patched) if _selects(patch, document.value)]
        if not selected:
            raise _no_match(patch, documents, component)
        if (patch.strategic or {}).get("$patch") == "delete":
            patched = [document for document in patched if not _selects(patch, document.value)]
            continue
        for index in selected:
            patched[index] = Rendered(_checked(patch, patched[index].value, schemas), patched[index].location)
    return tuple(patched)


def _selects(patch: Patch, body: Mapping[str, Any]) -> bool:
    name = (body.get("metadata") or {}).get("name")
    return body.get("kind") == patch.kind and patch.name in ("", name)


def _checked(patch: Patch, body: Mapping[str, Any], schemas: Schemas) -> Any:
    """The patched object, which must still be a valid object."""
    after = _apply(patch, body, schemas)
    try:
        check_object(after, patch.location)
    except RenderError as error:
        raise RenderError(
            f"patch of {patch.kind} {patch.name or '(any)'} makes the object invalid: {error.message}",
            location=patch.location,
            hint=error.hint,
        ) from error
    return after


def _apply(patch: Patch, body: Mapping[str, Any], schemas: Schemas) -> Any:
    if patch.strategic is not None:
        try:
            return strategic_merge(body, patch.strategic, _schema(body, schemas))
        except RenderError as error:
            raise RenderError(
                f"cannot apply the strategic patch of {patch.kind} {patch.name or '(any)'}: {error.message}",
                location=patch.location,
                hint=error.hint,
            ) from error
    if patch.merge is not None:
        return merge_patch(body, patch.merge)
    after: Any = body
    for index, operation in enumerate(patch.json or ()):
        place = patch.operations[index] if patch.operations else patch.location
        after = _operated(patch, operation, after, place)
    return after


def _schema(body: Mapping[str, Any], schemas: Schemas) -> JsonObject | None:
    version = str(body.get("apiVersion", "")).rpartition("/")[2]
    return schemas.get((ref_of(body).group_kind, version)) if schemas else None


def _operated(patch: Patch, operation: Mapping[str, Any], body: Any, place: Location | None) -> Any:
    import jsonpatch
    from jsonpointer import JsonPointerException

    try:
        paths = {key: resolved(operation[key], body) for key in ("path", "from") if key in operation}
        return jsonpatch.JsonPatch([{**operation, **paths}]).apply(body)
    except RenderError as error:
        raise RenderError(
            f"cannot {_description(operation)} of {patch.kind} {patch.name or '(any)'}: {error.message}",
            location=place,
            hint=_SHOW,
        ) from error
    except (jsonpatch.JsonPatchException, JsonPointerException) as error:
        # The libraries' messages contain the object with its secrets.
        other = isinstance(error, jsonpatch.JsonPatchTestFailed)
        reason = "the value is different" if other else "the path does not exist"
        raise RenderError(
            f"cannot {_description(operation)} of {patch.kind} {patch.name or '(any)'}: {reason}",
            location=place,
            hint=_SHOW if other else _missing_path(operation),
        ) from error


def _missing_path(operation: Mapping[str, Any]) -> str:
    parent = str(operation["path"]).rpartition("/")[0]
    if operation["op"] == "add" and parent:
        first = f"{{op: add, path: {parent}, value: {{}}}}"
        hint = f"add {parent} first, as {first}, or write it as 'merge'; {_SHOW}"
    else:
        hint = _SHOW
    own = parent in {"/metadata/labels", "/metadata/annotations"}
    return (
        f"{hint}, except for dlctl's own labels and annotations, which are added after patches"
        if own
        else hint
    )


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


def shortening_notes(documents: Sequence[Rendered], patches: Sequence[Patch]) -> tuple[str, ...]:
    """One note for each `merge` patch that takes items from a list which `strategic` would join."""
    notes: list[str] = []
    for patch in patches:
        of_kind = (document.value for document in documents if _selects(patch, document.value))
        fields = {field for body in of_kind for field in _shortened(body, patch.merge or {})}
        if fields:
            subject = f"{patch.kind} {patch.name or '(any)'}"
            notes.append(
                f"{patch.location}: the merge patch of {subject} leaves out items of "
                f"{listed(sorted(fields))}: 'merge' replaces a whole list, 'strategic' joins the items"
            )
    return tuple(notes)


def _shortened(body: Any, patch: Any) -> Iterator[str]:
    if not isinstance(body, Mapping) or not isinstance(patch, Mapping):
        return
    for key, value in patch.items():
        before = body.get(key)
        if isinstance(value, list) and isinstance(before, list):
            keys = list_keys(key, None, before, value)
            kept = [[item.get(name) for name in keys] for item in value]
            if keys and any([item.get(name) for name in keys] not in kept for item in before):
                yield key
        else:
            yield from _shortened(before, value)
