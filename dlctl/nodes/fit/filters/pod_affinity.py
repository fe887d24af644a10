"""Required pod affinity and anti-affinity: plugins/interpodaffinity/filtering.go of kube-scheduler."""

from collections.abc import Iterator, Mapping

from dlctl.nodes.fit.model import Constraint, Labels, Lasting, NodeState, Obstacle, Pod, PodState
from dlctl.nodes.fit.terms import PodTerm
from dlctl.nodes.fit.usage import Usage

REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
AFFINITY = f"affinity.podAffinity.{REQUIRED}"
ANTI_AFFINITY = f"affinity.podAntiAffinity.{REQUIRED}"
Pair = tuple[str, str]
"""A topology key and its value."""


class PodAffinity:
    """The terms of one pod, and those of the pods that are there and do not want it beside them."""

    def __init__(self, pod: Pod, usage: Usage, namespaces: Mapping[str, Labels]) -> None:
        self._pod = pod
        self._namespaces = namespaces
        self._wanted: dict[Pair, int] = {}
        self._unwanted: dict[Pair, int] = {}
        self._refusing: dict[Pair, int] = {}
        self.own = bool(pod.affinity) and self._all_match(pod.affinity, pod.namespace, pod.labels)
        self._own_anti = [t for t in pod.anti_affinity if self._matches(t, pod.namespace, pod.labels)]
        for node, other in usage.pods():
            if pod.affinity or pod.anti_affinity or other.anti_affinity:
                self._count(node, other)
        self._placed: list[NodeState] = []
        self._lacking = [
            f"no pod of {term.selector} in the same {term.topology_key}" for term in pod.affinity
        ]
        self._refusing_keys = self._keys()

    @property
    def idle(self) -> bool:
        """Whether there is nothing to check, now or after more pods of this kind."""
        return not (self._pod.affinity or self._pod.anti_affinity or self._refusing)

    def _keys(self) -> frozenset[str]:
        """The topology keys of the terms of others, and of those that pods of this kind would add."""
        return frozenset(key for key, _ in self._refusing) | {t.topology_key for t in self._own_anti}

    def _count(self, node: NodeState, other: PodState) -> None:
        pod = self._pod
        for term in other.anti_affinity:
            if self._matches(term, pod.namespace, pod.labels):
                _add(self._refusing, node, term)
        if pod.affinity and self._all_match(pod.affinity, other.namespace, other.labels):
            for term in pod.affinity:
                _add(self._wanted, node, term)
        for term in pod.anti_affinity:
            if self._matches(term, other.namespace, other.labels):
                _add(self._unwanted, node, term)

    def _matches(self, term: PodTerm, namespace: str, labels: Labels) -> bool:
        return term.matches(namespace, labels, self._namespaces.get(namespace, {}))

    def _all_match(self, terms: tuple[PodTerm, ...], namespace: str, labels: Labels) -> bool:
        return all(self._matches(term, namespace, labels) for term in terms)

    def obstacles(self, node: NodeState) -> Iterator[Obstacle]:
        """What of the terms a node does not meet."""
        yield from self._missing(node)
        for index, term in enumerate(self._pod.anti_affinity):
            value = node.labels.get(term.topology_key)
            if value is not None and self._unwanted.get((term.topology_key, value)):
                message = f"its pod anti-affinity excludes pods in {term.topology_key}={value}"
                yield Obstacle(
                    Constraint.POD_ANTI_AFFINITY, message, f"{ANTI_AFFINITY}[{index}]", Lasting.HELD
                )
        for key in self._refusing_keys:
            value = node.labels.get(key)
            if value is not None and self._refusing.get((key, value)):
                message = f"the pod anti-affinity of pods in {key}={value} excludes it"
                yield Obstacle(Constraint.POD_ANTI_AFFINITY, message, "", Lasting.HELD)

    def _missing(self, node: NodeState) -> Iterator[Obstacle]:
        """Terms for which no pod is near. The first pod of those that want each other may go anywhere."""
        first = self.own and not self._wanted
        for index, term in enumerate(self._pod.affinity):
            place = f"{AFFINITY}[{index}]"
            value = node.labels.get(term.topology_key)
            if value is None:
                yield Obstacle(Constraint.POD_AFFINITY, f"no label {term.topology_key}", place)
            elif not first and not self._wanted.get((term.topology_key, value)):
                lasting = Lasting.HELD if self.own else Lasting.CHANGES
                yield Obstacle(Constraint.POD_AFFINITY, self._lacking[index], place, lasting)

    def placed(self, node: NodeState) -> None:
        """Count a pod of the same kind that was placed."""
        self._placed.append(node)
        self._count_own(node, 1)

    def forget(self) -> None:
        """Take back the pods that were placed."""
        for node in self._placed:
            self._count_own(node, -1)
        self._placed.clear()

    def _count_own(self, node: NodeState, number: int) -> None:
        for term in self._pod.affinity if self.own else ():
            _add(self._wanted, node, term, number)
        for term in self._own_anti:
            _add(self._unwanted, node, term, number)
            _add(self._refusing, node, term, number)


def _add(counts: dict[Pair, int], node: NodeState, term: PodTerm, number: int = 1) -> None:
    """Count pods for the domain of a node; a domain without any is left out."""
    value = node.labels.get(term.topology_key)
    if value is not None:
        pair = term.topology_key, value
        counts[pair] = counts.get(pair, 0) + number
        if not counts[pair]:
            del counts[pair]
