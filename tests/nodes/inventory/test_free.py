"""How many devices are free: what each pod takes, which pods count, and which nodes give."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlctl.nodes.inventory.requests import pod_requests
from dlctl.nodes.inventory.totals import totals
from tests.nodes.inventory.objects import (
    GPU,
    READY,
    Body,
    codes,
    inventory,
    node,
    only_devices,
    only_node,
    pod,
    sidecar,
    takes,
)


def gpus(body: Body) -> int:
    return pod_requests(body).get(GPU, 0) // 1000


@pytest.mark.parametrize(
    ("containers", "init", "taken"),
    [
        pytest.param([takes(gpus=4)], [sidecar(gpus=2)], 6, id="a-sidecar-is-added"),
        pytest.param([takes(gpus=2)], [takes(gpus=8)], 8, id="b-a-larger-init-container-counts"),
        pytest.param(
            [takes(gpus=2)], [sidecar(gpus=1), takes(gpus=4)], 5, id="c-sidecar-before-the-init-container"
        ),
        pytest.param(
            [takes(gpus=2)], [takes(gpus=4), sidecar(gpus=1)], 4, id="d-sidecar-after-the-init-container"
        ),
        pytest.param([takes(gpus=1), takes(gpus=2)], [], 3, id="containers-are-added"),
        pytest.param([takes(gpus=1)], [takes(gpus=2), takes(gpus=3)], 3, id="init-containers-are-not"),
        pytest.param(
            [takes(gpus=1)], [sidecar(gpus=1), takes(gpus=2), sidecar(gpus=4)], 6, id="two-sidecars"
        ),
        pytest.param([takes(limits={GPU: "2"})], [], 2, id="a-limit-stands-for-a-missing-request"),
        pytest.param([takes(requests={GPU: "2000m"})], [], 2, id="in-thousandths"),
        pytest.param([takes(requests={GPU: "1k"})], [], 1000, id="with-a-unit"),
        pytest.param([takes(), {"name": "bare"}], [], 0, id="nothing"),
    ],
)
def test_what_a_pod_takes(containers: list[Body], init: list[Body], taken: int) -> None:
    assert gpus(pod(*containers, init=init)) == taken


def test_e_overhead_is_added_to_what_it_names_alone() -> None:
    found = pod_requests(pod(takes(gpus=1, name="main"), overhead={"cpu": "250m"}))
    assert found == {GPU: 1000, "cpu": 250}


def test_overhead_comes_on_top_of_the_init_containers() -> None:
    body = pod(takes(requests={"cpu": "1"}), init=[takes(requests={"cpu": "3"})], overhead={"cpu": "500m"})
    assert pod_requests(body) == {"cpu": 3500}


def test_resources_of_the_whole_pod_replace_cpu_and_memory_alone() -> None:
    body = pod(
        takes(requests={"cpu": "1", "memory": "1Gi", GPU: "2"}),
        resources={"requests": {"cpu": "4", GPU: "9"}, "limits": {"cpu": "8", "hugepages-2Mi": "4Mi"}},
        overhead={"cpu": "1"},
    )
    found = pod_requests(body)
    assert {name: value // 1000 for name, value in found.items()} == {
        "cpu": 5,
        "memory": 1 << 30,
        GPU: 2,
        "hugepages-2Mi": 4 << 20,
    }


def test_a_resize_counts_from_when_it_is_asked_until_it_is_done() -> None:
    """Downwards: what the container still has. Devices cannot be resized."""
    given = {
        "name": "main",
        "allocatedResources": {"cpu": "6", GPU: "8"},
        "resources": {"requests": {"cpu": "7"}},
    }
    body = pod(takes(requests={"cpu": "2", GPU: "1"}), status={"containerStatuses": [given]})
    assert pod_requests(body) == {"cpu": 7000, GPU: 1000}


def test_f_a_pod_that_is_being_deleted_counts() -> None:
    found = only_devices(inventory([node()], [pod(takes(gpus=8), deleting=True)]))
    assert (found.used, found.free) == (8, 0)


@pytest.mark.parametrize("phase", ["Succeeded", "Failed"])
def test_g_a_pod_that_has_ended_does_not(phase: str) -> None:
    found = only_devices(inventory([node()], [pod(takes(gpus=8), phase=phase)]))
    assert (found.used, found.free) == (0, 8)


@pytest.mark.parametrize("phase", ["Unknown", "Pending", "Running"])
def test_a_pod_in_any_other_phase_counts(phase: str) -> None:
    assert only_devices(inventory([node()], [pod(takes(gpus=3), phase=phase)])).used == 3


def test_a_static_pod_counts() -> None:
    body = pod(takes(gpus=1))
    body["metadata"]["annotations"] = {"kubernetes.io/config.mirror": "x"}
    assert only_devices(inventory([node()], [body])).used == 1


def test_h_a_device_that_died_leaves_nothing_free_and_a_finding() -> None:
    found = inventory([node(capacity={GPU: "8"}, allocatable={GPU: "7"})], [pod(takes(gpus=8))])
    devices = only_devices(found)
    assert (devices.capacity, devices.allocatable, devices.used) == (8, 7, 8)
    assert (devices.idle, devices.free, devices.bad, devices.overcommitted) == (0, 0, 1, True)
    assert {"overcommitted", "unhealthy"} <= set(codes(found))


def test_i_a_cordoned_node_has_idle_devices_and_none_free() -> None:
    found = inventory([node(unschedulable=True)])
    devices = only_devices(found)
    assert only_node(found).status == ("Cordoned",)
    assert (devices.idle, devices.free) == (8, 0)


def test_what_a_claim_has_already_is_not_counted_twice() -> None:
    status = {"extendedResourceClaimStatus": {"requestMappings": [{"resourceName": GPU}]}}
    found = only_devices(inventory([node()], [pod(takes(gpus=2), status=status)]))
    assert found.used == 0


def test_a_part_of_a_device_is_a_finding() -> None:
    found = inventory([node()], [pod(takes(requests={GPU: "1500m"}))])
    assert only_devices(found).used == 2
    assert "fractional-request" in codes(found)


def test_pods_of_other_nodes_do_not_count() -> None:
    found = inventory([node("a"), node("b")], [pod(takes(gpus=2), on="a"), pod(takes(gpus=1), on="gone")])
    assert [each.devices[0].used for each in found.nodes] == [2, 0]


def test_pods_without_a_node_are_demand() -> None:
    waiting = [
        pod(takes(gpus=8), on="", name="one-0", owner="one", phase="Pending"),
        pod(takes(gpus=8), on="", name="one-1", owner="one", phase="Pending"),
        pod(takes(gpus=1), on="", name="alone", phase="Pending"),
        pod(takes(gpus=4), on="", name="held", phase="Pending", schedulingGates=[{"name": "kueue"}]),
        pod(takes(gpus=4), on="", name="going", phase="Pending", deleting=True),
        pod(takes(requests={"cpu": "1"}), on="", name="plain", phase="Pending"),
    ]
    found = inventory([node()], waiting)
    assert found.pending is not None
    assert found.gated is not None
    assert (found.pending.counts, found.pending.pods, found.pending.owners) == (((GPU, 17),), 3, 2)
    assert (found.gated.counts, found.gated.owners) == (((GPU, 4),), 1)
    assert only_devices(found).used == 0


def test_a_nominated_pod_is_demand_and_takes_nothing_off() -> None:
    waiting = pod(takes(gpus=8), on="", phase="Pending", status={"nominatedNodeName": "gpu-1"})
    found = inventory([node()], [waiting])
    devices = only_devices(found)
    assert (devices.free, devices.nominated) == (8, 8)
    assert found.pending is not None
    assert found.pending.counts == ((GPU, 8),)


def test_cpu_and_memory_are_counted_of_every_pod() -> None:
    plain = pod(takes(requests={"cpu": "1500m", "memory": "1Gi"}))
    found = only_node(inventory([node()], [plain, pod(takes(requests={"cpu": "500m"}))]))
    assert (found.cpu.free, found.memory.free) == (62_000, 255 << 30)
    assert found.pods == ()


def test_without_pods_what_is_used_is_not_known() -> None:
    from dlctl.nodes.inventory.collect import Collection, Wanted

    collection = Collection(Wanted())
    collection.add_node(node(capacity={GPU: "8"}, allocatable={GPU: "7"}))
    collection.without_pods("no")
    found = collection.inventory()
    devices = only_devices(found)
    assert (devices.used, devices.free, devices.idle) == (None, None, None)
    assert (devices.capacity, devices.bad) == (8, 1)
    assert (found.pending, found.gated, found.notes) == (None, None, ("no",))


resources = st.sampled_from([GPU, "nvidia.com/mig-1g.10gb", "amd.com/gpu", "rdma/hca"])
amount = st.integers(0, 12)
container = st.dictionaries(resources, amount).map(
    lambda wanted: takes(requests={name: str(value) for name, value in wanted.items()})
)
names = st.sampled_from(["gpu-1", "gpu-2", "gpu-10", "other", ""])
pods = st.lists(
    st.builds(
        lambda containers, init, on, phase, gone: pod(
            *containers, init=init, on=on, phase=phase, deleting=gone
        ),
        st.lists(container, min_size=1, max_size=3),
        st.lists(container | container.map(lambda each: {**each, "restartPolicy": "Always"}), max_size=3),
        names,
        st.sampled_from(["Running", "Pending", "Unknown", "Succeeded", "Failed"]),
        st.booleans(),
    ),
    max_size=8,
)


def nodes_with(capacity: dict[str, int], cordoned: list[bool], bad: int) -> list[Body]:
    return [
        node(
            name,
            {key: str(value) for key, value in capacity.items()},
            {key: str(max(0, value - bad)) for key, value in capacity.items()},
            unschedulable=hidden,
        )
        for name, hidden in zip(["gpu-10", "gpu-2", "gpu-1"], cordoned, strict=True)
    ]


some_nodes = st.builds(
    nodes_with,
    st.dictionaries(resources, st.integers(0, 8)),
    st.lists(st.booleans(), min_size=3, max_size=3),
    st.integers(0, 2),
)


@given(some_nodes, pods)
def test_like_devices_add_up_whatever_pods_there_are(nodes: list[Body], found_pods: list[Body]) -> None:
    found = inventory(nodes, found_pods)
    for each in (devices for one in found.nodes for devices in one.devices):
        assert each.used is not None
        assert each.idle is not None
        assert each.free is not None
        assert min(each.idle, each.free, each.bad, each.used) >= 0
        assert each.bad + each.allocatable == each.capacity
        assert each.overcommitted is (each.used > each.allocatable)
        assert each.overcommitted or each.idle + each.used == each.allocatable
        assert each.free in (0, each.idle)
    for total in totals(found.nodes):
        same = [d for one in found.nodes for d in one.devices if d.kind == total.kind]
        assert total.total == sum(d.capacity for d in same)
        assert total.free is not None
        assert total.unusable is not None
        assert total.free + total.unusable == sum(d.idle or 0 for d in same)
        assert total.largest == max(d.free or 0 for d in same)


@given(some_nodes, pods, st.randoms())
def test_the_order_of_objects_does_not_matter(nodes: list[Body], found_pods: list[Body], random: Any) -> None:
    first = inventory(nodes, found_pods)
    assert [each.name for each in first.nodes] == ["gpu-1", "gpu-2", "gpu-10"]
    random.shuffle(nodes)
    other = list(found_pods)
    random.shuffle(other)
    again = inventory(nodes, other)
    assert [each.devices for each in again.nodes] == [each.devices for each in first.nodes]
    assert (again.pending, again.gated) == (first.pending, first.gated)


@given(pods)
def test_a_node_is_used_as_much_as_its_pods_take(found_pods: list[Body]) -> None:
    found = inventory([node(capacity={GPU: "8", "amd.com/gpu": "8"})], found_pods)
    here = [each for each in found_pods if each["spec"].get("nodeName") == "gpu-1"]
    alive = [each for each in here if each["status"]["phase"] not in ("Succeeded", "Failed")]
    for devices in only_node(found).devices:
        taken = [pod_requests(each).get(devices.kind.resource, 0) // 1000 for each in alive]
        assert devices.used == sum(taken)


def test_ready_is_a_condition() -> None:
    assert only_node(inventory([node(conditions=[{**READY, "status": "Unknown"}])])).status == ("NotReady",)
