"""Topology spread constraints that must hold: plugins/podtopologyspread of kube-scheduler, filtering.go.

Constraints of `ScheduleAnyway` only weigh, and so do the scheduler's default constraints.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct, field

from dlctl.nodes.fit.filters.node_affinity import NodeAffinity
from dlctl.nodes.fit.filters.taints import Taints
from dlctl.nodes.fit.model import Constraint, Labels, Lasting, NodeState, Obstacle, Pod
from dlctl.nodes.fit.terms import Selector, by_keys, label_selector
from dlctl.nodes.fit.usage import Usage

FIELD = "topologySpreadConstraints"


class Spread(Struct):
    """One constraint, and how many matching pods each value of its topology key has."""

    key: str
    max_skew: int
    min_domains: int
    selector: Selector
    honors_affinity: bool
    honors_taints: bool
    index: int
    own: int
    counts: dict[str, int] = field(default_factory=dict)
    placed: dict[str, int] = field(default_factory=dict)
    _least: int | None = None

    @property
    def least(self) -> int:
        """The global minimum; 0 while there are fewer domains than wanted."""
        if len(self.counts) < self.min_domains:
            return 0
        if self._least is None:
            self._least = min(self.counts.values(), default=0)
        return self._least

    def add(self, value: str, number: int) -> None:
        """Count pods of a domain."""
        self.counts[value] = self.counts.get(value, 0) + number
        self._least = None


class TopologySpread:
    """The constraints of one pod; pods of its kind count as they are placed."""

    def __init__(self, pod: Pod, usage: Usage) -> None:
        self._affinity = NodeAffinity({**pod.spec, "nodeName": None})
        self._taints = Taints(pod.tolerations)
        self.constraints = tuple(hard_constraints(pod.spec.get(FIELD), pod.labels))
        if self.constraints:
            self._count(pod.namespace, usage)

    def _count(self, namespace: str, usage: Usage) -> None:
        for node in usage.nodes:
            for each in self._counting(node):
                pods = usage.on(node).pods
                found = sum(
                    not pod.terminating and pod.namespace == namespace and each.selector.matches(pod.labels)
                    for pod in (pods if not each.selector.empty else ())
                )
                each.add(node.labels[each.key], found)

    def _counting(self, node: NodeState) -> Iterator[Spread]:
        """The constraints for which a node is counted: it must have the keys of all of them."""
        if not all(each.key in node.labels for each in self.constraints):
            return
        for each in self.constraints:
            if each.honors_affinity and not self._affinity.matches(node):
                continue
            if each.honors_taints and not self._taints.all_tolerated(node):
                continue
            yield each

    def obstacles(self, node: NodeState) -> Iterator[Obstacle]:
        """The constraints that one more pod on this node would break."""
        for each in self.constraints:
            place = f"{FIELD}[{each.index}]"
            value = node.labels.get(each.key)
            if value is None:
                yield Obstacle(Constraint.SPREAD, f"no label {each.key} to spread over", place)
                continue
            if each.counts.get(value, 0) + each.own - each.least > each.max_skew:
                message = (
                    f"{each.key}={value} would violate maxSkew {each.max_skew} of topologySpreadConstraints"
                )
                yield Obstacle(Constraint.SPREAD, message, place, Lasting.HELD)

    def placed(self, node: NodeState) -> None:
        """Count a pod that was placed."""
        for each in self._counting(node):
            if each.own and not each.selector.empty:
                value = node.labels[each.key]
                each.add(value, 1)
                each.placed[value] = each.placed.get(value, 0) + 1

    def forget(self) -> None:
        """Take back the pods that were placed."""
        for each in self.constraints:
            for value, number in each.placed.items():
                each.add(value, -number)
            each.placed.clear()

    @property
    def lowest(self) -> int:
        """No node is less crowded than this."""
        return sum(min(each.counts.values(), default=0) for each in self.constraints)

    def crowd(self, node: NodeState) -> int:
        """How many pods the domains of a node have: new ones go where there are fewest."""
        return sum(each.counts.get(node.labels.get(each.key, ""), 0) for each in self.constraints)


def hard_constraints(stated: Sequence[Mapping[str, Any]] | None, labels: Labels) -> Iterator[Spread]:
    """The constraints with `DoNotSchedule`, which is the default."""
    for index, body in enumerate(stated or ()):
        if body.get("whenUnsatisfiable", "DoNotSchedule") != "DoNotSchedule":
            continue
        selector = label_selector(body.get("labelSelector"))
        keys = by_keys(body.get("matchLabelKeys"), "In", labels)
        if keys and selector.requirements is not None:
            selector = Selector((*keys, *selector.requirements))
        yield Spread(
            str(body.get("topologyKey")),
            int(body.get("maxSkew") or 1),
            int(body.get("minDomains") or 1),
            selector,
            body.get("nodeAffinityPolicy", "Honor") == "Honor",
            body.get("nodeTaintsPolicy", "Ignore") == "Honor",
            index,
            int(selector.matches(labels)),
        )
