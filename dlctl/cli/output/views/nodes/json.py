"""`node list -o json` and `-o yaml`: every target in `clusters`, nodes in `items`."""

from collections.abc import Sequence
from typing import Any

from dlctl.cli.output.envelope import write_document, write_yaml_document
from dlctl.cli.output.views.unread import error_class, failure_json, unread
from dlctl.cli.runtime import Runtime
from dlctl.nodes.inventory.model import Compute, Demand, DeviceKind, DevicePod, Devices, Inventory, Node
from dlctl.nodes.inventory.totals import Total, totals
from dlctl.workflow.clusters import ClusterRead

Json = dict[str, Any]
Reads = Sequence[ClusterRead[Inventory]]


def write_nodes(
    runtime: Runtime, reads: Reads, nodes: Sequence[tuple[str, Node]], *, pods: bool, yaml: bool
) -> None:
    """Write the one document; `nodes` are those that are listed, each after its cluster."""
    items = [_node(cluster, node, pods=pods) for cluster, node in nodes]
    clusters = [_cluster(each) for each in reads]
    errors = unread([(each.target, each.error) for each in reads])
    if yaml:
        write_yaml_document(runtime, "NodeList", clusters=clusters, items=items, errors=errors)
    else:
        write_document(runtime, "NodeList", clusters=clusters, items=items, errors=errors)


def read_json(each: ClusterRead[Any]) -> Json:
    """What is known of a target, whether it could be read or not."""
    reached = each.reached
    return {
        "name": each.target,
        "context": reached.cluster.context if reached else None,
        "server": reached.cluster.server if reached else None,
        "id": reached.identity.uid if reached else None,
        "status": error_class(each.error) if each.error else "ok",
        "error": failure_json(each.error),
        "sameAs": each.same_as or None,
    }


def total_json(total: Total) -> Json:
    """Devices of one kind added up over the nodes of a cluster."""
    return {
        **_kind(total.kind),
        "nodes": total.nodes,
        "total": total.total,
        "used": total.used,
        "free": total.free,
        "bad": total.bad,
        "unusable": total.unusable,
        "largestBlock": total.largest,
        "blocks": [{"size": size, "nodes": nodes} for size, nodes in total.blocks],
    }


def demand_json(demand: Demand | None) -> Json | None:
    """What pods without a node ask for; null where pods could not be read."""
    if demand is None:
        return None
    wanted = [{"resource": name, "count": count} for name, count in demand.counts]
    return {"resources": wanted, "pods": demand.pods, "owners": demand.owners}


def _cluster(each: ClusterRead[Inventory]) -> Json:
    found = each.result
    notes = (*(each.reached.notes if each.reached else ()), *(found.notes if found else ()))
    return {
        **read_json(each),
        "totals": [total_json(total) for total in totals(found.nodes)] if found else [],
        "pending": demand_json(found.pending) if found else None,
        "gated": demand_json(found.gated) if found else None,
        "notes": list(notes),
    }


def _node(cluster: str, node: Node, *, pods: bool) -> Json:
    return {
        "cluster": cluster,
        "name": node.name,
        "status": list(node.status) or ["Ready"],
        "usable": node.usable,
        "createdAt": node.created or None,
        "address": node.address or None,
        "zone": node.zone or None,
        "topology": node.topology or None,
        "driver": node.driver or None,
        "kubelet": node.kubelet or None,
        "cpu": _compute(node.cpu, 1000),
        "memory": _compute(node.memory, 1),
        "rdma": _rdma(node),
        "devices": [_devices(each) for each in node.devices],
        "devicePods": None if node.pods is None else len(node.pods),
        "pods": [_pod(each) for each in node.pods] if pods and node.pods is not None else None,
        "findings": [{"code": each.code, "message": each.message} for each in node.findings],
    }


def _kind(kind: DeviceKind) -> Json:
    return {
        "resource": kind.resource,
        "model": kind.model or None,
        "mode": kind.mode.value,
        "part": kind.part or None,
        "replicas": kind.replicas,
    }


def _devices(each: Devices) -> Json:
    return {
        **_kind(each.kind),
        "capacity": each.capacity,
        "allocatable": each.allocatable,
        "used": each.used,
        "free": each.free,
        "idle": each.idle,
        "bad": each.bad,
        "nominated": each.nominated,
        "blocked": each.blocked,
        "overcommitted": each.overcommitted,
    }


def _compute(compute: Compute, unit: int) -> Json:
    """Cores, or bytes."""
    allocatable, used, free = compute.allocatable, compute.used, compute.free
    return {
        "allocatable": allocatable / unit if unit > 1 else allocatable,
        "used": used / unit if used is not None and unit > 1 else used,
        "free": free / unit if free is not None and unit > 1 else free,
    }


def _rdma(node: Node) -> Json | None:
    rdma = node.rdma
    if rdma is None:
        return None
    return {"adapters": rdma.adapters, "rateGbps": rdma.rate, "link": rdma.link or None}


def _pod(pod: DevicePod) -> Json:
    return {
        "namespace": pod.namespace,
        "name": pod.name,
        "phase": pod.phase,
        "resources": [{"resource": name, "count": count} for name, count in pod.counts],
        "priority": pod.priority,
        "since": pod.since or None,
    }
