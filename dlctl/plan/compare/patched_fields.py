"""Name the patches that set the fields which a server refused; imported where one refused something."""

from collections.abc import Iterator

from dlctl.cluster.http.status_error import NAMES_THE_LINE
from dlctl.errors import Conflict, Invalid, Location
from dlctl.manifest import JsonObject, Manifest
from dlctl.plan.compare.conflict_fields import FieldPath, path_of_field
from dlctl.render.patched_fields import patch_of
from dlctl.text import listed

_SAME = {".spec.clusterIPs[0]": (".spec.clusterIP",)}
"""Fields that the server names, and the fields that it sets them by."""


def naming_patches(manifest: Manifest, error: Conflict | Invalid, hint: str) -> str:
    """The hint, after `the patch at FILE:LINE sets FIELD` for the fields that the object's patches set."""
    named = (
        error.fields if isinstance(error, Invalid) else tuple(conflict.field for conflict in error.conflicts)
    )
    fields = {f".{field.removeprefix('.')}": None for field in named}
    places: dict[Location, list[str]] = {}
    for field in fields:
        for written in (field, *_SAME.get(field, ())):
            if (place := _place(manifest, written)) is not None:
                places.setdefault(place, []).append(written[1:])
                break
    words = [f"the patch at {place} sets {listed(found, limit=3)}" for place, found in places.items()]
    hint = hint.removesuffix(f"; {NAMES_THE_LINE}") if places else hint
    return "; ".join(filter(None, (*words, hint)))


def with_patches_named(manifest: Manifest, error: Conflict | Invalid) -> Conflict | Invalid:
    """The error with such a hint; the error itself for an object without patches."""
    if not manifest.patches:
        return error
    told = error.with_message(error.message)
    told.hint = naming_patches(manifest, error, error.hint or "") or None
    return told


def _place(manifest: Manifest, field: str) -> Location | None:
    path = next(_paths(manifest.body, field), None)
    return patch_of(manifest, path, parts=True) if path else None


def _paths(body: JsonObject, field: str) -> Iterator[FieldPath]:
    """The path of a field, as the server writes it, in an object; of a missing one the first missing step."""
    if (found := path_of_field(body, field)) is not None:
        yield found
    for dot in (index for index in range(len(field) - 1, -1, -1) if field[index] == "."):
        above = path_of_field(body, field[:dot])
        if above is not None:
            yield (*above, field[dot + 1 :].partition("[")[0].partition(".")[0])
