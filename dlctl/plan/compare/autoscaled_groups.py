"""Keep the workers that Ray's autoscaler has chosen for the groups of a RayCluster.

`spec.workerGroupSpecs` is one field for server-side apply: a manifest that leaves out the replicas of a group
would ask for the API's default, 0, at each apply, and KubeRay would delete workers that compute.
"""

from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from dlctl.manifest import GroupKind, JsonObject, Manifest

RAY_CLUSTER = GroupKind("ray.io", "RayCluster")


def keep_workers(manifest: Manifest, live: JsonObject) -> Manifest:
    """The manifest, with what the autoscaler has written of the groups whose replicas nobody states."""
    spec = manifest.body.get("spec")
    if manifest.ref.group_kind != RAY_CLUSTER or not isinstance(spec, dict):
        return manifest
    if not spec.get("enableInTreeAutoscaling") or not isinstance(spec.get("workerGroupSpecs"), list):
        return manifest
    found = {str(each.get("groupName")): each for each in _groups(live.get("spec"))}
    kept = [_kept(group, found) if isinstance(group, dict) else group for group in spec["workerGroupSpecs"]]
    return replace(manifest, body={**manifest.body, "spec": {**spec, "workerGroupSpecs": kept}})


def _groups(spec: Any) -> list[Mapping[str, Any]]:
    groups = spec.get("workerGroupSpecs") if isinstance(spec, dict) else None
    return [each for each in groups if isinstance(each, dict)] if isinstance(groups, list) else []


def _kept(group: dict[str, Any], found: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    live = found.get(str(group.get("groupName")))
    if live is None or "replicas" in group or not isinstance(live.get("replicas"), int):
        return group
    least, most = (_bound(group.get(name), live["replicas"]) for name in ("minReplicas", "maxReplicas"))
    chosen = {"replicas": max(least, min(most, live["replicas"]))}
    leaving = {"scaleStrategy": live["scaleStrategy"]} if live.get("scaleStrategy") else {}
    return {**group, **chosen, **leaving}


def _bound(stated: Any, otherwise: int) -> int:
    return stated if isinstance(stated, int) else otherwise
