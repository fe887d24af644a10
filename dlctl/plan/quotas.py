"""ResourceQuotas that a plan would exceed: by the objects and pods that it makes."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from dlctl.cluster.protocol import Cluster, Resource
from dlctl.errors import ClusterError, Unauthorized, Unreachable
from dlctl.kinds.made_pods import pods_of
from dlctl.kinds.object_shape import object_violations
from dlctl.manifest import JsonObject
from dlctl.nodes.fit.admission.limit_ranges import pod_limits
from dlctl.nodes.fit.filters.resources import written
from dlctl.nodes.inventory.amounts import THOUSANDTHS, Amounts, add, amounts
from dlctl.nodes.inventory.requests import pod_requests
from dlctl.plan.model import MAKING, Plan, Step

QUOTAS = Resource("", "v1", "ResourceQuota", "resourcequotas", namespaced=True)
_BOTH = ("cpu", "memory", "ephemeral-storage")
"""Resources whose requests a quota may call by their name alone."""


def quota_notes(cluster: Cluster, plan: Plan) -> Iterator[str]:
    """A note for each quota that has not what a plan takes besides; quotas with scopes are left out.

    One request for each namespace in which a plan takes more; a user who may not list quotas gets no notes.
    Raises Unreachable or Unauthorized.
    """
    for namespace, taken in _taken(plan.steps).items():
        for quota in _quotas(cluster, namespace) if any(value > 0 for value in taken.values()) else ():
            for text in _exceeded(quota, taken):
                yield f"ResourceQuota {quota['metadata']['name']} in namespace {namespace}: {text}"


def _taken(steps: Iterable[Step]) -> dict[str, Amounts]:
    """What the steps take besides what they took before, by namespace."""
    found: dict[str, Amounts] = {}
    for step in steps:
        if step.action in MAKING and step.ref.namespace and step.merged is not None:
            own = found.setdefault(step.ref.namespace, {})
            add(own, _usage(step, step.merged))
            if step.live is not None:
                add(own, {name: -value for name, value in _usage(step, step.live).items()})
    return found


def _usage(step: Step, body: JsonObject) -> Amounts:
    """What an object and its pods use of a quota; pods whose fields have wrong types are left out."""
    total: Amounts = {}
    if step.resource is not None:
        group = f".{step.resource.group}" if step.resource.group else ""
        total[f"count/{step.resource.plural}{group}"] = THOUSANDTHS
        if not group:
            total[step.resource.plural] = THOUSANDTHS
    stated = step.manifest.pods if step.manifest else None
    for made in () if object_violations(body, stated) else pods_of(body, stated=stated).pods:
        own = _usage_of_pod({"spec": made.spec})
        add(total, {name: value * (made.count or 0) for name, value in own.items()})
    return total


def _usage_of_pod(pod: JsonObject) -> Amounts:
    used: Amounts = {"pods": THOUSANDTHS, "count/pods": THOUSANDTHS}
    for name, value in pod_requests(pod).items():
        used[f"requests.{name}"] = value
        if name in _BOTH:
            used[name] = value
    limits = pod_limits(pod["spec"])
    return {**used, **{f"limits.{name}": limits[name] for name in _BOTH if name in limits}}


def _quotas(cluster: Cluster, namespace: str) -> list[JsonObject]:
    try:
        return [*cluster.list(QUOTAS, namespace)]
    except (Unreachable, Unauthorized):
        raise
    except ClusterError:
        return []


def _exceeded(quota: JsonObject, taken: Amounts) -> Iterator[str]:
    spec: Mapping[str, Any] = quota.get("spec") or {}
    status: Mapping[str, Any] = quota.get("status") or {}
    if spec.get("scopes") or spec.get("scopeSelector"):
        return
    hard, used = amounts(status.get("hard") or spec.get("hard")), amounts(status.get("used"))
    for name, limit in sorted(hard.items()):
        free = max(0, limit - used.get(name, 0))
        if taken.get(name, 0) > free:
            resource = name.removeprefix("requests.").removeprefix("limits.")
            need, left, every = (written(resource, value) for value in (taken[name], free, limit))
            yield f"the plan takes {need} more of {name}, and {left} of {every} are free"
