"""Whole verdicts: several pods, gangs, preemption, own pods, and what is not known."""

import pytest

from dlctl.nodes.fit.check import check
from dlctl.nodes.fit.model import Admission
from tests.nodes.fit.objects import (
    FITS,
    GPU,
    NEVER,
    UNKNOWN,
    WAITS,
    container,
    node,
    pod,
    spec,
    state,
    texts,
    verdict,
    want,
)

EIGHT = spec(container(gpu=8))


def gpu_nodes(number: int) -> list[dict[str, object]]:
    return [node(f"gpu-{n}", gpu=8) for n in range(number)]


def test_where_pods_go_and_what_is_left() -> None:
    found = verdict([*gpu_nodes(3), node("cpu")], [], want(EIGHT, 2))
    assert (found.verdict, found.on) == (FITS, (("gpu-0", 1), ("gpu-1", 1)))
    (left,) = found.left
    assert (left.resource, left.total // 1000, left.largest // 1000) == (GPU, 8, 8)
    assert (found.suitable, found.nodes, found.asks) == (3, 4, f"8 {GPU}")


def test_a_node_that_is_partly_used_is_filled_first() -> None:
    pods = [pod("gpu-1", container(gpu=6))]
    assert verdict(gpu_nodes(3), pods, want(spec(container(gpu=2)))).on == (("gpu-1", 1),)


def test_too_few_nodes_are_never_enough_but_pods_of_a_job_come_one_after_another() -> None:
    found = verdict(gpu_nodes(2), [], want(EIGHT, 3, count_path="spec.replicas"))
    assert (found.verdict, found.placed) == (NEVER, 2)
    assert texts(found) == ["2 nodes: room for 2 of 3 pods in all, even if empty"]
    assert found.reasons[0].field == "spec.replicas"
    assert verdict(gpu_nodes(2), [], want(EIGHT, 3, in_turns=True)).verdict is WAITS
    assert verdict([node()], [], want(EIGHT, 3, in_turns=True)).verdict is NEVER


def test_a_cluster_without_nodes() -> None:
    found = verdict([], [], want())
    assert (found.verdict, texts(found)) == (NEVER, ["None nodes: the cluster has no nodes"])


def test_groups_take_from_each_other_in_their_order() -> None:
    fits = check(state(gpu_nodes(2)), [want(EIGHT, 2, name="a"), want(EIGHT, 1, name="b")]).groups
    assert [each.verdict for each in fits] == [FITS, WAITS]


def test_a_gang_starts_whole_or_takes_nothing() -> None:
    gang = [
        want(EIGHT, 3, name="job", kind="TFJob", role="Worker", minimum=4),
        want(spec(container(cpu=1)), 1, name="job", kind="TFJob", role="PS", minimum=4),
    ]
    other = want(EIGHT, 2, name="other")
    busy = [pod("gpu-2", container(gpu=1))]
    workers, servers, later = check(state(gpu_nodes(3), busy), [*gang, other]).groups
    assert (workers.verdict, workers.placed, workers.on) == (WAITS, 2, ())
    assert (servers.verdict, texts(servers)) == (
        WAITS,
        ["None gang: starts together with Worker (2 of 3 fit)"],
    )
    assert later.verdict is FITS


def test_a_gang_may_start_with_fewer_than_all() -> None:
    assert verdict(gpu_nodes(2), [], want(EIGHT, 3, minimum=2)).verdict is FITS
    assert verdict(gpu_nodes(2), [], want(EIGHT, 3, minimum=3)).verdict is NEVER


def test_the_roles_of_a_gang_that_fit_alone_and_not_together_never_fit() -> None:
    roles = [want(EIGHT, 2, name="j", role=name, minimum=4) for name in ("a", "b")]
    first, _ = check(state(gpu_nodes(3)), roles).groups
    assert first.verdict is NEVER
    assert f"None resource: 32 {GPU} needed in all, suitable nodes have 24" in texts(first)


def test_roles_that_have_room_alone_and_not_beside_each_other_never_fit() -> None:
    port = {**container(cpu=1), "ports": [{"containerPort": 80, "hostPort": 80}]}
    roles = [want(spec(port), count, name="j", role=name) for name, count in (("a", 1), ("b", 2))]
    nodes = [node(f"n{number}") for number in range(3)]
    assert [each.verdict for each in check(state(nodes), roles).groups] == [FITS, FITS]
    assert NEVER in [each.verdict for each in check(state(nodes[:2]), roles).groups]
    apart = [want(spec(port), 1, name="a"), want(spec(port), 2, name="b")]
    assert [each.verdict for each in check(state(nodes[:2]), apart).groups] == [FITS, WAITS]


def test_own_pods_make_room_for_the_new_ones() -> None:
    running = [pod(f"gpu-{n}", container(gpu=8), name=f"w{n}", owner=("Job", "train")) for n in range(2)]
    assert verdict(gpu_nodes(2), running, want(EIGHT, 2, name="train", kind="Job")).verdict is FITS
    assert verdict(gpu_nodes(2), running, want(EIGHT, 2, name="other", kind="Job")).verdict is WAITS


LLM_PODS = {"app.kubernetes.io/name": "train", "app.kubernetes.io/part-of": "llminferenceservice"}


@pytest.mark.parametrize(
    ("labels", "owner", "kind"),
    [
        ({"ray.io/cluster": "train-x1y2z"}, ("RayCluster", "train-x1y2z"), "RayJob"),
        ({"ray.io/cluster": "train-x1y2z"}, ("RayCluster", "train-x1y2z"), "RayService"),
        ({"pod-template-hash": "abc"}, ("ReplicaSet", "train-abc"), "Deployment"),
        ({"training.kubeflow.org/job-name": "train"}, ("Job", "train-launcher"), "MPIJob"),
        ({"jobset.sigs.k8s.io/jobset-name": "train"}, ("Job", "train-node-0"), "TrainJob"),
        (LLM_PODS, ("ReplicaSet", "train-kserve-abc"), "LLMInferenceService"),
        ({}, ("", ""), "Pod"),
    ],
)
def test_pods_belong_to_the_object_that_made_them(
    labels: dict[str, str], owner: tuple[str, str], kind: str
) -> None:
    running = pod("gpu-0", container(gpu=8), name="train", labels=labels, owner=owner)
    assert verdict(gpu_nodes(1), [running], want(EIGHT, name="train", kind=kind)).verdict is FITS


def test_preemption_is_told_and_changes_no_verdict() -> None:
    low = pod("gpu-0", container(gpu=8), owner=("Job", "low"), priority=0)
    classes = {"priority_classes": ({"metadata": {"name": "high"}, "value": 100},)}

    more = {"admission": Admission(**classes)}
    found = verdict(gpu_nodes(1), [low], want({**EIGHT, "priorityClassName": "high"}), **more)
    assert found.verdict is WAITS
    assert found.preemption == "pods of a priority below 100 could make room: ml/low (priority 0)"
    never = {**EIGHT, "priorityClassName": "high", "preemptionPolicy": "Never"}
    assert verdict(gpu_nodes(1), [low], want(never), **more).preemption == ""
    assert verdict(gpu_nodes(1), [low], want(EIGHT)).preemption == ""
    (asked,) = check(state(gpu_nodes(1), [low]), [want(EIGHT)], preemptible_below=10).groups
    assert asked.preemption == "pods of a priority below 10 could make room: ml/low (priority 0)"


def test_a_pod_that_is_nominated_holds_its_place_against_no_higher_priority() -> None:
    waiting = pod("", container(gpu=8), name="first", priority=10)
    waiting["status"] = {"phase": "Pending", "nominatedNodeName": "gpu-0"}
    more = {"admission": Admission(priority_classes=({"metadata": {"name": "high"}, "value": 100},))}
    found = verdict(gpu_nodes(1), [waiting], want(EIGHT), **more)
    assert (found.verdict, found.holders[0].name) == (WAITS, "ml/first")
    high = {**EIGHT, "priorityClassName": "high"}
    assert verdict(gpu_nodes(1), [waiting], want(high), **more).verdict is FITS


def test_without_the_pods_only_never_is_known() -> None:
    assert verdict(gpu_nodes(1), None, want(EIGHT)).verdict is UNKNOWN
    assert verdict(gpu_nodes(1), None, want(EIGHT, 2)).verdict is NEVER


def test_a_daemon_set_has_a_pod_on_each_node_that_it_may_run_on() -> None:
    nodes = [*gpu_nodes(2), node("cpu"), node("off", cordoned=True, gpu=8)]
    body = {**spec(container(cpu=6)), "nodeSelector": {}}
    found = verdict(nodes, [pod("cpu", container(cpu=4))], want(body, None, kind="DaemonSet"))
    assert (found.verdict, found.placed, found.wanted) == (WAITS, 3, 4)
    assert texts(found)[0].startswith("3 nodes: room for 3 of 4 pods")


def test_a_daemon_set_of_nodes_that_are_not_there() -> None:
    found = verdict([node()], [], want({**EIGHT, "nodeSelector": {"gpu": "yes"}}, None, kind="DaemonSet"))
    assert (found.verdict, found.wanted) == (FITS, 0)
    assert found.notes == ("it runs on no node, as the cluster is now",)


def test_gates_and_resource_claims() -> None:
    gated = verdict([node()], [], want(spec(schedulingGates=[{"name": "kueue.x-k8s.io/topology"}])))
    assert (gated.verdict, texts(gated)) == (
        WAITS,
        ["None scheduling gate: held by scheduling gate kueue.x-k8s.io/topology"],
    )
    named = [{"name": "gpu", "resourceClaimTemplateName": "gpu"}]
    claims = verdict([node()], [], want(spec(resourceClaims=named)), unread=frozenset({"resourceslices"}))
    assert claims.verdict is UNKNOWN
    nameless = verdict([node()], [], want(spec(resourceClaims=[{"name": "gpu"}])))
    assert (nameless.verdict, texts(nameless)) == (
        WAITS,
        ["None resource claim: gpu names neither a ResourceClaim nor a ResourceClaimTemplate"],
    )
    other = want(spec(schedulerName="volcano"))
    assert verdict([node()], [], other).notes == (
        "scheduler volcano may decide otherwise: the rules are those of default-scheduler",
    )


def _of_products(*products: str) -> dict[str, object]:
    expression = {"key": "nvidia.com/gpu.product", "operator": "In", "values": list(products)}
    required = {"nodeSelectorTerms": [{"matchExpressions": [expression]}]}
    return {"affinity": {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": required}}}


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({}, f"8 {GPU} and rdma/hca"),
        (_of_products("Tesla-V100-SXM2-32GB"), "8 V100-32G and rdma/hca"),
        (_of_products("Tesla-V100-SXM2-32GB", "Tesla-V100-PCIE-16GB"), "8 V100 and rdma/hca"),
        (_of_products("Tesla-V100-SXM2-32GB", "NVIDIA-A100-SXM4-40GB"), f"8 {GPU} and rdma/hca"),
        ({"nodeSelector": {"cloud.google.com/gke-accelerator": "nvidia-tesla-t4"}}, "8 T4 and rdma/hca"),
    ],
)
def test_what_is_asked_for_names_the_model_that_is_pinned(more: dict[str, object], expected: str) -> None:
    body = spec(container(gpu=8, rdma__hca=1), **more)
    assert verdict(gpu_nodes(1), [], want(body)).asks == expected
