"""Devices of Dynamic Resource Allocation: from slices and claims, beside what plugins offer."""

import random

import pytest

from dlctl.nodes.inventory.model import Mode
from dlctl.nodes.inventory.totals import totals
from tests.nodes.inventory.objects import (
    GPU,
    Body,
    claim,
    codes,
    gpu_device,
    inventory,
    node,
    only_devices,
    only_node,
    pod,
    resource_slice,
    takes,
)

FOUR = tuple(gpu_device(f"gpu-{n}") for n in range(4))
BARE = node(capacity={}, labels={"nvidia.com/gpu.present": "true"})


def test_what_is_allocated_is_used_also_where_no_pod_runs() -> None:
    found = inventory(
        [BARE], slices=[resource_slice(*FOUR)], claims=[claim("gpu-0"), claim("gpu-1", "gpu-2")]
    )
    devices = only_devices(found)
    assert (devices.kind.label, devices.kind.mode, devices.kind.resource) == (
        "H100-80G dra",
        Mode.DRA,
        "gpu.nvidia.com",
    )
    assert (devices.capacity, devices.used, devices.free) == (4, 3, 1)
    assert only_node(found).status == ()
    assert codes(found) == []


def test_a_device_that_several_claims_hold_counts_once() -> None:
    found = inventory([BARE], slices=[resource_slice(*FOUR)], claims=[claim("gpu-0"), claim("gpu-0")])
    assert only_devices(found).used == 1


def test_admin_access_takes_nothing() -> None:
    found = inventory([BARE], slices=[resource_slice(*FOUR)], claims=[claim("gpu-0", adminAccess=True)])
    assert only_devices(found).used == 0


def test_only_the_newest_generation_of_a_pool_counts_whatever_the_order() -> None:
    slices = [
        resource_slice(*FOUR, generation=1),
        resource_slice(gpu_device("gpu-0"), generation=2, slices=2),
        resource_slice(gpu_device("gpu-1"), generation=2, slices=2),
    ]
    for seed in range(6):
        random.Random(seed).shuffle(slices)
        assert only_devices(inventory([BARE], slices=slices)).capacity == 2


def test_a_pool_of_which_slices_are_missing_is_not_counted() -> None:
    found = inventory([node(capacity={})], slices=[resource_slice(*FOUR, slices=2)])
    assert only_node(found).devices == ()


def test_a_taint_of_the_vendor_only_says_that_a_node_has_its_devices() -> None:
    tainted = node(capacity={}, taints=[{"key": "nvidia.com/gpu", "effect": "NoSchedule"}])
    (found,) = inventory([tainted], slices=[resource_slice(gpu_device("gpu-0"))]).nodes
    assert found.status == ()
    (other,) = inventory([tainted], slices=[resource_slice(gpu_device("gpu-0"), driver="gpu.amd.com")]).nodes
    assert other.status == ("Taint(nvidia.com/gpu)",)


def test_a_tainted_device_is_bad() -> None:
    sick = gpu_device("gpu-9", taints=[{"key": "sick", "effect": "NoExecute"}])
    devices = only_devices(inventory([BARE], slices=[resource_slice(*FOUR, sick)]))
    assert (devices.capacity, devices.bad, devices.free) == (5, 1, 4)


def test_the_older_shape_and_nodes_of_single_devices() -> None:
    old = {"name": "gpu-0", "basic": {"attributes": {"productName": {"string": "Tesla T4"}}}}
    found = inventory([BARE], slices=[resource_slice(old)])
    assert only_devices(found).kind.label == "T4 dra"
    placed = resource_slice(gpu_device("a", nodeName="gpu-1"), gpu_device("b", nodeName="gpu-2"), pool="all")
    del placed["spec"]["nodeName"]
    found = inventory([BARE, node("gpu-2", {})], slices=[placed])
    assert [each.devices[0].capacity for each in found.nodes] == [1, 1]


