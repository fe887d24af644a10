"""ResourceQuotas: whether a namespace may have so many pods more (pkg/quota/v1/evaluator/core/pods.go)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct, field

from dlctl.manifest import JsonObject
from dlctl.nodes.fit.admission.limit_ranges import pod_limits
from dlctl.nodes.fit.admission.quota_scopes import in_scope
from dlctl.nodes.fit.filters.resources import written
from dlctl.nodes.fit.model import ClusterState, Constraint, Lasting, Pod, PodState
from dlctl.nodes.fit.report import Reason
from dlctl.nodes.inventory.amounts import THOUSANDTHS, Amounts, add, amounts

_PODS = ("pods", "count/pods")
_REQUIRED = ("cpu", "memory", "requests.cpu", "requests.memory", "limits.cpu", "limits.memory")
_BOTH = ("cpu", "memory", "ephemeral-storage")


class Quotas(Struct):
    """The quotas of a cluster, and what pods that were placed take of them besides.

    `own` are live pods that count as gone.
    """

    state: ClusterState
    own: Sequence[PodState] = ()
    taken: dict[tuple[str, str], Amounts] = field(default_factory=dict)

    def reasons(self, wanted: Sequence[tuple[Pod, int]], least: int) -> Iterator[Reason]:
        """The quotas in which these pods have no room; `least` of them are enough, 0: all."""
        for quota in self._of(wanted[0][0].namespace if wanted else ""):
            matching = [(pod, count) for pod, count in wanted if in_scope(pod, quota)]
            if matching:
                yield from self._missing(quota, matching)
                yield from self._exceeded(quota, matching, least)

    def take(self, wanted: Sequence[tuple[Pod, int]]) -> None:
        """Count pods that were placed."""
        for quota in self._of(wanted[0][0].namespace if wanted else ""):
            pods = [(pod, count) for pod, count in wanted if in_scope(pod, quota)]
            add(self.taken.setdefault(_key(quota), {}), _total(pods))

    def _of(self, namespace: str) -> Iterator[JsonObject]:
        return (each for each in self.state.admission.quotas if _key(each)[0] == namespace)

    def _missing(self, quota: JsonObject, wanted: Iterable[tuple[Pod, int]]) -> Iterator[Reason]:
        """What every container must state, because the quota counts it."""
        counted = [name for name in _REQUIRED if name in _hard(quota)]
        for pod, _ in wanted:
            lacking = sorted(
                {name for name in counted for each in _containers(pod) if not _states(each, name)}
            )
            if lacking and not pod.spec.get("resources"):
                message = f"ResourceQuota {_key(quota)[1]}: containers must specify {', '.join(lacking)}"
                yield Reason(Constraint.QUOTA, message, f"{pod.request.path}.containers")

    def _exceeded(self, quota: JsonObject, wanted: Sequence[tuple[Pod, int]], least: int) -> Iterator[Reason]:
        hard = _hard(quota)
        used = amounts((quota.get("status") or {}).get("used"))
        add(used, self.taken.get(_key(quota), {}))
        for name, need in _total(_first(wanted, least) if least else wanted).items():
            if name not in hard:
                continue
            free = hard[name] - max(0, used.get(name, 0) - self._own(quota, name))
            if need > free:
                resource = name.removeprefix("requests.").removeprefix("limits.")
                texts = [written(resource, value) for value in (need, max(0, free), hard[name])]
                message = "ResourceQuota {}: {} of {} needed, {} of {} free".format(
                    _key(quota)[1], texts[0], name, *texts[1:]
                )
                lasting = Lasting.ALWAYS if need > hard[name] else Lasting.HELD
                yield Reason(Constraint.QUOTA, message, lasting=lasting)

    def _own(self, quota: JsonObject, name: str) -> int:
        """What the pods that count as gone have of a quota without scopes."""
        spec = quota.get("spec") or {}
        if spec.get("scopes") or spec.get("scopeSelector"):
            return 0
        pods = [pod for pod in self.own if pod.namespace == _key(quota)[0]]
        if name in _PODS:
            return len(pods) * THOUSANDTHS
        return sum(pod.requests.get(name.removeprefix("requests."), 0) for pod in pods)


def _key(quota: JsonObject) -> tuple[str, str]:
    metadata = quota.get("metadata") or {}
    return str(metadata.get("namespace")), str(metadata.get("name"))


def _hard(quota: JsonObject) -> Amounts:
    stated = (quota.get("status") or {}).get("hard") or (quota.get("spec") or {}).get("hard")
    return amounts(stated)


def _containers(pod: Pod) -> list[Mapping[str, Any]]:
    return [*(pod.spec.get("containers") or ()), *(pod.spec.get("initContainers") or ())]


def _states(container: Mapping[str, Any], name: str) -> bool:
    resources = container.get("resources") or {}
    part, _, resource = name.rpartition(".")
    return resource in (resources.get(part or "requests") or {})


def _first(wanted: Sequence[tuple[Pod, int]], least: int) -> list[tuple[Pod, int]]:
    """So many of the pods, those first that use least."""
    chosen = []
    for pod, count in sorted(wanted, key=lambda each: sum(each[0].requests.values())):
        chosen.append((pod, min(count, least)))
        least -= min(count, least)
    return chosen


def _total(wanted: Iterable[tuple[Pod, int]]) -> Amounts:
    """What pods use of a quota, by the quota's names."""
    total: Amounts = {}
    for pod, count in wanted:
        add(total, {name: value * count for name, value in _usage(pod).items()})
    return total


def _usage(pod: Pod) -> Amounts:
    used: Amounts = dict.fromkeys(_PODS, THOUSANDTHS)
    for name, value in pod.requests.items():
        used[f"requests.{name}"] = value
        if name in _BOTH or name.startswith("hugepages-"):
            used[name] = value
    limits = pod_limits(pod.spec)
    return {**used, **{f"limits.{name}": limits[name] for name in _BOTH if name in limits}}
