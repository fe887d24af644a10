"""Mask the secrets in two versions of an object, so that changes stay visible.

Like kubectl diff: an unchanged secret is `***`, a changed one `*** (before)` and `*** (after)`. The old
version may contain a secret that is no longer known. So if one side of a field is secret, both are
masked, and so are items that were removed from a list (such as arguments) that contains a secret.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dlctl.json_values import same_json
from dlctl.manifest import JsonObject
from dlctl.plan.compare.compare import align, identifying_field
from dlctl.redact import LAST_APPLIED, MASK, Redactor, is_secret

BEFORE = f"{MASK} (before)"
AFTER = f"{MASK} (after)"

Path = tuple[str, ...]
Pair = tuple[Any, Any]

_MISSING = object()
"""Marker for a value that one version does not have."""


def mask_pair(
    old: JsonObject | None, new: JsonObject | None, redactor: Redactor
) -> tuple[JsonObject | None, JsonObject | None]:
    """Both versions masked; None stays None."""
    secret = is_secret(old or new or {})
    if not secret and not redactor.values:
        return old, new
    left, right = _Masking(redactor, secret).pair(
        _MISSING if old is None else old, _MISSING if new is None else new, ()
    )
    return (None if left is _MISSING else left, None if right is _MISSING else right)


@dataclass(frozen=True, slots=True)
class _Masking:
    redactor: Redactor
    secret: bool

    def pair(self, old: Any, new: Any, path: Path) -> Pair:
        if old is _MISSING and new is _MISSING:
            return old, new
        if self.held(path):
            return _cover(old, new)
        for kind, walk in ((Mapping, self.mappings), (list, self.lists)):
            if all(side is _MISSING or isinstance(side, kind) for side in (old, new)):
                return walk(old, new, path)
        if isinstance(old, Mapping | list) or isinstance(new, Mapping | list):
            return self.pair(old, _MISSING, path)[0], self.pair(_MISSING, new, path)[1]
        return _cover(old, new) if self.holds(old) or self.holds(new) else (old, new)

    def held(self, path: Path) -> bool:
        """Whether a field is always secret: the data of a Secret."""
        if not self.secret:
            return False
        in_data = len(path) == 2 and path[0] in ("data", "stringData")
        return in_data or path == ("metadata", "annotations", LAST_APPLIED)

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

    def plain_lists(self, left: list[Any], right: list[Any]) -> tuple[list[Any], list[Any]]:
        """Lists without identifying field: if there is a secret, all removed items are masked."""
        mask = self.redactor.mask_value
        if mask(left) == left and mask(right) == right:
            return left, right
        old = [mask(item) if item in right else BEFORE for item in left]
        new = [mask(item) if item in left or mask(item) == item else AFTER for item in right]
        return _told_apart(left, right, old, new) if same_json(old, new) else (old, new)


def _told_apart(
    left: list[Any], right: list[Any], old: list[Any], new: list[Any]
) -> tuple[list[Any], list[Any]]:
    """Equal masked lists, with what differs in clear marked: secrets that have changed places."""
    moved = [not same_json(a, b) for a, b in zip(left, right, strict=True)]
    return (
        [BEFORE if is_moved else item for item, is_moved in zip(old, moved, strict=True)],
        [AFTER if is_moved else item for item, is_moved in zip(new, moved, strict=True)],
    )


def _cover(old: Any, new: Any) -> Pair:
    if old is _MISSING:
        return old, MASK
    if new is _MISSING:
        return MASK, new
    return (MASK, MASK) if same_json(old, new) else (BEFORE, AFTER)
