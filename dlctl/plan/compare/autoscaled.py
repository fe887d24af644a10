"""Keep the replicas of objects that an autoscaler of the same app scales, until it takes them over.

When an autoscaler is added, `replicas` is removed from the manifest. Omitting a field that only we own
removes it, and the server sets its default: a workload of ten pods would have one until the autoscaler
acts. So the current number stays in the manifest while we own it; the autoscaler's first change takes
it over. (Kubernetes documentation, "Server-Side Apply", transferring ownership.)
"""

from collections.abc import Iterable

from msgspec.structs import replace

from dlctl.manifest import JsonObject, Manifest, ObjectRef, group_kind_of
from dlctl.plan.field_managers import FieldManagers
from dlctl.plan.live.managed_fields import applied_fields, applying_manager

SCALERS = frozenset({"autoscaling", "keda.sh"})
"""API groups of autoscalers, whose objects have `spec.scaleTargetRef`."""


def autoscaled(manifests: Iterable[Manifest]) -> frozenset[ObjectRef]:
    """The objects scaled by autoscalers among these manifests."""
    return frozenset(
        target
        for manifest in manifests
        if manifest.ref.group in SCALERS and (target := _target(manifest)) is not None
    )


def keep_replicas(manifest: Manifest, live: JsonObject, managers: FieldManagers) -> Manifest:
    """The manifest of an autoscaled object, with its current replicas as long as we own them."""
    spec, found = manifest.body.get("spec"), live.get("spec") or {}
    owned = (applied_fields(live, applying_manager(live, managers), manifest.api_version) or {}).get(
        "f:spec", {}
    )
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
    # These are KEDA's defaults.
    key = str(target.get("apiVersion") or "apps/v1"), str(target.get("kind") or "Deployment")
    scaled = group_kind_of(key)
    return ObjectRef(scaled.group, scaled.kind, scaler.ref.namespace, str(target["name"]))
