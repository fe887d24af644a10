"""Claims of devices: which nodes have what they ask for, by class, selectors, constraints and holders."""

import time
from collections.abc import Iterable, Mapping
from typing import Any

import pytest
from msgspec.structs import replace

from dlctl.nodes.fit.check import check
from dlctl.nodes.fit.devices.model import DeviceState
from dlctl.nodes.fit.devices.read_slices import device_state, with_slices
from dlctl.nodes.fit.model import ClusterState, PodRequest
from dlctl.nodes.fit.read_cluster import read_state
from dlctl.nodes.fit.report import GroupFit
from dlctl.sandbox.nodes.devices import classes_of, slices_of
from tests.nodes.fit.objects import FITS, NEVER, UNKNOWN, WAITS, Body, node, pod, spec, texts, want

GPU, MIG = "gpu.nvidia.com", "mig.nvidia.com"
H100 = {"count": 8, "product": "NVIDIA H100 80GB HBM3", "memory": "81559Mi"}
SLICE_OF_H100 = {"count": 7, "product": "NVIDIA H100 80GB HBM3", "memory": "10Gi", "profile": "1g.10gb"}
OWN = f'device.attributes["{GPU}"]'
MEMORY = f'device.capacity["{GPU}"].memory'


def asking(name: str = "gpu", count: int = 1, device_class: str = GPU, **more: Any) -> Body:
    """A request for devices; `selectors` are expressions."""
    selectors = [{"cel": {"expression": text}} for text in more.pop("selectors", ())]
    own = {"deviceClassName": device_class, "selectors": selectors, **more}
    return {"name": name, "exactly": own if more.get("allocationMode") == "All" else {"count": count, **own}}


def claim_spec(*requests: Body, **more: Any) -> Body:
    return {"devices": {"requests": list(requests or [asking()]), **more}}


def template(body: Body | None = None, name: str = "t") -> Body:
    return {"metadata": {"name": name, "namespace": "ml"}, "spec": {"spec": body or claim_spec()}}


def claim(name: str, *ids: tuple[str, str], users: Iterable[str] = (), **more: Any) -> Body:
    """A ResourceClaim with devices, as node and name; none where it has none yet."""
    results = [{"driver": GPU, "pool": pool, "device": device, **more} for pool, device in ids]
    status = {
        "allocation": {"devices": {"results": results}},
        "reservedFor": [{"resource": "pods", "name": user} for user in users],
    }
    return {
        "metadata": {"name": name, "namespace": "ml"},
        "spec": claim_spec(),
        "status": status if ids else {},
    }


def devices(
    on: Mapping[str, list[Body]],
    templates: Iterable[Body] = (),
    claims: Iterable[Body] = (),
    pods: Iterable[str] = (),
    classes: Iterable[Body] | None = None,
) -> tuple[DeviceState, Any]:
    groups = [group for each in on.values() for group in each]
    slices = [each for name, own in on.items() for each in slices_of(name, own)]
    made = classes_of(groups) if classes is None else classes
    return device_state(slices, claims, templates, made, frozenset(("ml", name) for name in pods))


def state(nodes: Iterable[str], found: DeviceState, pods: Iterable[Body] = ()) -> ClusterState:
    return read_state([node(name) for name in nodes], pods, devices=found)


def claiming(count: int = 1, **more: Any) -> PodRequest:
    """Pods that each make a claim of the template `t`, or of others."""
    names = more.pop("templates", ["t"])
    entries = more.pop("entries", None) or [
        {"name": f"c{index}", "resourceClaimTemplateName": name} for index, name in enumerate(names)
    ]
    return want(spec(resourceClaims=entries), count, kind="Job", **more)


def fit(on: Mapping[str, list[Body]], request: PodRequest, *templates: Body, **more: Any) -> GroupFit:
    found, _ = devices(on, templates or [template()], **more)
    (only,) = check(state(on, found), [request]).groups
    return only


def test_pods_are_placed_where_devices_are() -> None:
    found = fit({"n1": [H100], "n2": [H100], "n3": []}, claiming(4), template(claim_spec(asking(count=4))))

    assert (found.verdict, dict(found.on), found.asks) == (FITS, {"n1": 2, "n2": 2}, f"4 {GPU}")
    assert [(each.resource, each.total, each.largest) for each in found.left] == [(GPU, 0, 0)]
    assert found.devices


def test_more_than_there_is_never_fits() -> None:
    five = fit({"n1": [H100]}, claiming(5), template(claim_spec(asking(count=2))))
    nine = fit({"n1": [H100]}, claiming(), template(claim_spec(asking(count=9))))
    other = fit({"n1": [H100]}, claiming(), template(claim_spec(asking(device_class=MIG))))

    assert (five.verdict, five.placed) == (NEVER, 4)
    assert texts(nine) == [
        f"1 resource claim: has too few devices that match together (8): 9 {GPU} claimed",
    ]
    assert texts(other) == [f"1 resource claim: has no device that matches: 1 {MIG} claimed"]


