"""What an apply removes once it has taken over the fields of managers that applied whole manifests.

`kubectl apply` owns all that its manifest stated. An apply makes dlctl the owner first, as kubectl does
where it changes to server-side apply: then what our manifest does not state is removed. A dry run of that
apply cannot show it, as the fields have their old owner then; so what goes is found here, by the rules of
the server (structured-merge-diff, merge/update.go `prune`): an owned field goes unless others own it. The
server then tries the result as a patch: defaults come back, and it is checked.
"""

import json
from collections.abc import Mapping
from typing import Any

from dlctl.cluster.managed_fields import union
from dlctl.cluster.protocol import Cluster, Resource
from dlctl.json_values import same_json
from dlctl.manifest import JsonObject
from dlctl.plan.compare.compare import clean
from dlctl.plan.compare.list_items import match_items
from dlctl.plan.field_managers import is_of_a_target
from dlctl.plan.live.managed_fields import Fields, applied_fields, fields_of_others, whole_fields

_ABSENT = object()


def tried(cluster: Cluster, resource: Resource, live: JsonObject, wanted: JsonObject) -> JsonObject:
    """`wanted` as the server would store it in place of `live`. Raises ClusterError.

    Its managedFields are those of `wanted`, which an apply has returned.
    """
    metadata = live["metadata"]
    patch = _merge_patch(clean(live), clean(wanted))
    name, namespace = str(metadata.get("name")), str(metadata.get("namespace") or "")
    found = cluster.try_merge_patch(resource, name, namespace, patch=patch)
    managed = {"managedFields": wanted["metadata"].get("managedFields")}
    return {**found, "metadata": {**found["metadata"], **managed}}


def _merge_patch(old: JsonObject, new: JsonObject) -> dict[str, Any]:
    """The JSON merge patch from one object to another."""
    patch: dict[str, Any] = {key: None for key in old if key not in new}
    for key, value in new.items():
        before = old.get(key)
        if isinstance(before, Mapping) and isinstance(value, Mapping):
            if below := _merge_patch(before, value):
                patch[key] = below
        elif key not in old or not same_json(before, value):
            patch[key] = value
    return patch


def without_taken_over(merged: JsonObject, live: JsonObject, api_version: str, manager: str) -> JsonObject:
    """An object after a dry run, without what whole-manifest managers of `live` own and nobody else does."""
    kept: Fields = applied_fields(merged, manager) or {}
    for fields in fields_of_others(merged, manager).values():
        kept = union(kept, fields)
    pruned = _pruned(merged, whole_fields(live, api_version), kept)
    return pruned if isinstance(pruned, Mapping) else merged


def without_unstated(live: JsonObject, body: JsonObject, manager: str) -> JsonObject:
    """The same where the dry run fails: `live` without what `body` does not state."""
    owned = whole_fields(live, str(body.get("apiVersion", "")))
    return _without(live, body, owned, fields_of_others(live, manager))


def without_dropped(live: JsonObject, body: JsonObject) -> JsonObject:
    """An estimate: `live` without what its target applied and `body` no longer states."""
    owned: Fields = {}
    others: dict[str, Fields] = {}
    for name, fields in fields_of_others(live, "", with_whole=True).items():
        if is_of_a_target(name):
            owned = union(owned, fields)
        else:
            others[name] = fields
    return _without(live, body, owned, others)


def _without(live: JsonObject, body: JsonObject, owned: Fields, others: Mapping[str, Fields]) -> JsonObject:
    kept = _stated(owned, body)
    for fields in others.values():
        kept = union(kept, fields)
    pruned = _pruned(live, owned, kept)
    return pruned if isinstance(pruned, Mapping) else live


def _stated(fields: Fields, value: Any) -> Fields:
    """The part of `fields` that a manifest states."""
    found: dict[str, Any] = {}
    for key, below in fields.items():
        inner = value if key == "." else _child(value, key)
        if inner is not _ABSENT:
            found[key] = _stated(below, inner)
    return found


def _child(value: Any, key: str) -> Any:
    """The value at one step of a path in managedFields, or a marker."""
    if key.startswith("f:") and isinstance(value, Mapping):
        return value.get(key[2:], _ABSENT)
    if key[:2] in ("k:", "v:") and isinstance(value, list):
        index = _index(value, key)
        return value[index] if index is not None else _ABSENT
    return _ABSENT


def _index(items: list[Any], key: str) -> int | None:
    wanted = json.loads(key[2:])
    for index, item in enumerate(items):
        if key.startswith("v:"):
            if item == wanted:
                return index
        elif isinstance(wanted, dict) and match_items({key: wanted}, tuple(wanted), [item]):
            return index
    return None


def _pruned(value: Any, owned: Fields, kept: Fields) -> Any:
    """`value` without the fields and items that are owned and not kept."""
    if isinstance(value, Mapping):
        return _pruned_mapping(value, owned, kept)
    return _pruned_list(value, owned, kept) if isinstance(value, list) else value


def _pruned_mapping(value: Mapping[str, Any], owned: Fields, kept: Fields) -> dict[str, Any]:
    result = dict(value)
    for key, below in owned.items():
        name = key[2:]
        if not key.startswith("f:") or name not in result:
            continue
        if key in kept:
            result[name] = _pruned(result[name], below, kept[key])
        elif not below or "." in below:
            del result[name]
        else:
            result[name] = _pruned(result[name], below, {})
            if result[name] in ({}, []):
                del result[name]
    return result


def _pruned_list(value: list[Any], owned: Fields, kept: Fields) -> list[Any]:
    result: list[Any] = list(value)
    for key, below in owned.items():
        index = _index(result, key) if key[:2] in ("k:", "v:") else None
        if index is None:
            continue
        if key in kept:
            result[index] = _pruned(result[index], below, kept[key])
        else:
            del result[index]
    return result
