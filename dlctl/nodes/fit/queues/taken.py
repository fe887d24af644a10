"""What pods take of the queues of Kueue and Volcano: the next objects of a check find that much less."""

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec.structs import replace

from dlctl.manifest import JsonObject
from dlctl.nodes.fit.model import ClusterState, PodRequest
from dlctl.nodes.fit.queues.demand import Wanted, total
from dlctl.nodes.fit.queues.kueue import freest_flavor, queue_of
from dlctl.nodes.fit.queues.volcano import volcano_queue
from dlctl.nodes.inventory.amounts import Amounts, amounts


def with_admitted(request: PodRequest, wanted: Wanted, state: ClusterState) -> ClusterState:
    """The state once the pods of an object are admitted by its queues."""
    queues = state.queues
    cluster = queue_of(request, state)
    if cluster is not None:
        used = _with_reservation(cluster, total(wanted), queues.cluster_queues)
        every = tuple(used if each is cluster else each for each in queues.cluster_queues)
        return replace(state, queues=replace(queues, cluster_queues=every))
    name, _ = volcano_queue(request)
    if name and queues.volcano_queues:
        of_volcano = tuple(_with_allocated(each, name, total(wanted)) for each in queues.volcano_queues)
        return replace(state, queues=replace(queues, volcano_queues=of_volcano))
    return state


def _with_reservation(cluster: JsonObject, needs: Amounts, every: tuple[JsonObject, ...]) -> JsonObject:
    """A ClusterQueue with more of each resource reserved, of the flavor that has most of it."""
    status: Mapping[str, Any] = cluster.get("status") or {}
    reserved = {
        str(each.get("name")): amounts(
            {one["name"]: one.get("total", 0) for one in each.get("resources") or ()}
        )
        for each in status.get("flavorsReservation") or status.get("flavorsUsage") or ()
    }
    for resource, need in needs.items():
        flavor = freest_flavor(cluster, resource, every)
        if flavor is not None:
            own = reserved.setdefault(flavor, {})
            own[resource] = own.get(resource, 0) + need
    return {**cluster, "status": {**status, "flavorsReservation": list(_written(reserved))}}


def _written(reserved: Mapping[str, Amounts]) -> Iterator[JsonObject]:
    for flavor, used in reserved.items():
        resources = [{"name": name, "total": f"{value}m"} for name, value in used.items()]
        yield {"name": flavor, "resources": resources}


def _with_allocated(queue: JsonObject, name: str, needs: Amounts) -> JsonObject:
    if (queue.get("metadata") or {}).get("name") != name:
        return queue
    status = queue.get("status") or {}
    allocated = amounts(status.get("allocated"))
    more = {resource: f"{allocated.get(resource, 0) + need}m" for resource, need in needs.items()}
    return {**queue, "status": {**status, "allocated": {**(status.get("allocated") or {}), **more}}}