def test_parts_of_devices_and_plugins_devices_are_kinds_of_their_own() -> None:
    part = gpu_device("mig-0", attributes={})
    part["attributes"] = {
        "productName": {"string": "NVIDIA H100 80GB HBM3"},
        "type": {"string": "mig"},
        "gpu.nvidia.com/profile": {"string": "1g.10gb"},
    }
    labels = {"nvidia.com/gpu.product": "NVIDIA-H100-80GB-HBM3"}
    found = inventory([node(capacity={GPU: "4"}, labels=labels)], slices=[resource_slice(*FOUR, part)])
    assert [(total.kind.title, total.total) for total in totals(found.nodes)] == [
        ("H100-80G", 4),
        ("H100-80G 1g.10gb dra", 1),
        ("H100-80G dra", 4),
    ]


def test_drivers_of_networks_are_no_accelerators() -> None:
    found = inventory([node(capacity={})], slices=[resource_slice(gpu_device("nic"), driver="dra.net")])
    assert only_node(found).devices == ()


def test_pods_hold_what_their_claims_hold() -> None:
    found = inventory(
        [BARE],
        [pod(takes(), name="train"), pod(takes(), name="other")],
        [resource_slice(*FOUR)],
        [claim("gpu-0", "gpu-1", holders=["train"])],
    )
    pods = only_node(found).pods
    assert pods is not None
    assert [(each.name, each.counts) for each in pods] == [("train", (("gpu.nvidia.com", 2),))]


MEMORY = {"name": "gpu-0", "counters": {"memory": {"value": "8Gi"}, "slices": {"value": "7"}}}


def part(name: str, memory: str, slices: str, type_: str = "mig", profile: str = "") -> Body:
    """A device that shares counters with others."""
    counters = {"memory": {"value": memory}, "slices": {"value": slices}}
    made = gpu_device(name, consumesCounters=[{"counterSet": "gpu-0", "counters": counters}])
    made["attributes"] |= {"type": {"string": type_}, "profile": {"string": profile}}
    return made


PARTS = (
    part("whole", "8Gi", "7", "gpu"),
    *(part(f"small-{n}", "1Gi", "1", profile="1g") for n in range(7)),
    *(part(f"large-{n}", "4Gi", "3", profile="3g") for n in range(3)),
)


@pytest.mark.parametrize(
    ("held", "free"),
    [
        ([], {"": 1, "1g": 7, "3g": 2}),
        (["small-0"], {"": 0, "1g": 6, "3g": 1}),
        (["large-0"], {"": 0, "1g": 4, "3g": 1}),
        (["large-0", "large-1"], {"": 0, "1g": 0, "3g": 0}),
        (["whole"], {"": 0, "1g": 0, "3g": 0}),
    ],
)
@pytest.mark.parametrize("apart", [False, True])
def test_devices_whose_counters_are_used_up_are_not_free(
    held: list[str], free: dict[str, int], apart: bool
) -> None:
    """The counters stand in a slice with devices, or in one of their own."""
    body = resource_slice(*PARTS, slices=1 + apart)
    counters = resource_slice(slices=2) if apart else body
    counters["spec"]["sharedCounters"] = [MEMORY]
    found = inventory(
        [BARE], slices=[body, counters] if apart else [body], claims=[claim(*held)] if held else []
    )
    devices = {each.kind.part: each for each in only_node(found).devices}
    assert {name: each.free for name, each in devices.items()} == free
    assert sum(each.used or 0 for each in devices.values()) == len(held)
    assert {name: each.capacity for name, each in devices.items()} == {"": 1, "1g": 7, "3g": 3}
    assert codes(found) == []
    for each in devices.values():
        assert each.used is not None
        assert each.used + each.blocked + (each.free or 0) == each.capacity


def test_an_admin_takes_nothing_of_counters() -> None:
    body = resource_slice(*PARTS)
    body["spec"]["sharedCounters"] = [MEMORY]
    found = inventory([BARE], slices=[body], claims=[claim("whole", adminAccess=True)])
    assert [each.free for each in only_node(found).devices] == [1, 7, 2]


def test_counters_of_two_pools_are_not_the_same() -> None:
    slices = [resource_slice(*PARTS, pool=pool) for pool in ("a", "b")]
    for body in slices:
        body["spec"]["sharedCounters"] = [MEMORY]
    found = inventory([BARE], slices=slices, claims=[claim("whole", pool="a")])
    assert [each.free for each in only_node(found).devices] == [1, 7, 2]
