"""The one table of names that tell what a node has: labels, extended resources, DRA drivers.

Labels are those of Node Feature Discovery, GPU Feature Discovery and the clouds. A resource of this table
is a device that a pod gets to itself, or a share of one; amounts of memory or of cores of a device are
none, since they say the same once more.
"""

import re
from collections.abc import Mapping
from functools import lru_cache

from dlctl.pattern import pattern

NFD = "feature.node.kubernetes.io/"
GFD = "nvidia.com/"

PRODUCT_LABELS = (
    "nvidia.com/gpu.product",
    "skypilot.co/accelerator",
    "cloud.google.com/gke-accelerator",
    "karpenter.k8s.aws/instance-gpu-name",
    "gpu.nvidia.com/class",
    "amd.com/gpu.product-name",
    "beta.amd.com/gpu.product-name",
    "cloud.google.com/gke-tpu-accelerator",
)
"""Labels with the model of a node's accelerators; the first that a node has counts."""

VENDOR_LABELS: Mapping[str, tuple[str, ...]] = {
    "nvidia.com": ("nvidia.com/gpu.product",),
    "amd.com": ("amd.com/gpu.product-name", "beta.amd.com/gpu.product-name"),
    "google.com": ("cloud.google.com/gke-tpu-accelerator",),
}
"""A vendor's own label, before those that name no vendor: a node may have accelerators of two."""

ANY_VENDOR_LABELS = tuple(
    name
    for name in PRODUCT_LABELS
    if not any(name in own for own in VENDOR_LABELS.values()) and not name.startswith("gpu.nvidia.com/")
)
GPU_COUNT = "nvidia.com/gpu.count"
GPU_PRESENT = "nvidia.com/gpu.present"
GPU_REPLICAS = "nvidia.com/gpu.replicas"
MIG_STRATEGY = "nvidia.com/mig.strategy"
DRIVER_LABELS = (
    "nvidia.com/cuda.driver-version.full",
    "amd.com/gpu.driver-version",
    "beta.amd.com/gpu.driver-version",
)
DRIVER_PARTS = ("nvidia.com/cuda.driver.major", "nvidia.com/cuda.driver.minor", "nvidia.com/cuda.driver.rev")
"""As GPU Feature Discovery wrote the version before 0.15."""

ZONE_LABELS = ("topology.kubernetes.io/zone", "failure-domain.beta.kubernetes.io/zone")
TOPOLOGY_LABELS = (
    "cloud.provider.com/topology-block",
    "cloud.google.com/gce-topology-block",
    "topology.k8s.aws/network-node-layer-1",
    "network.topology.nvidia.com/spine",
    "fabric.topograph.run/tier-3",
    "fabric.topograph.run/tier-2",
    "fabric.topograph.run/tier-1",
    "accelerator.topograph.run/domain",
    "nvidia.com/gpu.clique",
)
"""The widest level of a network's topology first."""

RDMA_CAPABLE = (f"{NFD}rdma.capable", f"{NFD}custom-rdma.capable")
RDMA_AVAILABLE = (f"{NFD}rdma.available", f"{NFD}custom-rdma.available", f"{NFD}custom-rdma.enabled")
"""What NFD called them before 0.14, what it calls them now, and what its documentation says."""
RDMA_LINKS: Mapping[str, str] = {f"{NFD}rdma.infiniband": "IB", f"{NFD}rdma.roce": "RoCE"}

DETECTED_FABRIC = "dlctl.dev/rdma.fabric"
DETECTED_STATE = "dlctl.dev/rdma.state"
DETECTED_PORTS = "dlctl.dev/rdma.ports"
DETECTED_RATE = "dlctl.dev/rdma.rate"
"""Labels of `dlctl node detect`: the network for collective communication, its ports, Gb/s of each."""
FABRICS: Mapping[str, str] = {"infiniband": "IB", "roce": "RoCE", "efa": "EFA", "iwarp": "iWARP"}

NIC_PREFIX = f"{NFD}nic-"
NIC = pattern(re.escape(NFD) + r"nic-(?P<model>[a-z0-9-]+)\.(?P<fact>present|count)\Z")
NIC_RATES: Mapping[str, int] = {
    "connectx-3": 40,
    "connectx-4": 100,
    "connectx-4-lx": 25,
    "connectx-5": 100,
    "connectx-6": 200,
    "connectx-6-dx": 100,
    "connectx-6-lx": 25,
    "connectx-7": 400,
    "connectx-8": 800,
    "bluefield-2": 100,
    "bluefield-3": 400,
}
"""Gb/s that an adapter of a model is made for."""

