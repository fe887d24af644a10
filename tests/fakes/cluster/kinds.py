"""The kinds that the in-memory cluster serves from the start, and those that a CRD adds."""

from collections.abc import Iterator

from dlctl.cluster.protocol import Resource
from dlctl.manifest import GroupKind, JsonObject

_VERBS = frozenset({"create", "delete", "get", "list", "patch", "update", "watch"})

_NAMESPACED = {
    "v1": "ConfigMap Endpoints Event LimitRange PersistentVolumeClaim Pod ReplicationController "
    "ResourceQuota Secret Service ServiceAccount",
    "apps/v1": "DaemonSet Deployment ReplicaSet StatefulSet",
    "autoscaling/v2": "HorizontalPodAutoscaler",
    "batch/v1": "CronJob Job",
    "coordination.k8s.io/v1": "Lease",
    "networking.k8s.io/v1": "Ingress NetworkPolicy",
    "policy/v1": "PodDisruptionBudget",
    "rbac.authorization.k8s.io/v1": "Role RoleBinding",
}
_CLUSTER = {
    "v1": "Namespace Node PersistentVolume",
    "admissionregistration.k8s.io/v1": "MutatingWebhookConfiguration ValidatingWebhookConfiguration",
    "apiextensions.k8s.io/v1": "CustomResourceDefinition",
    "networking.k8s.io/v1": "IngressClass",
    "rbac.authorization.k8s.io/v1": "ClusterRole ClusterRoleBinding",
    "scheduling.k8s.io/v1": "PriorityClass",
    "storage.k8s.io/v1": "StorageClass",
}

IMMUTABLE = {
    GroupKind("apps", "Deployment"): ("selector",),
    GroupKind("apps", "DaemonSet"): ("selector",),
    GroupKind("apps", "StatefulSet"): ("selector", "serviceName"),
    GroupKind("batch", "Job"): ("selector", "template"),
}
"""Fields of a spec that cannot be changed (pkg/apis/*/validation in Kubernetes)."""

WITH_GENERATION = frozenset({"apps", "batch", "networking.k8s.io", "policy"})
"""Groups whose kinds count the changes of their spec in `metadata.generation`."""


def builtin_resources() -> Iterator[Resource]:
    """What an API server serves without any CRD, as far as plans and deploys need it."""
    for table, namespaced in ((_NAMESPACED, True), (_CLUSTER, False)):
        for api_version, kinds in table.items():
            group, _, version = api_version.rpartition("/")
            for kind in kinds.split():
                yield Resource(group, version, kind, _plural(kind), namespaced, _VERBS)


def crd_resources(crd: JsonObject) -> Iterator[Resource]:
    """What a CustomResourceDefinition makes the server serve."""
    spec = crd["spec"]
    names = spec["names"]
    for version in spec["versions"]:
        if version.get("served", True):
            yield Resource(
                spec["group"],
                version["name"],
                names["kind"],
                names["plural"],
                spec.get("scope") == "Namespaced",
                _VERBS,
            )


def _plural(kind: str) -> str:
    word = kind.lower()
    if word == "endpoints":
        return word
    if word.endswith(("s", "ss")):
        return f"{word}es"
    return f"{word[:-1]}ies" if word.endswith("y") else f"{word}s"
