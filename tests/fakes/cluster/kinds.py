"""The kinds that the in-memory cluster serves from the start, and those that a CRD adds."""

from collections.abc import Iterator

from dlctl.cluster.protocol import Resource
from dlctl.kinds import KINDS, read_definition
from dlctl.manifest import GroupKind, JsonObject, split_api_version

_VERBS = frozenset({"create", "delete", "get", "list", "patch", "update", "watch"})

_SERVED = {
    "v1": "ConfigMap Endpoints Event LimitRange Namespace Node PersistentVolume PersistentVolumeClaim Pod "
    "ReplicationController ResourceQuota Secret Service ServiceAccount",
    "admissionregistration.k8s.io/v1": "MutatingWebhookConfiguration ValidatingWebhookConfiguration",
    "apiextensions.k8s.io/v1": "CustomResourceDefinition",
    "apps/v1": "DaemonSet Deployment ReplicaSet StatefulSet",
    "autoscaling/v2": "HorizontalPodAutoscaler",
    "batch/v1": "CronJob Job",
    "coordination.k8s.io/v1": "Lease",
    "networking.k8s.io/v1": "Ingress IngressClass NetworkPolicy",
    "policy/v1": "PodDisruptionBudget",
    "rbac.authorization.k8s.io/v1": "ClusterRole ClusterRoleBinding Role RoleBinding",
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
    for api_version, kinds in _SERVED.items():
        group, version = split_api_version(api_version)
        for kind in kinds.split():
            namespaced = KINDS[GroupKind(group, kind)].namespaced
            yield Resource(group, version, kind, _plural(kind), namespaced, _VERBS)


def crd_resources(crd: JsonObject) -> Iterator[Resource]:
    """What a CustomResourceDefinition makes the server serve."""
    defined = read_definition(crd)
    group, kind = defined.group_kind.group, defined.group_kind.kind
    for version in defined.versions:
        yield Resource(group, version, kind, defined.plural, defined.namespaced, _VERBS)


def _plural(kind: str) -> str:
    word = kind.lower()
    if word == "endpoints":
        return word
    if word.endswith(("s", "ss")):
        return f"{word}es"
    return f"{word[:-1]}ies" if word.endswith("y") else f"{word}s"