RDMA_RESOURCES: Mapping[str, str] = {
    "vpc.amazonaws.com/efa": "EFA",
    "nvidia.com/hostdev": "",
    "tencent.com/rdma": "",
    "aliyun/erdma": "eRDMA",
}
"""Resources that are RDMA adapters, with their link; and so is every resource of `rdma/`."""
COUNTED_RDMA = frozenset({"vpc.amazonaws.com/efa", "nvidia.com/hostdev"})
"""Resources of which one is one adapter; a shared device plugin offers as many as it is configured to."""

MODEL_PREFIXES = (f"{NFD}gpu-", f"{NFD}accelerator-")
PCI_PREFIX = f"{NFD}pci-"
MODEL_LABEL = pattern(re.escape(NFD) + r"(?:gpu|accelerator)-(?P<model>[a-z0-9-]+)\.present\Z")
"""A label for each model of a node, as a NodeFeatureRule makes it."""
PCI_LABEL = pattern(re.escape(NFD) + r"pci-(?P<parts>[0-9a-f]{4}(?:_[0-9a-f]{4}){0,4})\.present\Z")
GPU_CLASSES = frozenset({"0302", "0380", "1200"})
"""PCI classes of devices that compute: of class 0300 are the displays of board controllers, too."""
GPU_VENDORS = frozenset({"10de", "1002", "1da3", "1d0f", "19e5", "cabc", "1ed5"})
NVIDIA_PCI = "10de"
PCI_VENDORS: Mapping[str, str] = {
    "nvidia.com": NVIDIA_PCI,
    "amd.com": "1002",
    "gpu.intel.com": "8086",
    "intel.com": "8086",
    "habana.ai": "1da3",
    "aws.amazon.com": "1d0f",
    "huawei.com": "19e5",
    "cambricon.com": "cabc",
    "mthreads.com": "1ed5",
}
"""PCI vendor IDs of the vendors of resources and DRA drivers."""

DEVICES: Mapping[str, str] = {
    "nvidia.com/gpu": "",
    "nvidia.com/gpu.shared": "",
    "amd.com/gpu": "",
    "gpu.intel.com/i915": "",
    "gpu.intel.com/xe": "",
    "habana.ai/gaudi": "Gaudi",
    "google.com/tpu": "",
    "cloud-tpus.google.com/v2": "TPU-v2",
    "cloud-tpus.google.com/v3": "TPU-v3",
    "aws.amazon.com/neuron": "Neuron",
    "aws.amazon.com/neurondevice": "Neuron",
    "aws.amazon.com/neuroncore": "Neuron",
    "metax-tech.com/gpu": "MetaX",
    "mthreads.com/gpu": "MThreads",
    "enflame.com/gcu": "GCU",
    "kunlunxin.com/xpu": "XPU",
    "iluvatar.ai/gpu": "Iluvatar",
    "hygon.com/dcunum": "DCU",
    "qualcomm.com/qaic": "QAIC",
    "volcano.sh/vgpu-number": "",
}
"""Extended resources that count accelerators, with the model that a resource itself names."""
DEVICE_PATTERNS = (
    pattern(r"nvidia\.com/(?P<variant>mig-[0-9a-z.]+?)(?:\.shared)?\Z"),
    pattern(r"amd\.com/(?P<variant>(?:spx|dpx|qpx|cpx)_nps[0-9]+)\Z"),
    pattern(r"huawei\.com/(?P<model>Ascend[0-9A-Za-z]+)(?P<variant>-[0-9a-z.-]+)?\Z"),
    pattern(r"cambricon\.com/(?P<model>(?:mlu|MLU)[0-9A-Za-z]*)(?P<variant>\.(?:share|smlu))?\Z"),
)
"""Families of such resources: parts of a device are in `variant`."""
VGPU = frozenset({"volcano.sh/vgpu-number"})
SHARED = ".shared"
MIG = "nvidia.com/mig-"

DRA_DRIVER = pattern(r"(?:gpu|tpu|npu|gaudi|neuron)\.[a-z0-9.-]+\Z")
"""DRA drivers of accelerators: `gpu.nvidia.com`, `gpu.amd.com`; those of networks and CPUs are not."""


@lru_cache(maxsize=1024)
def is_device(resource: str) -> bool:
    """Whether an extended resource, or a DRA driver, counts accelerators, whole ones or shares of them."""
    if DRA_DRIVER.match(resource):
        return True
    return resource in DEVICES or any(pattern.match(resource) for pattern in DEVICE_PATTERNS)


def is_rdma(resource: str) -> bool:
    """Whether an extended resource is an RDMA adapter; never by the word in its name alone."""
    return resource.startswith("rdma/") or resource in RDMA_RESOURCES