def test_a_request_that_no_node_can_satisfy_ends_the_search() -> None:
    """There are 7·10^15 ways to take 28 of 56 devices: none is tried where the other request gets nothing."""
    body = template(claim_spec(asking("a", 28, MIG), asking("b", 9)))
    begun = time.process_time()
    found = fit({f"n{index}": [H100, {**SLICE_OF_H100, "count": 56}] for index in range(5)}, claiming(), body)
    assert found.verdict is NEVER
    assert time.process_time() - begun < 2, "it was 5 seconds"


@pytest.mark.parametrize(
    ("selectors", "placed"),
    [
        ([f'{OWN}.productName.contains("H100")', f'{MEMORY}.compareTo(quantity("1Gi")) > 0'], 8),
        ([f'{OWN}.productName.contains("A100")'], 0),
        ([f'{MEMORY}.compareTo(quantity("80Gi")) >= 0'], 0),
    ],
)
def test_selectors_count(selectors: list[str], placed: int) -> None:
    found = fit({"n1": [H100]}, claiming(8), template(claim_spec(asking(selectors=selectors))))
    assert found.placed == placed


def test_slices_of_a_gpu_have_a_class_of_their_own() -> None:
    profile = [f'{OWN}.profile == "1g.10gb"']
    body = claim_spec(asking(device_class=MIG, selectors=profile))
    found = fit({"n1": [{**H100, "count": 1}, SLICE_OF_H100]}, claiming(7), template(body))
    assert (found.verdict, dict(found.on)) == (FITS, {"n1": 7})


def test_all_devices_of_a_node_and_the_first_that_can_be_had() -> None:
    everything = template(claim_spec(asking(allocationMode="All")))
    assert dict(fit({"n1": [H100], "n2": [H100]}, claiming(2), everything).on) == {"n1": 1, "n2": 1}

    choices = [
        {"name": "whole", "deviceClassName": GPU, "count": 2},
        {"name": "slice", "deviceClassName": MIG},
    ]
    first = template({"devices": {"requests": [{"name": "gpu", "firstAvailable": choices}]}})
    found = fit({"n1": [{**H100, "count": 3}, SLICE_OF_H100]}, claiming(8), first)
    assert (found.verdict, found.placed) == (FITS, 8), "one pod has two whole ones, seven have a slice"


def test_devices_under_one_root() -> None:
    root = [{"requests": ["a", "b"], "matchAttribute": "resource.kubernetes.io/pcieRoot"}]
    pair = template(claim_spec(asking("a", 3), asking("b"), constraints=root))
    five = template(claim_spec(asking("a", 3), asking("b", 2), constraints=root))
    apart = template(claim_spec(asking("a"), asking("b"), constraints=[
        {"distinctAttribute": "resource.kubernetes.io/pcieRoot"}]))  # fmt: skip

    assert fit({"n1": [H100]}, claiming(3), pair).placed == 2
    assert fit({"n1": [H100]}, claiming(), five).verdict is NEVER
    assert fit({"n1": [H100]}, claiming(4), apart).verdict is FITS
    assert fit({"n1": [{**H100, "count": 4}]}, claiming(), apart).verdict is NEVER


def test_what_other_pods_hold() -> None:
    held = claim("held", *((("n1", f"gpu-{index}")) for index in range(6)), users=["old"])
    found, by_pod = devices({"n1": [H100]}, [template(claim_spec(asking(count=4)))], [held], ["old"])
    old = read_state([], [pod(name="old", owner=("Job", "train"))]).pods or ()
    (only,) = check(_with(state(["n1"], found), old, by_pod), [claiming()]).groups

    assert only.verdict is WAITS
    assert texts(only) == [f"1 resource claim: devices of {GPU} are held"]
    assert [(each.name, each.resource, each.amount) for each in only.holders] == [("ml/train", GPU, 6000)]

    (own,) = check(_with(state(["n1"], found), old, by_pod), [claiming(name="train")]).groups
    assert own.verdict is FITS, "its own pods make room"


def _with(found: ClusterState, pods: Iterable[Any], held: Mapping[Any, Any]) -> ClusterState:
    placed = tuple(replace(each, devices=held.get(("ml", each.name), frozenset())) for each in pods)
    return replace(found, pods=placed)


def test_devices_that_no_pod_uses_any_more_are_held() -> None:
    every = [("n1", f"gpu-{index}") for index in range(8)]
    assert fit({"n1": [H100]}, claiming(), claims=[claim("left", *every)]).verdict is WAITS
    watched = claim("watch", *every, adminAccess=True)
    assert fit({"n1": [H100]}, claiming(), claims=[watched]).verdict is FITS


def test_a_claim_that_has_its_devices_binds_pods_to_their_node() -> None:
    entries = [{"name": "gpu", "resourceClaimName": "shared"}]
    shared = claim("shared", ("n2", "gpu-0"), users=["first"])
    found = fit({"n1": [H100], "n2": [H100]}, claiming(3, entries=entries), claims=[shared], pods=["first"])
    assert (found.verdict, dict(found.on)) == (FITS, {"n2": 3})

    fresh = fit({"n1": [H100]}, claiming(2, entries=entries), claims=[claim("shared")])
    assert fresh.verdict is UNKNOWN
    assert "first" in fresh.reasons[0].message


