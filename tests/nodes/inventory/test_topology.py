"""Where a node is in the network: Kueue's first level, Volcano's nearest group, labels."""

from typing import Any

import pytest

from dlctl.nodes.inventory.topology import topology_of

BLOCK, RACK = "cloud.provider.com/topology-block", "example.com/rack"


def kueue(*levels: str) -> dict[str, Any]:
    return {"spec": {"levels": [{"nodeLabel": level} for level in levels]}}


def group(name: str, tier: int, *selectors: Any, type_: str = "Node") -> dict[str, Any]:
    members = [{"type": type_, "selector": selector} for selector in selectors]
    return {"metadata": {"name": name}, "spec": {"tier": tier, "members": members}}


GROUPS = [
    group("spine", 2, {"exactMatch": {"name": "s0"}}, type_="HyperNode"),
    group("pod-1", 2, {"regexMatch": {"pattern": "^gpu-"}}),
    group("s0", 1, {"exactMatch": {"name": "gpu-1"}}, {"labelMatch": {"matchLabels": {"rack": "a"}}}),
    group(
        "odd", 1, {"regexMatch": {"pattern": "("}}, {"labelMatch": {"matchExpressions": [{"key": "rack"}]}}
    ),
]


@pytest.mark.parametrize(
    ("name", "labels", "place"),
    [
        ("gpu-1", {RACK: "r1", BLOCK: "b1"}, "r1"),
        ("gpu-1", {BLOCK: "b1"}, "s0"),
        ("gpu-2", {}, "pod-1"),
        ("cpu-2", {"rack": "a"}, "s0"),
        ("cpu-2", {BLOCK: "b1"}, "b1"),
        ("cpu-2", {"rack": "b"}, ""),
    ],
)
def test_the_first_level(name: str, labels: dict[str, str], place: str) -> None:
    found = topology_of([kueue(RACK, "kubernetes.io/hostname"), kueue("kubernetes.io/hostname"), {}], GROUPS)
    assert found.of(name, labels) == place
