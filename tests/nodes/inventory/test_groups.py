"""Nodes by group: what they have decides, and not which they are or how they are now."""

from collections.abc import Iterable
from typing import Any

from dlctl.nodes.inventory.claims import DeviceClaims
from dlctl.nodes.inventory.groups import NodeGroup, NodeGroups, Taint
from dlctl.nodes.inventory.hardware import hardware
from dlctl.nodes.inventory.model import Mode
from dlctl.nodes.inventory.names import is_device
from tests.nodes.inventory.objects import GPU, gpu_device, node, resource_slice

H100 = {"nvidia.com/gpu.product": "NVIDIA-H100-80GB-HBM3"}


def grouped(
    nodes: Iterable[Any], *slices: Any, names: bool = False, labels: Any = ()
) -> tuple[NodeGroup, ...]:
    claims = DeviceClaims(is_device)
    for each in slices:
        claims.add_slice(each)
    found = NodeGroups(claims.by_node(claims_known=False), labels)
    for each in nodes:
        found.add(each)
    return found.groups(names=names)


def test_equal_nodes_are_one_group_whatever_their_order_and_state() -> None:
    broken = {"type": "Ready", "status": "False"}
    cordon = [{"key": "node.kubernetes.io/unschedulable", "effect": "NoSchedule"}]
    nodes = [
        node("gpu-10", labels={**H100, "kubernetes.io/hostname": "gpu-10", "team": "a"}),
        node("gpu-9", labels={**H100, "kubernetes.io/hostname": "gpu-9"}, conditions=[broken]),
        node("gpu-1", allocatable={GPU: "6"}, labels=H100, unschedulable=True, taints=cordon),
        node("plain", {}),
    ]
    gpus, plain = grouped(nodes)
    assert (gpus.count, plain.count) == (3, 1)
    assert hardware(gpus) == "8×H100-80G"
    assert gpus.labels == H100
    assert gpus.taints == ()
    assert (gpus.names, plain.devices) == ((), ())
    assert grouped(reversed(nodes)) == (gpus, plain)
    assert grouped(nodes, names=True)[0].names == ("gpu-1", "gpu-9", "gpu-10")


def test_labels_taints_devices_and_cpus_tell_groups_apart() -> None:
    taint = {"key": "nvidia.com/gpu", "value": "present", "effect": "NoSchedule"}
    nodes = [
        node("a"),
        node("b", taints=[taint]),
        node("c", {GPU: "4"}),
        node("d", labels={"topology.kubernetes.io/zone": "x"}),
        node("e", {GPU: "8", "cpu": "32"}),
        node("f", {GPU: "8", "rdma/hca": "64"}),
    ]
    found = grouped(nodes)
    assert len(found) == 6
    assert Taint("nvidia.com/gpu", "present", "NoSchedule") in {
        taint for each in found for taint in each.taints
    }
    rdma = next(each for each in found if len(each.devices) == 2)
    assert (rdma.devices[1].resource, rdma.devices[1].count, rdma.devices[1].mode) == (
        "rdma/hca",
        64,
        Mode.OTHER,
    )


def test_memory_is_that_of_the_smallest_node_in_whole_gibibytes() -> None:
    nodes = [node("a", {"memory": "131900000Ki"}), node("b", {"memory": "131899000Ki"})]
    (only,) = grouped(nodes)
    assert (only.memory, only.cpu) == ("125Gi", 64)
    assert grouped([node("s", {"memory": "900Mi", "cpu": "1500m"})])[0].memory == "900Mi"


def test_devices_of_dra_drivers_count() -> None:
    (only,) = grouped([node("gpu-1", {})], resource_slice(gpu_device("g0"), gpu_device("g1")))
    assert hardware(only) == "2×H100-80G dra"


def test_further_labels_tell_groups_apart_where_they_are_asked_for() -> None:
    nodes = [node("a", labels={"team": "x"}), node("b", labels={"team": "y"})]
    assert len(grouped(nodes)) == 1
    assert [each.labels for each in grouped(nodes, labels={"team"})] == [{"team": "x"}, {"team": "y"}]


def test_no_node_is_no_group() -> None:
    assert grouped([]) == ()
