"""Mask the secrets in two versions of an object, so that changes stay visible.

Secret are what the redactor finds, the data of Secrets, and the places that an object's annotation lists.
Like kubectl diff: an unchanged secret is `***`, a changed one `*** (before)` and `*** (after)`. The old
version may contain a secret that is no longer known. So if one side of a field is secret, both are
masked, and so are items that were removed from a list (such as arguments) that contains a secret.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from msgspec import Struct

from dlctl.json_values import same_json
from dlctl.manifest import JsonObject
from dlctl.plan.compare.compare import align, identifying_field
from dlctl.redact import LAST_APPLIED, MASK, Redactor, is_secret
from dlctl.secret_fields import Path as Place
from dlctl.secret_fields import changed_at, fields_of

BEFORE = f"{MASK} (before)"
AFTER = f"{MASK} (after)"

Path = tuple[str, ...]
Pair = tuple[Any, Any]

_MISSING = object()
"""Marker for a value that one version does not have."""


class _Hidden(Struct, frozen=True):
    """A value at a listed place."""

    value: Any


def mask_pair(
    old: JsonObject | None, new: JsonObject | None, redactor: Redactor, new_fields: Iterable[Place] = ()
) -> tuple[JsonObject | None, JsonObject | None]:
    """Both versions masked; None stays None. `new_fields` are places of `new`, besides those it lists."""
    secret = is_secret(old or new or {})
    old_fields = fields_of(old or {})
    new_fields = (*fields_of(new or {}), *new_fields)
    listed = bool(old_fields or new_fields)
    if not secret and not listed and not redactor.masks_values:
        return old, new
    left, right = _Masking(redactor, secret, listed).pair(
        _MISSING if old is None else changed_at(old, old_fields, _Hidden),
        _MISSING if new is None else changed_at(new, new_fields, _Hidden),
        (),
    )
    return (None if left is _MISSING else left, None if right is _MISSING else right)


class _Masking(Struct, frozen=True):
    redactor: Redactor
    secret: bool
    listed: bool

    def pair(self, old: Any, new: Any, path: Path) -> Pair:
        if old is _MISSING and new is _MISSING:
            return old, new
        if isinstance(old, _Hidden) or isinstance(new, _Hidden):
            return _cover(_shown(old), _shown(new))
        if self.held(path):
            return _cover(old, new)
        for kind, walk in ((Mapping, self.mappings), (list, self.lists)):
            if all(side is _MISSING or isinstance(side, kind) for side in (old, new)):
                return walk(old, new, path)
        if isinstance(old, Mapping | list) or isinstance(new, Mapping | list):
            return self.pair(old, _MISSING, path)[0], self.pair(_MISSING, new, path)[1]
        return _cover(old, new) if self.holds(old) or self.holds(new) else (old, new)

    def held(self, path: Path) -> bool:
        """Whether a field is always secret: the data of a Secret, and what holds a copy of the object."""
        if path == ("metadata", "annotations", LAST_APPLIED):
            return self.secret or self.listed
        return self.secret and len(path) == 2 and path[0] in ("data", "stringData")

    def holds(self, value: Any) -> bool:
        return value is not _MISSING and self.redactor.holds_secret(value)

    def mappings(self, old: Any, new: Any, path: Path) -> Pair:
        left, right = (side if side is not _MISSING else {} for side in (old, new))
        pairs = {
            key: self.pair(left.get(key, _MISSING), right.get(key, _MISSING), (*path, key))
            for key in {**left, **right}
        }
        shown = {key: self.redactor.mask_value(key) for key in pairs}
        masked_left = {shown[key]: pairs[key][0] for key in left}
        masked_right = {shown[key]: pairs[key][1] for key in right}
        return _MISSING if old is _MISSING else masked_left, _MISSING if new is _MISSING else masked_right

    def lists(self, old: Any, new: Any, path: Path) -> Pair:
        left, right = (side if side is not _MISSING else [] for side in (old, new))
        if left and right and identifying_field(left, right) is None:
            masked_left, masked_right = self.plain_lists(left, right)
        else:
            masked_left, masked_right = self.aligned_lists(left, right, path)
        return _MISSING if old is _MISSING else masked_left, _MISSING if new is _MISSING else masked_right

    def aligned_lists(self, left: list[Any], right: list[Any], path: Path) -> tuple[list[Any], list[Any]]:
        masked_left, masked_right = list(left), list(right)
        for i, j in align(left, right):
            old = _MISSING if i is None else left[i]
            new = _MISSING if j is None else right[j]
            masked_old, masked_new = self.pair(old, new, (*path, "-"))
            if i is not None:
                masked_left[i] = masked_old
            if j is not None:
                masked_right[j] = masked_new
        return masked_left, masked_right

    def item(self, value: Any) -> Any:
        """One item of a list, masked."""
        if isinstance(value, _Hidden):
            return MASK
        if isinstance(value, Mapping):
            return {self.redactor.mask_value(key): self.item(each) for key, each in value.items()}
        return (
            [self.item(each) for each in value]
            if isinstance(value, list)
            else self.redactor.mask_value(value)
        )

    def plain_lists(self, left: list[Any], right: list[Any]) -> tuple[list[Any], list[Any]]:
        """Lists without identifying field: if there is a secret, all removed items are masked."""
        mask = self.item
        if mask(left) == left and mask(right) == right:
            return left, right
        plain_left, plain_right = [_shown(item) for item in left], [_shown(item) for item in right]
        old = [
            mask(item) if plain in plain_right else BEFORE
            for item, plain in zip(left, plain_left, strict=True)
        ]
        new = [
            mask(item) if plain in plain_left or mask(item) == item else AFTER
            for item, plain in zip(right, plain_right, strict=True)
        ]
        return _told_apart(plain_left, plain_right, old, new) if same_json(old, new) else (old, new)


def _told_apart(
    left: list[Any], right: list[Any], old: list[Any], new: list[Any]
) -> tuple[list[Any], list[Any]]:
    """Equal masked lists, with what differs in clear marked: secrets that have changed places."""
    moved = [not same_json(a, b) for a, b in zip(left, right, strict=True)]
    return (
        [BEFORE if is_moved else item for item, is_moved in zip(old, moved, strict=True)],
        [AFTER if is_moved else item for item, is_moved in zip(new, moved, strict=True)],
    )


def _shown(side: Any) -> Any:
    """The value as it was before places in it were hidden."""
    if isinstance(side, _Hidden):
        return side.value
    if isinstance(side, Mapping):
        return {key: _shown(item) for key, item in side.items()}
    return [_shown(item) for item in side] if isinstance(side, list) else side


def _cover(old: Any, new: Any) -> Pair:
    if old is _MISSING:
        return old, MASK
    if new is _MISSING:
        return MASK, new
    return (MASK, MASK) if same_json(old, new) else (BEFORE, AFTER)
