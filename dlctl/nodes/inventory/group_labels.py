"""Which labels and taints of a node say what it has, and not which node it is or how it is now."""

from collections.abc import Collection, Mapping

from dlctl.nodes.inventory import names

_LABELS = frozenset(
    {
        *names.PRODUCT_LABELS,
        *names.RDMA_CAPABLE,
        *names.RDMA_AVAILABLE,
        *names.RDMA_LINKS,
        names.GPU_COUNT,
        names.GPU_PRESENT,
        names.GPU_REPLICAS,
        names.MIG_STRATEGY,
        names.DETECTED_FABRIC,
        names.DETECTED_PORTS,
        names.DETECTED_RATE,
        "nvidia.com/gpu.family",
        "nvidia.com/gpu.memory",
        "nvidia.com/gpu.compute.major",
        "nvidia.com/gpu.compute.minor",
        "nvidia.com/mig.config",
        "cloud.google.com/gke-nodepool",
        "cloud.google.com/gke-tpu-topology",
        "eks.amazonaws.com/nodegroup",
        "kubernetes.azure.com/agentpool",
        "karpenter.sh/nodepool",
        "karpenter.sh/capacity-type",
        "node.kubernetes.io/instance-type",
        "topology.kubernetes.io/region",
        "topology.kubernetes.io/zone",
        "kubernetes.io/arch",
        "kubernetes.io/os",
    }
)
_PREFIXES = (names.NIC_PREFIX, names.PCI_PREFIX, *names.MODEL_PREFIXES, "node-role.kubernetes.io/")
_PASSING = (
    "node.kubernetes.io/",
    "node.cloudprovider.kubernetes.io/",
    "ToBeDeletedByClusterAutoscaler",
    "DeletionCandidateOfClusterAutoscaler",
    "karpenter.sh/disrupt",
    "karpenter.sh/unregistered",
)
"""Taints that controllers set and remove by themselves."""


def group_labels(labels: Mapping[str, str], more: Collection[str] = ()) -> Mapping[str, str]:
    """The labels that say what a node has, and those of `more`, by key."""
    chosen = (key for key in labels if key in more or is_group_label(key))
    return {key: str(labels[key]) for key in sorted(chosen)}


def is_group_label(key: str) -> bool:
    """Whether a label of this key is always kept."""
    return key in _LABELS or key.startswith(_PREFIXES)


def is_lasting(taint_key: str) -> bool:
    """Whether people set the taints of this key; those of controllers come and go."""
    return not taint_key.startswith(_PASSING)
