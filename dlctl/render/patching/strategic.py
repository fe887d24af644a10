"""Strategic merge patches: mappings are merged, lists with keys joined item by item, other lists replaced.

The directives are those of Kubernetes (design-proposals: strategic-merge-patch): `$patch: delete`, `replace`
and `merge`, `$retainKeys`, `$deleteFromPrimitiveList/FIELD`. `$setElementOrder` is not needed in a file.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from dlctl.errors import RenderError
from dlctl.kinds.merge_keys import Keys, below, is_set, items_of, list_keys
from dlctl.manifest import JsonObject

_PATCH = "$patch"
_RETAIN = "$retainKeys"
_DELETE_FROM = "$deleteFromPrimitiveList/"
_ORDER = "$setElementOrder/"


def strategic_merge(base: Any, patch: Mapping[str, Any], schema: JsonObject | None = None) -> Any:
    """`base` with the patch applied, as a new value. `schema` is that of a custom kind, if it is known.

    Raises RenderError for a directive that is not known, and for an item without the key of its list.
    """
    directive = _directive(patch)
    stated = {key: value for key, value in patch.items() if key not in (_PATCH, _RETAIN)}
    if directive == "delete":
        return {}
    if directive == "replace" or not isinstance(base, Mapping):
        return _without_directives(stated)
    merged = dict(base)
    for key, value in stated.items():
        if key.startswith(_DELETE_FROM):
            field = key.removeprefix(_DELETE_FROM)
            merged[field] = [item for item in merged.get(field) or () if item not in (value or ())]
        elif key.startswith(_ORDER):
            raise RenderError(
                f"'{_ORDER}…' is not supported", hint="use a JSON patch to order the items of a list"
            )
        elif value is None or (isinstance(value, Mapping) and _directive(value) == "delete"):
            merged.pop(key, None)
        else:
            merged[key] = _field(merged.get(key), value, key, below(schema, key))
    retained = patch.get(_RETAIN)
    return {key: merged[key] for key in merged if key in retained} if retained is not None else merged


def _field(base: Any, value: Any, name: str, schema: JsonObject | None) -> Any:
    if isinstance(value, Mapping):
        return strategic_merge(base, value, schema)
    if isinstance(value, list):
        return _list(base if isinstance(base, list) else [], value, name, schema)
    return value


def _list(base: Sequence[Any], patch: Sequence[Any], name: str, schema: JsonObject | None) -> list[Any]:
    if any(isinstance(item, Mapping) and item == {_PATCH: "replace"} for item in patch):
        return [_without_directives(item) for item in patch if item != {_PATCH: "replace"}]
    if is_set(schema):
        return [*base, *(item for item in patch if item not in base)]
    keys = list_keys(name, schema, base, patch) or (list_keys(name, schema, base) if base else ())
    if not keys:
        return [_without_directives(item) for item in patch]
    joined = list(base)
    for item in patch:
        _join(joined, item, keys, name, items_of(schema))
    return joined


def _join(joined: list[Any], item: Any, keys: Keys, name: str, schema: JsonObject | None) -> None:
    """Merge an item into the one with its keys, or add it, or delete that one."""
    if not isinstance(item, Mapping) or keys[0] not in item:
        raise RenderError(
            f"an item of '{name}' has no '{keys[0]}', by which the items are joined",
            hint=f"add '{keys[0]}' to the item; '{{$patch: replace}}' as an item replaces the list",
        )
    known = [each for each in keys if each in item]
    found = [index for index, each in enumerate(joined) if all(each.get(key) == item[key] for key in known)]
    if _directive(item) == "delete":
        for index in reversed(found):
            del joined[index]
    elif found:
        joined[found[0]] = strategic_merge(joined[found[0]], item, schema)
    else:
        joined.append(_without_directives(item))


def _directive(patch: Mapping[str, Any]) -> str:
    found = patch.get(_PATCH, "merge")
    if found not in ("merge", "replace", "delete"):
        raise RenderError(f"'{_PATCH}' must be delete, replace or merge")
    return str(found)


def _without_directives(value: Any) -> Any:
    """The value as it is added where there was none: nulls and what is to be deleted are left out."""
    if isinstance(value, list):
        return [
            _without_directives(item)
            for item in value
            if not (isinstance(item, Mapping) and _directive(item) == "delete")
        ]
    if not isinstance(value, Mapping):
        return value
    return {
        key: _without_directives(each)
        for key, each in value.items()
        if each is not None and not key.startswith("$")
    }
