"""What one cluster is and has: version, nodes, accelerators, what waits for them, which operators it runs."""

from collections.abc import Collection, Iterable, Mapping

from msgspec import Struct
from msgspec.structs import replace

from dlctl.cluster.protocol import Cluster, Resource
from dlctl.errors import Forbidden
from dlctl.events import Emit, no_events
from dlctl.manifest import JsonObject
from dlctl.nodes.inventory.collect import Wanted
from dlctl.nodes.inventory.model import Inventory
from dlctl.workflow.clusters import Reached
from dlctl.workflow.node_list import read_inventory

OPERATORS: Mapping[str, str] = {
    "kubeflow.org": "training-operator",
    "trainer.kubeflow.org": "trainer",
    "jobset.x-k8s.io": "jobset",
    "leaderworkerset.x-k8s.io": "lws",
    "kueue.x-k8s.io": "kueue",
    "batch.volcano.sh": "volcano",
    "ray.io": "kuberay",
    "serving.kserve.io": "kserve",
    "serving.knative.dev": "knative-serving",
    "eventing.knative.dev": "knative-eventing",
    "tekton.dev": "tekton",
    "nfd.k8s-sigs.io": "node-feature-discovery",
    "nvidia.com": "gpu-operator",
    "mellanox.com": "network-operator",
}
"""API groups, and the operators that they belong to."""


class ClusterSummary(Struct, frozen=True):
    """A cluster that answered. `inventory` is None where nodes may not be listed, `refused` says so.

    `workloads` are those that Kueue holds back; None where it is not there or may not be read.
    """

    version: str
    inventory: Inventory | None
    refused: Forbidden | None
    workloads: int | None
    operators: tuple[str, ...]


def cluster_summary(reached: Reached, emit: Emit = no_events) -> ClusterSummary:
    """Read a cluster. Raises ClusterError for all but a lack of permissions."""
    cluster = reached.cluster
    version = cluster.version()
    served = cluster.resources()
    operators = tuple(dict.fromkeys(_operators(resource.group for resource in served)))
    summary = ClusterSummary(version, None, None, _held_back(cluster, served), operators)
    try:
        return replace(summary, inventory=read_inventory(cluster, Wanted(), emit=emit))
    except Forbidden as error:
        return replace(summary, refused=error)


def _operators(groups: Iterable[str]) -> Iterable[str]:
    found = frozenset(groups)
    return (name for group, name in OPERATORS.items() if group in found)


def _held_back(cluster: Cluster, served: Collection[Resource]) -> int | None:
    """How many Workloads wait for their quota."""
    known = [each for each in served if (each.group, each.kind) == ("kueue.x-k8s.io", "Workload")]
    if not known:
        return None
    try:
        return sum(map(_waits, cluster.list(max(known, key=lambda each: each.version))))
    except Forbidden:
        return None


def _waits(workload: JsonObject) -> bool:
    """By condition type with status True, never by position: neither admitted nor finished, and active."""
    spec, status = workload.get("spec") or {}, workload.get("status") or {}
    true = {each.get("type") for each in status.get("conditions") or () if each.get("status") == "True"}
    return spec.get("active", True) and not true & {"QuotaReserved", "Admitted", "Finished"}
