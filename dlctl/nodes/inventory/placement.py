"""What a pod asks of a node: devices, labels and the taints that it tolerates."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dlctl.nodes.inventory.amounts import THOUSANDTHS, whole
from dlctl.nodes.inventory.node_status import Toleration, Tolerations
from dlctl.nodes.inventory.requests import pod_requests

Labels = Mapping[str, str]
SHOWN = 3
"""Values of a label that are named in a message."""


@dataclass(frozen=True, slots=True)
class LabelRule:
    """A required label of a node, as a match expression: In, NotIn, Exists, DoesNotExist, Gt, Lt."""

    key: str
    operator: str
    values: tuple[str, ...] = ()

    def matches(self, labels: Labels) -> bool:
        """Whether a node with these labels is selected."""
        value = labels.get(self.key)
        if self.operator == "DoesNotExist":
            return value is None
        if self.operator == "NotIn":
            return value not in self.values
        if value is None:
            return False
        if self.operator in ("Gt", "Lt"):
            return self._compared(value)
        return self.operator == "Exists" or value in self.values

    def _compared(self, value: str) -> bool:
        if not self.values or not value.isdecimal() or not self.values[0].isdecimal():
            return False
        difference = int(value) - int(self.values[0])
        return difference > 0 if self.operator == "Gt" else difference < 0

    def __str__(self) -> str:
        more = ("…",) if len(self.values) > SHOWN else ()
        values = "|".join((*self.values[:SHOWN], *more))
        if self.operator == "In":
            return f"label {self.key}={values}"
        words = {"NotIn": "not in", "Exists": "", "DoesNotExist": "absent", "Gt": ">", "Lt": "<"}
        return " ".join(filter(None, ("label", self.key, words.get(self.operator, self.operator), values)))


@dataclass(frozen=True, slots=True)
class Placement:
    """What one pod asks of a node. `terms` are alternatives: one of them must match as a whole.

    `devices` are extended resources, `cpu` is in whole cores and `memory` in bytes.
    """

    devices: Mapping[str, int]
    cpu: int
    memory: int
    selector: tuple[LabelRule, ...]
    terms: tuple[tuple[LabelRule, ...], ...]
    tolerations: Tolerations

    @property
    def label_keys(self) -> frozenset[str]:
        """The labels that are asked for."""
        return frozenset(rule.key for rules in (self.selector, *self.terms) for rule in rules)


def placement_of(spec: Mapping[str, Any]) -> Placement:
    """What the pod of this spec asks of its node."""
    requests = pod_requests({"spec": spec})
    selector = spec.get("nodeSelector") or {}
    return Placement(
        {name: whole(value) for name, value in sorted(requests.items()) if "/" in name and value},
        requests.get("cpu", 0) // THOUSANDTHS,
        requests.get("memory", 0) // THOUSANDTHS,
        tuple(LabelRule(key, "In", (str(value),)) for key, value in sorted(selector.items())),
        tuple(_terms(spec)),
        tuple(map(Toleration.read, spec.get("tolerations") or ())),
    )


def _terms(spec: Mapping[str, Any]) -> Iterator[tuple[LabelRule, ...]]:
    affinity = (spec.get("affinity") or {}).get("nodeAffinity") or {}
    required = affinity.get("requiredDuringSchedulingIgnoredDuringExecution") or {}
    for term in required.get("nodeSelectorTerms") or ():
        yield tuple(_rules(term.get("matchExpressions") or ()))


def _rules(expressions: Sequence[Mapping[str, Any]]) -> Iterator[LabelRule]:
    for each in expressions:
        values = tuple(str(value) for value in each.get("values") or ())
        yield LabelRule(str(each.get("key")), str(each.get("operator")), values)
