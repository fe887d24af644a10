"""Which kinds are cluster-scoped, without asking a cluster.

The built-in tables come from Kubernetes 1.36's discovery and the CRDs of the systems that prototypes
are written for; CRDs among the rendered objects extend them. An unknown kind counts as namespaced;
if that is wrong, the plan reports an error.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from dlctl.manifest import GroupKind, split_api_version

_CLUSTER_SCOPED: Mapping[str, str] = {
    "": "Namespace Node PersistentVolume ComponentStatus",
    "admissionregistration.k8s.io": (
        "MutatingWebhookConfiguration ValidatingWebhookConfiguration "
        "ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding "
        "MutatingAdmissionPolicy MutatingAdmissionPolicyBinding"
    ),
    "apiextensions.k8s.io": "CustomResourceDefinition",
    "apiregistration.k8s.io": "APIService",
    "authentication.k8s.io": "TokenReview SelfSubjectReview",
    "authorization.k8s.io": "SelfSubjectAccessReview SelfSubjectRulesReview SubjectAccessReview",
    "certificates.k8s.io": "CertificateSigningRequest ClusterTrustBundle",
    "flowcontrol.apiserver.k8s.io": "FlowSchema PriorityLevelConfiguration",
    "internal.apiserver.k8s.io": "StorageVersion",
    "networking.k8s.io": "IngressClass IPAddress ServiceCIDR",
    "node.k8s.io": "RuntimeClass",
    "rbac.authorization.k8s.io": "ClusterRole ClusterRoleBinding",
    "resource.k8s.io": "DeviceClass ResourceSlice DeviceTaintRule",
    "scheduling.k8s.io": "PriorityClass",
    "storage.k8s.io": "CSIDriver CSINode StorageClass VolumeAttachment VolumeAttributesClass",
    "storagemigration.k8s.io": "StorageVersionMigration",
    "about.k8s.io": "ClusterProperty",
    "data.fluid.io": "ThinRuntimeProfile",
    "events.openfunction.io": "ClusterEventBus",
    "keda.sh": "ClusterTriggerAuthentication",
    "kueue.x-k8s.io": (
        "AdmissionCheck ClusterQueue Cohort MultiKueueCluster MultiKueueConfig "
        "ProvisioningRequestConfig ResourceFlavor Topology WorkloadPriorityClass"
    ),
    "nfd.k8s-sigs.io": "NodeFeatureRule",
    "nodeinfo.volcano.sh": "Numatopology",
    "nvidia.com": "ClusterPolicy GPUCluster NVIDIADriver",
    "policy.karmada.io": "ClusterOverridePolicy ClusterPropagationPolicy",
    "scheduling.incubator.k8s.io": "Queue",
    "scheduling.sigs.dev": "Queue",
    "scheduling.volcano.sh": "Queue",
    "serving.kserve.io": (
        "ClusterServingRuntime ClusterStorageContainer LocalModelCache LocalModelNode LocalModelNodeGroup"
    ),
    "shard.volcano.sh": "NodeShard",
    "topology.node.k8s.io": "NodeResourceTopology",
    "topology.volcano.sh": "HyperNode",
    "trainer.kubeflow.org": "ClusterTrainingRuntime",
}

_NAMESPACED: Mapping[str, str] = {
    "kubeflow.org": "TFJob PyTorchJob MPIJob PaddleJob XGBoostJob JAXJob Notebook",
    "batch.volcano.sh": "Job",
    "serving.knative.dev": "Service Configuration Route",
    "serving.kserve.io": "InferenceService InferenceGraph",
    "trainer.kubeflow.org": "TrainJob TrainingRuntime",
}
"""Common custom kinds: other components are not rendered to find the CRDs of these."""
CLUSTER_SCOPED = frozenset(
    GroupKind(group, kind) for group, kinds in _CLUSTER_SCOPED.items() for kind in kinds.split()
)
NAMESPACED = frozenset(
    GroupKind(group, kind) for group, kinds in _NAMESPACED.items() for kind in kinds.split()
)
CRD = GroupKind("apiextensions.k8s.io", "CustomResourceDefinition")


def may_be_custom(body: Mapping[str, Any]) -> bool:
    """Whether an object's kind may come from a CRD that is not in the tables."""
    group, _ = split_api_version(str(body["apiVersion"]))
    builtin = "." not in group or group.endswith(".k8s.io")
    kind = GroupKind(group, str(body["kind"]))
    return not builtin and kind not in CLUSTER_SCOPED and kind not in NAMESPACED


def cluster_scoped_kinds(objects: Iterable[Mapping[str, Any]]) -> frozenset[GroupKind]:
    """The built-in tables, with the CRDs among `objects`."""
    known = set(CLUSTER_SCOPED)
    for body in objects:
        if body.get("kind") != CRD.kind:
            continue
        spec = _mapping(body.get("spec"))
        kind = GroupKind(str(spec.get("group", "")), str(_mapping(spec.get("names")).get("kind", "")))
        if spec.get("scope") == "Cluster":
            known.add(kind)
        else:
            known.discard(kind)
    return frozenset(known)


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
