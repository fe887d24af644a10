"""What else a row tells: whether a node takes pods, its network, its place; and which rows there are."""

import pytest

from dlctl.nodes.inventory.collect import Wanted
from dlctl.nodes.inventory.node_status import Toleration
from dlctl.nodes.inventory.order import natural_key
from dlctl.nodes.inventory.select import Counted, Shown, counted, rows
from tests.nodes.inventory.objects import GPU, READY, inventory, node, only_devices, only_node, pod, takes

NFD = "feature.node.kubernetes.io/"


def taint(key: str, effect: str = "NoSchedule", value: str = "") -> dict[str, str]:
    return {"key": key, "effect": effect, "value": value}


@pytest.mark.parametrize(
    ("taints", "status"),
    [
        ([taint(GPU, value="present")], ()),
        ([taint("team", value="a")], ("Taint(team)",)),
        (
            [taint("team"), taint("maintenance", "NoExecute"), taint("team", "NoExecute")],
            ("Taint(team,maintenance)",),
        ),
        ([taint("team", "PreferNoSchedule")], ()),
        ([taint("node.kubernetes.io/disk-pressure")], ()),
        ([taint("amd.com/gpu")], ("Taint(amd.com/gpu)",)),
    ],
)
def test_taints_that_keep_pods_away(taints: list[dict[str, str]], status: tuple[str, ...]) -> None:
    assert only_node(inventory([node(taints=taints)])).status == status


def test_a_taint_of_the_vendor_is_of_its_parts_too() -> None:
    found = inventory([node(capacity={"nvidia.com/mig-1g.10gb": "7"}, taints=[taint(GPU)])])
    assert only_node(found).status == ()


@pytest.mark.parametrize(
    ("toleration", "usable"),
    [
        ({"operator": "Exists"}, True),
        ({"key": "team", "operator": "Exists"}, True),
        ({"key": "team", "value": "a"}, True),
        ({"key": "team", "value": "b"}, False),
        ({"key": "team", "operator": "Exists", "effect": "NoExecute"}, False),
        ({"key": "other", "operator": "Exists"}, False),
    ],
)
def test_a_taint_that_is_tolerated_does_not_count(toleration: dict[str, str], usable: bool) -> None:
    wanted = Wanted(tolerated=[[Toleration.read(toleration)]])
    found = inventory([node(taints=[taint("team", value="a")])], wanted=wanted)
    assert only_node(found).usable is usable


def test_all_reasons_in_one_order() -> None:
    conditions = [
        {"type": "MemoryPressure", "status": "True"},
        {"type": "DiskPressure", "status": "True"},
        {"type": "PIDPressure", "status": "False"},
        {**READY, "status": "False"},
    ]
    taints = [taint("node.kubernetes.io/unreachable", "NoExecute"), taint("mine")]
    found = inventory([node(conditions=conditions, unschedulable=True, taints=taints)])
    assert only_node(found).status == ("NotReady", "Cordoned", "Pressure(disk,memory)", "Taint(mine)")
    assert only_devices(found).free == 0


def test_a_node_that_says_nothing_is_not_ready() -> None:
    assert only_node(inventory([{"metadata": {"name": "new"}}])).status == ("NotReady",)


