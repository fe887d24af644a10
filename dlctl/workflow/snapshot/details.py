"""What a snapshot keeps of classes, queues, runtimes and webhooks beside their names."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from dlctl.app.cluster_snapshot import ListedObject
from dlctl.manifest import GroupKind, JsonObject

Pairs = Iterator[tuple[str, str]]

TRAINING_GROUPS = frozenset(
    {
        "kubeflow.org",
        "trainer.kubeflow.org",
        "jobset.x-k8s.io",
        "batch",
        "batch.volcano.sh",
        "batch.paddlepaddle.org",
        "ray.io",
    }
)
"""API groups whose objects are training jobs."""
_DEFAULT = (
    "storageclass.kubernetes.io/is-default-class",
    "storageclass.beta.kubernetes.io/is-default-class",
    "ingressclass.kubernetes.io/is-default-class",
)


def listed_object(kind: GroupKind, body: JsonObject) -> ListedObject | None:
    """What is kept of an object; None for a webhook that does not see training jobs."""
    metadata = body.get("metadata") or {}
    annotations = metadata.get("annotations") or {}
    details = dict(sorted(_DETAILS[kind.kind](body))) if kind.kind in _DETAILS else {}
    if kind.kind.endswith("WebhookConfiguration") and not details:
        return None
    default = bool(body.get("globalDefault")) or any(annotations.get(key) == "true" for key in _DEFAULT)
    return ListedObject(str(metadata.get("name") or ""), default, details)


def _field(path: str, name: str = "") -> Callable[[JsonObject], Pairs]:
    """A detail that is one scalar of the object; absent where it is empty."""

    def read(body: JsonObject) -> Pairs:
        value: Any = body
        for step in path.split("."):
            value = value.get(step) if isinstance(value, Mapping) else None
        if value not in (None, ""):
            yield name or path.rpartition(".")[2], str(value)

    return read


def _kueue_quotas(body: JsonObject) -> Pairs:
    """The nominal quota of each resource in each flavor, and the cohort."""
    spec = body.get("spec") or {}
    yield from _field("spec.cohortName", "cohort")(body)
    yield from _field("spec.cohort")(body)
    for group in spec.get("resourceGroups") or ():
        for flavor in group.get("flavors") or ():
            for quota in flavor.get("resources") or ():
                yield f"{flavor.get('name')}: {quota.get('name')}", str(quota.get("nominalQuota"))


def _node_labels(body: JsonObject) -> Pairs:
    labels = (body.get("spec") or {}).get("nodeLabels") or {}
    return ((f"label {key}", str(value)) for key, value in labels.items())


def _volcano_limits(body: JsonObject) -> Pairs:
    spec = body.get("spec") or {}
    for key in ("capability", "deserved", "guarantee"):
        limits = spec.get(key) or {}
        for resource, value in (limits.get("resource") or limits).items():
            yield f"{key}: {resource}", str(value)


def _intercepted(body: JsonObject) -> Pairs:
    """The training kinds that a webhook configuration sees, with the policy where the webhook fails."""
    found: dict[str, str] = {}
    for webhook in body.get("webhooks") or ():
        policy = str(webhook.get("failurePolicy") or "Fail")
        for rule in webhook.get("rules") or ():
            for name in _training_resources(rule):
                found[name] = "Fail" if "Fail" in (policy, found.get(name)) else policy
    return iter(found.items())


def _training_resources(rule: Mapping[str, Any]) -> Iterator[str]:
    for group in rule.get("apiGroups") or ():
        if group == "*" or group in TRAINING_GROUPS:
            for resource in rule.get("resources") or ():
                if "/" not in str(resource) or str(resource) in ("*/*", "*"):
                    yield f"{resource}.{group}"


_DETAILS: Mapping[str, Callable[[JsonObject], Pairs]] = {
    "StorageClass": _field("provisioner"),
    "RuntimeClass": _field("handler"),
    "PriorityClass": _field("value"),
    "IngressClass": _field("spec.controller"),
    "ClusterQueue": _kueue_quotas,
    "LocalQueue": _field("spec.clusterQueue"),
    "ResourceFlavor": _node_labels,
    "Queue": _volcano_limits,
    "MutatingWebhookConfiguration": _intercepted,
    "ValidatingWebhookConfiguration": _intercepted,
}
