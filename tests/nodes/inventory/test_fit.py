"""Whether some node could take a pod, and why none can."""

from typing import Any

import pytest

from dlctl.nodes.inventory.fit import misfit
from dlctl.nodes.inventory.groups import NodeGroups
from dlctl.nodes.inventory.placement import placement_of
from tests.nodes.inventory.objects import GPU, node, takes

PRODUCT = "nvidia.com/gpu.product"
TAINT = {"key": "nvidia.com/gpu", "value": "present", "effect": "NoSchedule"}
NODES = [
    node("a", labels={PRODUCT: "NVIDIA-H100-80GB-HBM3"}, taints=[TAINT]),
    node("t", {GPU: "4"}, labels={PRODUCT: "Tesla-T4", "team": "x"}),
    node("p", {"cpu": "4", "memory": "16Gi"}),
]
EXISTS = {"key": "nvidia.com/gpu", "operator": "Exists"}


def reason(*containers: Any, known: Any = (), **spec: Any) -> str:
    groups = NodeGroups({}, known)
    for each in NODES:
        groups.add(each)
    return misfit(placement_of({"containers": list(containers), **spec}), groups.groups(), known)


def affinity(*rules: dict[str, Any]) -> dict[str, Any]:
    terms = {"nodeSelectorTerms": [{"matchExpressions": [rule]} for rule in rules]}
    return {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": terms}}


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ({}, ""),
        ({"containers": [takes(gpus=4)]}, ""),
        ({"containers": [takes(gpus=8)], "tolerations": [EXISTS]}, ""),
        (
            {"containers": [takes(gpus=8)]},
            "no node has all of: 8 nvidia.com/gpu, only taints that it tolerates",
        ),
        ({"containers": [takes(gpus=16)]}, "no node has 16 nvidia.com/gpu (at most 8)"),
        ({"containers": [takes(limits={"amd.com/gpu": "1"})]}, "no node has 1 amd.com/gpu"),
        ({"containers": [takes(requests={"cpu": "65"})]}, "no node has 65 CPUs"),
        ({"containers": [takes(requests={"memory": "300Gi"})]}, "no node has 300Gi of memory"),
        ({"nodeSelector": {PRODUCT: "Tesla-T4"}}, ""),
        ({"nodeSelector": {PRODUCT: "A100"}}, "no node has label nvidia.com/gpu.product=A100"),
        (
            {"containers": [takes(gpus=8)], "nodeSelector": {PRODUCT: "Tesla-T4"}, "tolerations": [EXISTS]},
            "no node has all of: 8 nvidia.com/gpu, label nvidia.com/gpu.product=Tesla-T4, "
            "only taints that it tolerates",
        ),
        ({"affinity": affinity({"key": PRODUCT, "operator": "In", "values": ["Tesla-T4", "x"]})}, ""),
        (
            {"affinity": affinity({"key": PRODUCT, "operator": "In", "values": ["a", "b", "c", "d"]})},
            "no node has label nvidia.com/gpu.product in (a, b, c and 1 more)",
        ),
        ({"affinity": affinity({"key": PRODUCT, "operator": "DoesNotExist"})}, ""),
        ({"nodeSelector": {"team": "nobody"}}, ""),
    ],
)
def test_reasons(spec: dict[str, Any], expected: str) -> None:
    assert reason(*spec.pop("containers", [takes()]), **spec) == expected


def test_labels_that_are_recorded_are_looked_at() -> None:
    assert reason(takes(), nodeSelector={"team": "x"}, known={"team"}) == ""
    assert reason(takes(), nodeSelector={"team": "y"}, known={"team"}) == "no node has label team=y"


def test_alternatives_of_an_affinity_are_enough_one_by_one() -> None:
    rules = [{"key": PRODUCT, "operator": "In", "values": [name]} for name in ("A100", "Tesla-T4")]
    assert reason(takes(), affinity=affinity(*rules)) == ""
    assert "A100 or label" in reason(takes(), affinity=affinity(rules[0], {**rules[0], "values": ["A30"]}))


def test_a_cluster_without_nodes_says_so() -> None:
    assert misfit(placement_of({"containers": [takes()]}), ()) == "it has no nodes"
