"""What a pod asks of a node: devices, labels and the taints that it tolerates."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct

from dlctl.nodes.inventory.amounts import THOUSANDTHS, whole
from dlctl.nodes.inventory.node_status import Toleration, Tolerations
from dlctl.nodes.inventory.requests import pod_requests
from dlctl.nodes.label_requirement import Requirement


class Placement(Struct, frozen=True):
    """What one pod asks of a node. `terms` are alternatives: one of them must match as a whole.

    `devices` are extended resources, `cpu` is in whole cores and `memory` in bytes.
    """

    devices: Mapping[str, int]
    cpu: int
    memory: int
    selector: tuple[Requirement, ...]
    terms: tuple[tuple[Requirement, ...], ...]
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
        tuple(Requirement(key, "In", (str(value),)) for key, value in sorted(selector.items())),
        tuple(_terms(spec)),
        tuple(map(Toleration.read, spec.get("tolerations") or ())),
    )


def _terms(spec: Mapping[str, Any]) -> Iterator[tuple[Requirement, ...]]:
    affinity = (spec.get("affinity") or {}).get("nodeAffinity") or {}
    required = affinity.get("requiredDuringSchedulingIgnoredDuringExecution") or {}
    for term in required.get("nodeSelectorTerms") or ():
        yield tuple(_rules(term.get("matchExpressions") or ()))


def _rules(expressions: Sequence[Mapping[str, Any]]) -> Iterator[Requirement]:
    for each in expressions:
        values = tuple(str(value) for value in each.get("values") or ())
        yield Requirement(str(each.get("key")), str(each.get("operator")), values)
