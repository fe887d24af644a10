"""nodeName, nodeSelector and required node affinity.

Follows plugins/nodename and plugins/nodeaffinity of kube-scheduler, and component-helpers
scheduling/corev1/nodeaffinity/nodeaffinity.go.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from dlctl.manifest import JsonObject
from dlctl.nodes.fit.model import Constraint, NodeState, Obstacle
from dlctl.nodes.fit.terms import requirements
from dlctl.nodes.label_requirement import Requirement

REQUIRED = "affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution"
_IN_FIELDS = ("In", "NotIn")


class NodeAffinity:
    """Which nodes a pod's spec allows, by their names and labels."""

    def __init__(self, spec: JsonObject) -> None:
        self._name = spec.get("nodeName")
        self._selector = [
            Requirement(key, "In", (str(value),)) for key, value in (spec.get("nodeSelector") or {}).items()
        ]
        affinity = (spec.get("affinity") or {}).get("nodeAffinity") or {}
        required = affinity.get("requiredDuringSchedulingIgnoredDuringExecution")
        self._terms = None if required is None else required_terms(required)

    def obstacles(self, node: NodeState) -> Iterator[Obstacle]:
        """What of it a node does not meet: each label of the selector, and the terms together."""
        if self._name and self._name != node.name:
            yield Obstacle(Constraint.NODE_NAME, f"is not node {self._name}", "nodeName")
        for each in self._selector:
            if not each.matches(node.labels):
                yield Obstacle(Constraint.SELECTOR, f"no label {each}", f"nodeSelector[{each.key}]")
        if self._terms is not None and not any(term.matches(node) for term in self._terms):
            yield Obstacle(Constraint.AFFINITY, f"no label {written(self._terms)}", REQUIRED)

    def matches(self, node: NodeState) -> bool:
        """Whether a node meets selector and terms; its name aside."""
        met = all(each.matches(node.labels) for each in self._selector)
        return met and (self._terms is None or any(term.matches(node) for term in self._terms))


class NodeTerm:
    """One term of a node selector: its expressions and fields must all match."""

    def __init__(self, body: Mapping[str, Any]) -> None:
        self.expressions = requirements(body.get("matchExpressions"))
        self.fields = requirements(body.get("matchFields"))

    def matches(self, node: NodeState) -> bool:
        """Whether a node is meant; a term without conditions, or with a wrong one, means none."""
        if not self.expressions and not self.fields:
            return False
        return all(each.matches(node.labels) for each in self.expressions) and all(
            _field_matches(each, node.name) for each in self.fields
        )

    def __str__(self) -> str:
        return " and ".join(map(str, (*self.expressions, *self.fields))) or "at all (an empty term)"


def required_terms(node_selector: Mapping[str, Any]) -> tuple[NodeTerm, ...]:
    """The terms of a NodeSelector, any of which is enough."""
    return tuple(map(NodeTerm, node_selector.get("nodeSelectorTerms") or ()))


def _field_matches(requirement: Requirement, name: str) -> bool:
    if requirement.operator not in _IN_FIELDS or len(requirement.values) != 1:
        return False
    value = name if requirement.key == "metadata.name" else ""
    return (value == requirement.values[0]) == (requirement.operator == "In")


def written(terms: Sequence[NodeTerm]) -> str:
    """Terms in a message."""
    return " or ".join(map(str, terms)) or "at all (no terms)"
