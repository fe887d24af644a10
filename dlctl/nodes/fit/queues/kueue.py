"""Kueue: whether a ClusterQueue has quota for a job (pkg/cache, pkg/scheduler/flavorassigner of Kueue).

A resource may come of any flavor that covers it; which one Kueue takes is not known here. What a cohort lends
is what its queues have nominally and do not use.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from dlctl.manifest import JsonObject
from dlctl.nodes.fit.admission.classes import named
from dlctl.nodes.fit.filters.resources import written
from dlctl.nodes.fit.model import ClusterState, Constraint, Lasting, PodRequest
from dlctl.nodes.fit.queues.demand import Wanted, total
from dlctl.nodes.fit.report import Reason
from dlctl.nodes.inventory.amounts import Amounts, thousandths

LABEL = "kueue.x-k8s.io/queue-name"
FIELD = f"metadata.labels[{LABEL}]"


def queue_name(request: PodRequest) -> str:
    """The LocalQueue of an object; empty where Kueue does not admit it."""
    return str(request.object_labels.get(LABEL) or "")


def kueue_reasons(request: PodRequest, wanted: Wanted, state: ClusterState) -> Iterator[Reason]:
    """Why Kueue would not admit these pods of one object now, or ever."""
    name = queue_name(request)
    if not name or "localqueues" in state.unread:
        return
    local = _local(state, name, request.namespace)
    if local is None:
        yield _missing(f"LocalQueue {name} does not exist in namespace {request.namespace}")
        return
    cluster_name = str((local.get("spec") or {}).get("clusterQueue"))
    if "clusterqueues" in state.unread:
        return
    cluster = named(state.queues.cluster_queues, cluster_name)
    if cluster is None:
        yield _missing(f"ClusterQueue {cluster_name} of LocalQueue {name} does not exist")
        return
    for each in (local, cluster):
        if (each.get("spec") or {}).get("stopPolicy", "None") != "None":
            yield _missing(f"queue {(each.get('metadata') or {}).get('name')} is stopped")
    yield from _exceeded(cluster, wanted, state.queues.cluster_queues)


def queue_of(request: PodRequest, state: ClusterState) -> JsonObject | None:
    """The ClusterQueue that admits an object; None where there is none, or it was not read."""
    local = _local(state, queue_name(request), request.namespace)
    name = (local.get("spec") or {}).get("clusterQueue") if local else None
    return named(state.queues.cluster_queues, name) if name else None


def freest_flavor(cluster: JsonObject, resource: str, every: Sequence[JsonObject]) -> str | None:
    """The flavor with most of a resource; None where the queue does not cover it."""
    free = {
        flavor: _free(quota, flavor, resource, cluster, every) for flavor, quota in _quotas(cluster, resource)
    }
    return max(free, key=lambda name: free[name], default=None)


def flavors_with_room(
    cluster: JsonObject, group: Mapping[str, Any], needs: Amounts, every: Sequence[JsonObject]
) -> tuple[str, ...]:
    """The flavors of a resource group in Kueue's order: those with room now come before the others."""
    names = [str(each.get("name")) for each in group.get("flavors") or ()]

    def has_room(name: str) -> bool:
        return all(
            need <= _free(quota, flavor, resource, cluster, every)
            for resource, need in needs.items()
            for flavor, quota in _quotas(cluster, resource)
            if flavor == name
        )

    return tuple(sorted(names, key=lambda name: not has_room(name)))


def _local(state: ClusterState, name: str, namespace: str) -> JsonObject | None:
    own = (q for q in state.queues.local_queues if (q.get("metadata") or {}).get("namespace") == namespace)
    return named(list(own), name)


def _missing(message: str) -> Reason:
    return Reason(Constraint.QUEUE, message, FIELD, lasting=Lasting.CHANGES)


def _exceeded(cluster: JsonObject, wanted: Wanted, every: Sequence[JsonObject]) -> Iterator[Reason]:
    name = (cluster.get("metadata") or {}).get("name")
    for resource, need in total(wanted).items():
        quotas = list(_quotas(cluster, resource))
        if not quotas:
            if resource != "pods":
                yield Reason(Constraint.QUEUE, f"ClusterQueue {name} has no quota of {resource}", FIELD)
            continue
        most = max(_most(quota, flavor, resource, cluster, every) for flavor, quota in quotas)
        free = max(_free(quota, flavor, resource, cluster, every) for flavor, quota in quotas)
        if need > free:
            texts = [written(resource, value) for value in (need, max(0, free), most)]
            message = f"ClusterQueue {name}: {texts[0]} {resource} needed, {texts[1]} of {texts[2]} free"
            lasting = Lasting.ALWAYS if need > most else Lasting.HELD
            yield Reason(Constraint.QUEUE, message, FIELD, lasting=lasting)


def _quotas(cluster: JsonObject, resource: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The flavors that cover a resource, each with its quota."""
    for group in (cluster.get("spec") or {}).get("resourceGroups") or ():
        for flavor in group.get("flavors") or ():
            for each in flavor.get("resources") or ():
                if each.get("name") == resource:
                    yield str(flavor.get("name")), each


def _cohort(cluster: JsonObject, every: Sequence[JsonObject]) -> list[JsonObject]:
    """The other queues of the same cohort."""
    name = _cohort_name(cluster)
    return [each for each in every if name and each is not cluster and _cohort_name(each) == name]


def _cohort_name(cluster: JsonObject) -> str:
    spec = cluster.get("spec") or {}
    return str(spec.get("cohortName") or spec.get("cohort") or "")


def _nominal(quota: Mapping[str, Any]) -> int:
    return thousandths(str(quota.get("nominalQuota", 0)))


def _lendable(cluster: JsonObject, flavor: str, resource: str) -> int:
    """What a queue lends of a flavor at most."""
    for name, quota in _quotas(cluster, resource):
        if name == flavor:
            limit = quota.get("lendingLimit")
            return _nominal(quota) if limit is None else min(_nominal(quota), thousandths(str(limit)))
    return 0


def _used(cluster: JsonObject, flavor: str, resource: str) -> int:
    status = cluster.get("status") or {}
    for each in status.get("flavorsReservation") or status.get("flavorsUsage") or ():
        if each.get("name") == flavor:
            for one in each.get("resources") or ():
                if one.get("name") == resource:
                    return thousandths(str(one.get("total", 0)))
    return 0


def _most(
    quota: Mapping[str, Any], flavor: str, resource: str, cluster: JsonObject, every: Sequence[JsonObject]
) -> int:
    """The most that the queue can ever have: its own and what it may borrow."""
    lent = sum(_lendable(other, flavor, resource) for other in _cohort(cluster, every))
    return _nominal(quota) + _limited(lent, quota)


def _free(
    quota: Mapping[str, Any], flavor: str, resource: str, cluster: JsonObject, every: Sequence[JsonObject]
) -> int:
    """What it could get now; what others have borrowed is not free."""
    others = _cohort(cluster, every)
    lent = sum(_lendable(each, flavor, resource) - _used(each, flavor, resource) for each in others)
    return _nominal(quota) + _limited(lent, quota) - _used(cluster, flavor, resource)


def _limited(lent: int, quota: Mapping[str, Any]) -> int:
    limit = quota.get("borrowingLimit")
    return lent if limit is None else min(lent, thousandths(str(limit)))