@pytest.mark.parametrize(
    ("request_", "more", "message"),
    [
        (claiming(templates=["none"]), {}, "ResourceClaimTemplate none does not exist"),
        (claiming(entries=[{"resourceClaimName": "gone"}]), {}, "ResourceClaim gone does not exist"),
        (claiming(), {"classes": []}, f"DeviceClass {GPU} does not exist"),
    ],
)
def test_what_claims_name_must_be_there(request_: PodRequest, more: Any, message: str) -> None:
    found = fit({"n1": [H100]}, request_, **more)
    assert found.verdict is WAITS
    assert found.reasons[0].message == message
    assert found.reasons[0].field == "spec.resourceClaims"


def test_a_selector_that_is_not_evaluated_leaves_it_open() -> None:
    odd = template(claim_spec(asking(selectors=[f"{OWN}.index + 1 == 2"])))
    fails = template(claim_spec(asking(selectors=[f"{OWN}.index == 2"])))

    assert fit({"n1": [H100]}, claiming(), odd).verdict is UNKNOWN
    assert fit({"n1": [H100]}, claiming(9), odd).verdict is NEVER, "it has 8, whichever match"
    failing = fit({"n1": [H100]}, claiming(), fails)
    assert failing.verdict is WAITS
    assert "no such key: index" in failing.reasons[0].message


def test_shared_counters_and_taints_of_devices() -> None:
    (whole,) = slices_of("n1", [H100 | {"count": 1}, SLICE_OF_H100])
    whole["spec"]["sharedCounters"] = [{"name": "gpu-0", "counters": {"memory": {"value": "80Gi"}}}]
    for each, amount in zip(whole["spec"]["devices"], ["80Gi", *["10Gi"] * 7], strict=True):
        each["consumesCounters"] = [{"counterSet": "gpu-0", "counters": {"memory": {"value": amount}}}]
    classes = list(classes_of([H100]))
    one_slice = template(claim_spec(asking(device_class=MIG)))
    held = claim("held", ("n1", "gpu-0"), users=["old"])

    free, _ = device_state([whole], [], [one_slice], classes, frozenset())
    taken, _ = device_state([whole], [held], [one_slice], classes, frozenset())
    (seven,) = check(state(["n1"], free), [claiming(7)]).groups
    (none,) = check(state(["n1"], taken), [claiming()]).groups
    assert (seven.verdict, none.verdict) == (FITS, WAITS)

    both = [one_slice, template(name="whole")]
    apart, _ = device_state([whole], [], both, classes, frozenset())
    (two_claims,) = check(state(["n1"], apart), [claiming(templates=["t", "whole"])]).groups
    assert two_claims.verdict is NEVER, "a slice takes of the memory of the only GPU"

    (slice_,) = slices_of("n1", [H100])
    for each in slice_["spec"]["devices"]:
        each["taints"] = [{"key": "broken", "effect": "NoSchedule"}]
    tolerant = template(claim_spec(asking(tolerations=[{"key": "broken", "operator": "Exists"}])), "tolerant")
    tainted, _ = device_state([slice_], [], [template(), tolerant], classes, frozenset())
    (kept_away,) = check(state(["n1"], tainted), [claiming()]).groups
    (tolerated,) = check(state(["n1"], tainted), [claiming(templates=["tolerant"])]).groups
    assert (kept_away.verdict, tolerated.verdict) == (NEVER, FITS)


def test_pools_count_once_they_are_complete_and_by_their_newest_generation() -> None:
    (old,), (new,) = slices_of("n1", [H100]), slices_of("n1", [{**H100, "count": 2}])
    new["spec"]["pool"] = {"name": "n1", "generation": 2, "resourceSliceCount": 1}
    (part,) = slices_of("n1", [H100])
    part["spec"]["pool"]["resourceSliceCount"] = 2
    classes = list(classes_of([H100]))

    both, _ = device_state([new, old], [], [template()], classes, frozenset())
    half, _ = device_state([part], [], [template()], classes, frozenset())
    assert check(state(["n1"], both), [claiming(3)]).groups[0].placed == 2
    assert check(state(["n1"], half), [claiming()]).groups[0].verdict is NEVER
    added = with_slices(half, slices_of("n2", [H100]))
    assert dict(check(state(["n1", "n2"], added), [claiming()]).groups[0].on) == {"n2": 1}


def test_devices_of_several_nodes_leave_it_open() -> None:
    (slice_,) = slices_of("n1", [H100])
    del slice_["spec"]["nodeName"]
    slice_["spec"]["allNodes"] = True
    (own,) = slices_of("n2", [H100])
    found, _ = device_state([slice_, own], [], [template()], list(classes_of([H100])), frozenset())
    (only,) = check(state(["n2"], found), [claiming()]).groups
    assert only.verdict is UNKNOWN
    assert "several nodes" in only.reasons[0].message
