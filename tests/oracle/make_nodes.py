"""Nodes of a case: mixed GPUs, taints, zones; some cordoned or about to be removed."""

from hypothesis import strategies as st

from tests.oracle.case import CASE, Body, Case
from tests.oracle.drawing import chance

GPU, RDMA = "nvidia.com/gpu", "rdma/hca_shared_devices_a"
HOST, ZONE, POOL = "kubernetes.io/hostname", "topology.kubernetes.io/zone", "oracle.dlctl.dev/pool"
MAJOR, PRODUCT = "nvidia.com/cuda.driver-version.major", "nvidia.com/gpu.product"
GPU_TAINT = {"key": GPU, "value": "present", "effect": "NoSchedule"}
TEAM_TAINT = {"key": "team", "value": "a", "effect": "NoExecute"}
LEAVING = {"key": "ToBeDeletedByClusterAutoscaler", "value": "1", "effect": "NoSchedule"}
READY = {"type": "Ready", "status": "True", "reason": "KubeletReady", "message": "kubelet is ready"}

SHAPES = (
    ({"cpu": "16", "memory": "64Gi", "pods": "8", GPU: "8", RDMA: "16"}, "Tesla-V100-SXM2-32GB"),
    ({"cpu": "12", "memory": "48Gi", "pods": "8", GPU: "4"}, "NVIDIA-A100-SXM4-40GB"),
    ({"cpu": "8", "memory": "32Gi", "pods": "10"}, ""),
    ({"cpu": "2", "memory": "4Gi", "pods": "3"}, ""),
)
OFTEN = tuple(shape for shape, often in zip(SHAPES, (4, 3, 3, 1), strict=True) for _ in range(often))


def make_nodes(draw: st.DrawFn, case: Case) -> None:
    """Between three and seven nodes."""
    for number in range(draw(st.integers(3, 7))):
        offers, product = draw(st.sampled_from(OFTEN))
        case.nodes.append(_node(draw, case, number, offers, product))


def _node(draw: st.DrawFn, case: Case, number: int, offers: Body, product: str) -> Body:
    name = case.local(f"n{number}")
    labels = {HOST: name, CASE: str(case.index), MAJOR: draw(st.sampled_from(("470", "535", "550")))}
    if chance(draw, 0.9):
        labels[ZONE] = case.local(draw(st.sampled_from("abc")))
    if chance(draw, 0.8):
        labels[POOL] = case.local(draw(st.sampled_from("xy")))
    if product:
        labels[PRODUCT] = product
    taints = [GPU_TAINT] if product and chance(draw, 0.6) else []
    taints += [TEAM_TAINT] if chance(draw, 0.12) else []
    taints += [{"key": "soft", "effect": "PreferNoSchedule"}] if chance(draw, 0.1) else []
    taints += [LEAVING] if chance(draw, 0.05) else []
    spec: Body = {"taints": taints}
    if chance(draw, 0.08):
        spec["unschedulable"] = True
    status = {"capacity": offers, "allocatable": offers, "conditions": [READY]}
    metadata = {"name": name, "labels": labels}
    return {"apiVersion": "v1", "kind": "Node", "metadata": metadata, "spec": spec, "status": status}
