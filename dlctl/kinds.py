"""The order in which objects are applied: waves by group and kind, and a total order inside.

A wave needs the objects of earlier waves. Services come before workloads, because the kubelet passes a
pod the addresses of the Services that exist when it starts. Kinds that are not in the table are custom
resources; runs come after other custom resources, because their controllers fail them at once if a
referenced object is missing. Webhooks come last, so that they do not intercept the objects they belong
to.
"""

from collections.abc import Mapping
from types import MappingProxyType

from dlctl.manifest import GroupKind, ObjectRef

FOUNDATION, CONFIGURATION, NETWORK, WORKLOADS, CUSTOM, RUNS, WEBHOOKS = range(7)

_RBAC = "rbac.authorization.k8s.io"
_STORAGE = "storage.k8s.io"
_ADMISSION = "admissionregistration.k8s.io"

_KINDS: tuple[tuple[int, tuple[tuple[str, str], ...]], ...] = (
    (FOUNDATION, (("", "Namespace"), ("apiextensions.k8s.io", "CustomResourceDefinition"))),
    (
        CONFIGURATION,
        (
            ("", "ServiceAccount"),
            (_RBAC, "ClusterRole"),
            (_RBAC, "ClusterRoleBinding"),
            (_RBAC, "Role"),
            (_RBAC, "RoleBinding"),
            ("scheduling.k8s.io", "PriorityClass"),
            ("node.k8s.io", "RuntimeClass"),
            ("flowcontrol.apiserver.k8s.io", "PriorityLevelConfiguration"),
            ("flowcontrol.apiserver.k8s.io", "FlowSchema"),
            ("", "ResourceQuota"),
            ("", "LimitRange"),
            ("", "Secret"),
            ("", "ConfigMap"),
            (_STORAGE, "StorageClass"),
            (_STORAGE, "CSIDriver"),
            (_STORAGE, "CSINode"),
            (_STORAGE, "CSIStorageCapacity"),
            (_STORAGE, "VolumeAttributesClass"),
            ("", "PersistentVolume"),
            (_STORAGE, "VolumeAttachment"),
            ("", "PersistentVolumeClaim"),
        ),
    ),
    (
        NETWORK,
        (
            ("networking.k8s.io", "NetworkPolicy"),
            ("networking.k8s.io", "ServiceCIDR"),
            ("networking.k8s.io", "IPAddress"),
            ("networking.k8s.io", "IngressClass"),
            ("", "Service"),
            ("", "Endpoints"),
            ("discovery.k8s.io", "EndpointSlice"),
            ("policy", "PodDisruptionBudget"),
        ),
    ),
    (
        WORKLOADS,
        (
            ("resource.k8s.io", "DeviceClass"),
            ("resource.k8s.io", "ResourceSlice"),
            ("resource.k8s.io", "ResourceClaim"),
            ("resource.k8s.io", "ResourceClaimTemplate"),
            ("apps", "ControllerRevision"),
            ("", "PodTemplate"),
            ("", "Pod"),
            ("", "ReplicationController"),
            ("apps", "ReplicaSet"),
            ("apps", "Deployment"),
            ("apps", "StatefulSet"),
            ("apps", "DaemonSet"),
            ("batch", "Job"),
            ("batch", "CronJob"),
            ("autoscaling", "HorizontalPodAutoscaler"),
            ("networking.k8s.io", "Ingress"),
            ("coordination.k8s.io", "Lease"),
            ("certificates.k8s.io", "CertificateSigningRequest"),
            ("", "Node"),
            ("", "Event"),
            ("events.k8s.io", "Event"),
        ),
    ),
    (
        WEBHOOKS,
        (
            ("apiregistration.k8s.io", "APIService"),
            (_ADMISSION, "ValidatingAdmissionPolicy"),
            (_ADMISSION, "ValidatingAdmissionPolicyBinding"),
            (_ADMISSION, "MutatingAdmissionPolicy"),
            (_ADMISSION, "MutatingAdmissionPolicyBinding"),
            (_ADMISSION, "ValidatingWebhookConfiguration"),
            (_ADMISSION, "MutatingWebhookConfiguration"),
        ),
    ),
)

WAVE_OF_KIND: Mapping[GroupKind, int] = MappingProxyType(
    {GroupKind(group, kind): wave for wave, kinds in _KINDS for group, kind in kinds}
)
"""The built-in kinds of Kubernetes that a manifest may have."""

_RANK = {group_kind: rank for rank, group_kind in enumerate(WAVE_OF_KIND)}

_RUNS = frozenset(
    {
        GroupKind("tekton.dev", "PipelineRun"),
        GroupKind("tekton.dev", "TaskRun"),
        GroupKind("trainer.kubeflow.org", "TrainJob"),
    }
)
"""Custom resources that are rejected or fail if an object they refer to (a Task, a runtime) is missing."""

NAMESPACE = GroupKind("", "Namespace")
DEFINITION = GroupKind("apiextensions.k8s.io", "CustomResourceDefinition")

PROTECTED = frozenset(
    {NAMESPACE, DEFINITION, GroupKind("", "PersistentVolume"), GroupKind("", "PersistentVolumeClaim")}
)
"""Kinds whose deletion also deletes other objects or data: kept unless explicitly selected."""


def wave_of(group_kind: GroupKind) -> int:
    """The wave in which objects of a kind are applied; deletion uses the reverse order."""
    return WAVE_OF_KIND.get(group_kind, RUNS if group_kind in _RUNS else CUSTOM)


def order_key(ref: ObjectRef) -> tuple[int, int, str, str, str, str]:
    """Sorts objects: by wave, the table's order, group, kind, namespace, name. Total and stable."""
    group_kind = ref.group_kind
    rank = _RANK.get(group_kind, len(_RANK))
    return wave_of(group_kind), rank, ref.group, ref.kind, ref.namespace, ref.name
