"""Nodes, pods and requests written briefly, and the verdict on them."""

from collections.abc import Iterable, Mapping
from typing import Any

from dlctl.nodes.fit.check import check
from dlctl.nodes.fit.model import ClusterState, PodRequest
from dlctl.nodes.fit.read_cluster import read_state
from dlctl.nodes.fit.report import GroupFit, Verdict

Body = dict[str, Any]
GPU = "nvidia.com/gpu"
HOST = "kubernetes.io/hostname"
ZONE = "topology.kubernetes.io/zone"
FITS, WAITS, NEVER, UNKNOWN = Verdict.FITS, Verdict.WAITS, Verdict.NEVER, Verdict.UNKNOWN


def node(
    name: str = "n1",
    *,
    labels: Mapping[str, str] | None = None,
    taints: Iterable[Body] = (),
    cordoned: bool = False,
    **offers: Any,
) -> Body:
    """A node with 8 cpu, 32Gi and 10 pods unless said otherwise; `gpu` is NVIDIA's."""
    has = {"cpu": "8", "memory": "32Gi", "pods": "10", **_named(offers)}
    return {
        "metadata": {"name": name, "labels": {HOST: name, **(labels or {})}},
        "spec": {"taints": list(taints), "unschedulable": cordoned},
        "status": {"allocatable": {key: str(value) for key, value in has.items()}},
    }


def _named(amounts: Mapping[str, Any]) -> dict[str, Any]:
    return {GPU if key == "gpu" else key.replace("__", "/"): value for key, value in amounts.items()}


def container(**asks: Any) -> Body:
    """A container that requests amounts: `container(gpu=8, cpu="500m")`."""
    requests = {key: str(value) for key, value in _named(asks).items()}
    return {"name": "main", "image": "x", "resources": {"requests": requests}}


def spec(*containers: Body, **more: Any) -> Body:
    """A pod's spec."""
    return {"containers": list(containers or (container(),)), **more}


def pod(
    on: str = "n1",
    *containers: Body,
    name: str = "p",
    namespace: str = "ml",
    labels: Mapping[str, str] | None = None,
    owner: tuple[str, str] = ("", ""),
    **more: Any,
) -> Body:
    """A running pod; `owner` is kind and name of its controller."""
    metadata: Body = {"name": name, "namespace": namespace, "labels": dict(labels or {})}
    if owner[1]:
        metadata["ownerReferences"] = [{"controller": True, "kind": owner[0], "name": owner[1]}]
    if more.pop("terminating", False):
        metadata["deletionTimestamp"] = "2026-01-01T00:00:00Z"
    phase = more.pop("phase", "Running")
    return {
        "metadata": metadata,
        "spec": {"nodeName": on, **spec(*containers, **more)},
        "status": {"phase": phase},
    }


def want(body: Body | None = None, count: int | None = 1, **more: Any) -> PodRequest:
    """A request for pods of a spec."""
    return PodRequest(
        more.pop("namespace", "ml"), body or spec(), count=count, name=more.pop("name", "new"), **more
    )


def state(nodes: Iterable[Body], pods: Iterable[Body] | None = (), **more: Any) -> ClusterState:
    """The state of a cluster."""
    return read_state(nodes, pods, **more)


def verdict(nodes: Iterable[Body], pods: Iterable[Body] | None, request: PodRequest, **more: Any) -> GroupFit:
    """The verdict on one request."""
    (found,) = check(state(nodes, pods, **more), [request]).groups
    return found


def texts(fit: GroupFit) -> list[str]:
    """The reasons as `nodes constraint: message`."""
    return [f"{each.nodes} {each.constraint.value}: {each.message}" for each in fit.reasons]
