"""The nodes that a sandbox shall have."""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from msgspec import Struct, field

MAX_COUNT = 5000
"""The most nodes of a cluster (Kubernetes documentation, "Considerations for large clusters")."""


class NodePlan(Struct, frozen=True):
    """The wanted nodes. Other nodes of a shape in `exact` are deleted.

    `busy` has what pods already use, `devices` what claims can have (DRA), by the node's name.
    """

    nodes: tuple[Mapping[str, Any], ...]
    exact: frozenset[str] = field(default=frozenset())
    busy: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    devices: Mapping[str, tuple[Mapping[str, Any], ...]] = field(default_factory=dict)


def numbered(node: Mapping[str, Any], shape_name: str, index: int) -> dict[str, Any]:
    """A copy of a shape's node, named SHAPE-INDEX."""
    made = deepcopy(dict(node))
    made["metadata"]["name"] = f"{shape_name}-{index}"
    return completed(made)


def completed(node: dict[str, Any]) -> dict[str, Any]:
    """Add the labels that a kubelet sets, and the capacity if the node has none."""
    metadata, status = node["metadata"], node.setdefault("status", {})
    labels = {
        "kubernetes.io/arch": "amd64",
        "kubernetes.io/os": "linux",
        "kubernetes.io/hostname": metadata["name"],
    }
    metadata["labels"] = {**labels, **(metadata.get("labels") or {})}
    node.setdefault("spec", {})
    status.setdefault("capacity", {"cpu": "4", "memory": "16Gi", "pods": "110"})
    status.setdefault("allocatable", status["capacity"])
    return node