@pytest.mark.parametrize(
    ("labels", "capacity", "shown"),
    [
        ({}, {}, "None"),
        ({f"{NFD}rdma.capable": "true"}, {}, "None"),
        ({f"{NFD}rdma.available": "true"}, {}, "yes"),
        ({f"{NFD}custom-rdma.available": "true"}, {}, "yes"),
        ({f"{NFD}custom-rdma.enabled": "true"}, {}, "yes"),
        ({}, {"rdma/hca_shared_devices_a": "64"}, "yes"),
        ({}, {"rdma/hca": "0"}, "None"),
        ({f"{NFD}rdma.infiniband": "true", f"{NFD}nic-connectx-7.present": "true"}, {}, "400G IB"),
        (
            {f"{NFD}rdma.roce": "true", f"{NFD}nic-connectx-4-lx.present": "true"},
            {"rdma/a": "32"},
            "25G RoCE",
        ),
        (
            {
                f"{NFD}rdma.infiniband": "true",
                f"{NFD}nic-connectx-7.present": "true",
                f"{NFD}nic-connectx-7.count": "4",
            },
            {},
            "4×400G IB",
        ),
        (
            {
                f"{NFD}rdma.infiniband": "true",
                f"{NFD}nic-connectx-7.present": "true",
                f"{NFD}nic-connectx-6-dx.present": "true",
            },
            {},
            "IB",
        ),
        (
            {
                "dlctl.dev/rdma.fabric": "infiniband",
                "dlctl.dev/rdma.state": "active",
                "dlctl.dev/rdma.ports": "4",
                "dlctl.dev/rdma.rate": "400",
                f"{NFD}nic-connectx-5.present": "true",
            },
            {"rdma/hca_shared_devices_a": "64"},
            "4×400G IB",
        ),
        ({"dlctl.dev/rdma.fabric": "roce", "dlctl.dev/rdma.state": "down"}, {}, "RoCE down"),
        ({}, {"vpc.amazonaws.com/efa": "32"}, "32 EFA"),
        ({}, {"nvidia.com/hostdev": "8"}, "8"),
    ],
)
def test_the_network_by_labels_and_resources(
    labels: dict[str, str], capacity: dict[str, str], shown: str
) -> None:
    assert str(only_node(inventory([node(capacity=capacity, labels=labels)])).rdma) == shown


def test_names_are_in_natural_order() -> None:
    names = ["gpu-10", "gpu-9", "a100-1", "gpu-09", "9", "10", "node", "gpu-9-b"]
    assert sorted(names, key=natural_key) == [
        "9",
        "10",
        "a100-1",
        "gpu-09",
        "gpu-9",
        "gpu-9-b",
        "gpu-10",
        "node",
    ]


POOL = [
    node("full", {GPU: "8"}, labels={"nvidia.com/gpu.product": "NVIDIA-H100-80GB-HBM3"}),
    node("half", {GPU: "8"}, labels={"nvidia.com/gpu.product": "NVIDIA-H100-80GB-HBM3"}),
    node(
        "small",
        {GPU: "4", "rdma/hca": "8"},
        labels={"nvidia.com/gpu.product": "Tesla-T4"},
        unschedulable=True,
    ),
    node("plain", {}),
]


def listed(which: Counted, shown: Shown) -> list[tuple[str, int]]:
    found = inventory(POOL, [pod(takes(gpus=4), on="half")], wanted=Wanted(which.asks_for))
    return [(each.name, len(each.devices)) for each in rows(counted(found, which).nodes, shown)]


@pytest.mark.parametrize(
    ("which", "shown", "names"),
    [
        (Counted(), Shown(), "full half small"),
        (Counted(), Shown(all_nodes=True), "full half plain small"),
        (Counted(), Shown(ready=True), "full half"),
        (Counted(), Shown(free=8), "full"),
        (Counted(), Shown(free=4), "full half"),
        (Counted(), Shown(free=4, all_nodes=True), "full half"),
        (Counted("h100"), Shown(), "full half"),
        (Counted("H100-80G"), Shown(free=5), "full"),
        (Counted("MI300X"), Shown(), ""),
        (Counted(resources=("rdma/*",)), Shown(), "small"),
        (Counted("T4", (GPU,)), Shown(), "small"),
    ],
)
def test_which_nodes_have_rows(which: Counted, shown: Shown, names: str) -> None:
    assert [name for name, _ in listed(which, shown)] == names.split()


def test_a_resource_that_is_asked_for_is_shown_by_its_name() -> None:
    which = Counted(resources=("rdma/hca",))
    found = counted(inventory(POOL, wanted=Wanted(which.asks_for)), which)
    (devices,) = next(each.devices for each in found.nodes if each.name == "small")
    assert (devices.kind.label, devices.capacity) == ("rdma/hca", 8)
