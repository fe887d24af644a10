"""State the worker groups of a Ray object as KubeRay and Ray's autoscaler have written them.

The list of groups is one field for server-side apply. KubeRay writes whole objects, when it adds a finalizer,
in the spelling of its Go types: an apply of the same groups in another spelling is a conflict with it. So a
list that means the same is left to who wrote it last; a change of it takes it over where the object says so
(dlctl.dev/conflicts). And a manifest that leaves out the replicas of a group, because the autoscaler chooses
them, would ask for the API's default, 0, at each apply.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from msgspec.structs import replace

from dlctl.json_values import same_json
from dlctl.manifest import GroupKind, JsonObject, Manifest
from dlctl.plan.field_managers import FieldManagers
from dlctl.plan.live.managed_fields import applied_fields, applying_manager

_GROUPS = "workerGroupSpecs"
_CLUSTER: Mapping[GroupKind, str] = MappingProxyType(
    {
        GroupKind("ray.io", "RayCluster"): "",
        GroupKind("ray.io", "RayJob"): "rayClusterSpec",
        GroupKind("ray.io", "RayService"): "rayClusterConfig",
    }
)
"""The field of `spec` that has the spec of the cluster; empty where `spec` is it."""
_DEFAULTS: Mapping[str, Any] = MappingProxyType({"numOfHosts": 1, "protocol": "TCP"})
_QUANTITIES = frozenset({"limits", "requests", "sizeLimit"})


def as_kuberay_wrote(manifest: Manifest, live: JsonObject, managers: FieldManagers) -> Manifest:
    """The manifest of a Ray object: groups that mean the same as those on the cluster are as they are there.

    They are left out where only others own them.
    """
    field = _CLUSTER.get(manifest.ref.group_kind)
    spec: Any = manifest.body.get("spec")
    stated, found = _cluster(spec, field), _cluster(live.get("spec"), field)
    if not isinstance(stated.get(_GROUPS), list) or not isinstance(found.get(_GROUPS), list):
        return manifest
    groups = _scaled(stated, found)
    cluster = {**stated, _GROUPS: groups}
    if _same(groups, found[_GROUPS]):
        cluster[_GROUPS] = found[_GROUPS]
        if not _owned(live, managers, manifest.api_version, field):
            del cluster[_GROUPS]
    body = {**manifest.body, "spec": {**spec, field: cluster} if field else cluster}
    return replace(manifest, body=body)


def _owned(live: JsonObject, managers: FieldManagers, api_version: str, field: str | None) -> bool:
    """Whether the groups are ours, by managedFields."""
    fields = applied_fields(live, applying_manager(live, managers), api_version) or {}
    spec = fields.get("f:spec", {})
    return f"f:{_GROUPS}" in (spec.get(f"f:{field}", {}) if field else spec)


def _cluster(spec: Any, field: str | None) -> Mapping[str, Any]:
    cluster = spec.get(field) if field and isinstance(spec, dict) else spec
    return cluster if field is not None and isinstance(cluster, dict) else {}


def _scaled(stated: Mapping[str, Any], found: Mapping[str, Any]) -> list[Any]:
    """The groups, with what the autoscaler has chosen for those whose replicas nobody states."""
    groups: list[Any] = stated[_GROUPS]
    if not stated.get("enableInTreeAutoscaling"):
        return groups
    live = {str(each.get("groupName")): each for each in found[_GROUPS] if isinstance(each, dict)}
    return [_chosen(group, live) if isinstance(group, dict) else group for group in groups]


def _chosen(group: dict[str, Any], found: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    live = found.get(str(group.get("groupName")))
    if live is None or "replicas" in group or not isinstance(live.get("replicas"), int):
        return group
    least, most = (_bound(group.get(name), live["replicas"]) for name in ("minReplicas", "maxReplicas"))
    leaving = {"scaleStrategy": live["scaleStrategy"]} if live.get("scaleStrategy") else {}
    return {**group, "replicas": max(least, min(most, live["replicas"])), **leaving}


def _bound(stated: Any, otherwise: int) -> int:
    return stated if isinstance(stated, int) else otherwise


def _same(stated: Any, live: Any, key: str = "", *, quantity: bool = False) -> bool:
    """Whether two values are one in Go: what is empty is absent, and quantities have several spellings."""
    if isinstance(stated, dict) or isinstance(live, dict):
        ours, theirs = stated or {}, live or {}
        if not (isinstance(ours, dict) and isinstance(theirs, dict)):
            return False
        return all(
            _same(ours.get(each), theirs.get(each), each, quantity=quantity or each in _QUANTITIES)
            for each in ours.keys() | theirs.keys()
        )
    if isinstance(stated, list) or isinstance(live, list):
        ours, theirs = stated or [], live or []
        if not (isinstance(ours, list) and isinstance(theirs, list)) or len(ours) != len(theirs):
            return False
        return all(_same(*pair) for pair in zip(ours, theirs, strict=True))
    if stated is None or live is None:
        value = live if stated is None else stated
        return not value or value == _DEFAULTS.get(key)
    if same_json(stated, live) or not quantity:
        return same_json(stated, live)
    from dlctl.quantity import same_quantity

    return same_quantity(stated, live)
