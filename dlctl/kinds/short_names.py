"""The short names of kinds, as kubectl knows them (`kubectl api-resources`), each of one kind only."""

from collections.abc import Mapping

from dlctl.manifest import GroupKind

SHORT_NAMES: Mapping[GroupKind, str] = {
    GroupKind("", "ConfigMap"): "cm",
    GroupKind("", "Endpoints"): "ep",
    GroupKind("", "LimitRange"): "limits",
    GroupKind("", "Namespace"): "ns",
    GroupKind("", "Node"): "no",
    GroupKind("", "PersistentVolume"): "pv",
    GroupKind("", "PersistentVolumeClaim"): "pvc",
    GroupKind("", "Pod"): "po",
    GroupKind("", "ReplicationController"): "rc",
    GroupKind("", "ResourceQuota"): "quota",
    GroupKind("", "Service"): "svc",
    GroupKind("", "ServiceAccount"): "sa",
    GroupKind("apiextensions.k8s.io", "CustomResourceDefinition"): "crd",
    GroupKind("apps", "DaemonSet"): "ds",
    GroupKind("apps", "Deployment"): "deploy",
    GroupKind("apps", "ReplicaSet"): "rs",
    GroupKind("apps", "StatefulSet"): "sts",
    GroupKind("autoscaling", "HorizontalPodAutoscaler"): "hpa",
    GroupKind("batch", "CronJob"): "cj",
    GroupKind("networking.k8s.io", "Ingress"): "ing",
    GroupKind("networking.k8s.io", "NetworkPolicy"): "netpol",
    GroupKind("policy", "PodDisruptionBudget"): "pdb",
    GroupKind("scheduling.k8s.io", "PriorityClass"): "pc",
    GroupKind("storage.k8s.io", "StorageClass"): "sc",
}


def short_name(kind: GroupKind) -> str:
    """The short name of a kind, or the kind itself."""
    return SHORT_NAMES.get(kind, kind.kind)
