"""Annotations of one object that do what a flag does for all: `dlctl.dev/conflicts`, `dlctl.dev/replace`."""

from dlctl.errors import Location, PlanError
from dlctl.labels import annotations_of
from dlctl.manifest import Manifest

CONFLICTS, TAKE, LEAVE = "dlctl.dev/conflicts", "take", "leave"
"""`take`: fields of other managers are taken over; `leave`: they are left out of what is applied."""
REPLACE, ALLOW = "dlctl.dev/replace", "allow"
"""`allow`: the object is deleted and created again where a field cannot be changed in place."""


def answer_to_conflicts(manifest: Manifest) -> str:
    """`take`, `leave`, or empty. Raises PlanError for another value."""
    return _answer(manifest, CONFLICTS, (TAKE, LEAVE))


def allows_replace(manifest: Manifest) -> bool:
    """Whether the object may be deleted and created again. Raises PlanError for another value."""
    return bool(_answer(manifest, REPLACE, (ALLOW,)))


def _answer(manifest: Manifest, key: str, known: tuple[str, ...]) -> str:
    found = str(annotations_of(manifest.body).get(key) or "")
    if found and found not in known:
        raise PlanError(
            f"{manifest.ref}: annotation {key} is '{found}'",
            location=_place(manifest, key),
            hint=f"it must be {' or '.join(known)}",
        )
    return found


def _place(manifest: Manifest, key: str) -> Location | None:
    from dlctl.render.patched_fields import field_place

    return field_place(manifest, ("metadata", "annotations", key))
