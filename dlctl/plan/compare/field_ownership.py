"""Detect unchanged objects from `managedFields`, without a request.

If our field manager owns exactly the fields of the manifest, with equal values, an apply would change
nothing. The check may fail to detect an unchanged object (then a dry run decides), but never reports a
changed object as unchanged.

Format of `fieldsV1`: structured-merge-diff, fieldpath/serialize-pe.go. `f:` names a field, `k:` an
item of a list by its keys, `v:` an item of a set by its value, `i:` one by its index, `.` the field
itself; a field with nothing below it is owned as a whole.
"""

import json
from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from dlctl.json_values import same_json
from dlctl.kinds import BUILT_IN
from dlctl.manifest import JsonObject, ref_of
from dlctl.plan.compare.list_items import in_order, match_items, positions_of, same_set
from dlctl.plan.live.managed_fields import Fields, applied_fields

NEVER_OWNED = frozenset(
    {
        "name",
        "namespace",
        "uid",
        "selfLink",
        "generation",
        "creationTimestamp",
        "managedFields",
        "resourceVersion",
    }
)
"""Fields of `metadata` that are not in managedFields (apimachinery, managedfields/internal/stripmeta.go)."""

QUANTITY_MAPS = frozenset({"limits", "requests", "hard"})
"""Names of fields of type ResourceList in built-in kinds (core/v1 types.go)."""


_DEFAULTS: Mapping[str, Mapping[str, str]] = {
    "fieldRef": {"apiVersion": "v1"},
    "resourceFieldRef": {"divisor": "0"},
}
"""Defaults of fields that are owned as a whole, by the field's name in built-in kinds
(core/v1, defaults.go: SetDefaults_ObjectFieldSelector; an unset quantity is written as 0)."""

_ABSENT = object()


def owns_exactly(body: JsonObject, live: JsonObject, manager: str) -> bool:
    """Whether `manager` owns exactly the fields of `body`, and `live` has equal values."""
    fields = applied_fields(live, manager, str(body.get("apiVersion", "")))
    if fields is None:
        return False
    stated = {key: value for key, value in body.items() if key not in ("apiVersion", "kind", "metadata")}
    metadata = {key: value for key, value in body["metadata"].items() if key not in NEVER_OWNED}
    if metadata:
        stated["metadata"] = metadata
    return (_TYPED if ref_of(body).group_kind in BUILT_IN else _PLAIN).mapping(fields, stated, live)


class _Check(Struct, frozen=True):
    """Compares owned fields, the manifest and the live object.

    `typed`: the kind is built in, so fields with quantities are known. `quantities`: the current field has
    quantities.
    """

    typed: bool
    quantities: bool = False

    def mapping(self, fields: Fields, stated: Mapping[str, Any], live: Mapping[str, Any]) -> bool:
        if len(fields) - ("." in fields) != len(stated):
            return False
        for key, value in stated.items():
            child = fields.get("f:" + key)
            holds_quantities = self.typed and key in QUANTITY_MAPS and isinstance(value, dict)
            below = _QUANTITIES if holds_quantities else self
            if child is None or not below.value(child, value, live.get(key, _ABSENT), key):
                return False
        return True

    def value(self, fields: Fields, stated: Any, live: Any, key: str = "") -> bool:
        if not fields or (len(fields) == 1 and "." in fields):
            return self.whole(stated, live, key)
        if isinstance(stated, dict) and isinstance(live, dict):
            return self.mapping(fields, stated, live)
        if isinstance(stated, list) and isinstance(live, list):
            return self.items(fields, stated, live)
        return False

    def whole(self, stated: Any, live: Any, key: str) -> bool:
        """A field that is owned as a whole, so its value must equal the manifest's.

        The server drops some empty values and all nulls, but records that we own them; if someone else
        removed the field, we would no longer own it.
        """
        if live is _ABSENT:
            return not stated
        if same_json(stated, live):
            return True
        if self.quantities:
            from dlctl.quantity import same_quantity

            return same_quantity(stated, live) or (self.typed and same_json(_completed(stated, key), live))
        return self.typed and same_json(_completed(stated, key), live)

    def items(self, fields: Fields, stated: list[Any], live: list[Any]) -> bool:
        paths = [path for path in fields if path != "."]
        if len(paths) != len(stated):
            return False
        if all(path.startswith("k:") for path in paths):
            return self.keyed(fields, paths, stated, live)
        if all(path.startswith("v:") for path in paths):
            return same_set(paths, stated, live)
        return False

    def keyed(self, fields: Fields, paths: list[str], stated: list[Any], live: list[Any]) -> bool:
        """A list of mappings identified by keys, in the manifest's order; it may contain items of others."""
        keys = {path: json.loads(path[2:]) for path in paths}
        names = tuple(next(iter(keys.values())))
        matched = match_items(keys, names, stated)
        positions = positions_of(names, live)
        if matched is None or positions is None:
            return False
        places: list[int] = []
        for path, item in zip(matched, stated, strict=True):
            place = positions.get(tuple(keys[path].get(name) for name in names), -1)
            if place < 0 or not self.value(fields[path], item, live[place]):
                return False
            places.append(place)
        return in_order(places)


_PLAIN, _TYPED, _QUANTITIES = _Check(typed=False), _Check(typed=True), _Check(typed=True, quantities=True)


def _completed(stated: Any, key: str) -> Any:
    """A value with the server's defaults; `key` is the name of its field."""
    if isinstance(stated, dict):
        below = {name: _completed(value, name) for name, value in stated.items()}
        return {**_DEFAULTS.get(key, {}), **below}
    if isinstance(stated, list):
        return [_completed(item, key) for item in stated]
    return stated
