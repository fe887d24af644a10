"""Objects that an autoscaler of the same app sizes: their replicas are not given up before it took them.

Who adds an autoscaler takes `replicas` out of the manifest. To leave out a field that we alone own
removes it, and the server puts its default in: a workload of ten pods had one until the autoscaler
acted. So the number stays stated as it is while we own it; the autoscaler's first change takes it
over. (Kubernetes documentation, "Server-Side Apply", transferring ownership.)
"""

from collections.abc import Iterable
from dataclasses import replace

from dlctl.manifest import JsonObject, Manifest, ObjectRef, split_api_version
from dlctl.plan.live.managed_fields import applied_fields

SCALERS = frozenset({"autoscaling", "keda.sh"})
"""API groups whose objects name in `spec.scaleTargetRef` what they size."""


def autoscaled(manifests: Iterable[Manifest]) -> frozenset[ObjectRef]:
    """The objects that autoscalers among these manifests size."""
    return frozenset(
        target
        for manifest in manifests
        if manifest.ref.group in SCALERS and (target := _target(manifest)) is not None
    )


def keep_replicas(manifest: Manifest, live: JsonObject) -> Manifest:
    """The manifest of an autoscaled object, which states the replicas that it has as long as we own them."""
    spec, found = manifest.body.get("spec"), live.get("spec") or {}
    owned = (applied_fields(live, manifest.api_version) or {}).get("f:spec", {})
    if (
        not isinstance(spec, dict)
        or "replicas" in spec
        or "f:replicas" not in owned
        or "replicas" not in found
    ):
        return manifest
    return replace(manifest, body={**manifest.body, "spec": {**spec, "replicas": found["replicas"]}})


def _target(scaler: Manifest) -> ObjectRef | None:
    spec = scaler.body.get("spec")
    target = spec.get("scaleTargetRef") if isinstance(spec, dict) else None
    if not isinstance(target, dict) or not target.get("name"):
        return None
    group, _ = split_api_version(str(target.get("apiVersion") or "apps/v1"))  # KEDA's defaults
    return ObjectRef(
        group, str(target.get("kind") or "Deployment"), scaler.ref.namespace, str(target["name"])
    )
