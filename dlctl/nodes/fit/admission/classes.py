"""PriorityClass and RuntimeClass: plugin/pkg/admission/{priority, runtimeclass} of Kubernetes."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct

from dlctl.manifest import JsonObject
from dlctl.nodes.fit.model import ClusterState, Constraint, Lasting
from dlctl.nodes.fit.report import Reason

Body = dict[str, Any]
BUILT_IN = {"system-cluster-critical": 2_000_000_000, "system-node-critical": 2_000_001_000}


class Priority(Struct, frozen=True):
    """A pod's priority, and whether it may preempt others."""

    value: int = 0
    preempts: bool = True


def priority_of(spec: JsonObject, state: ClusterState) -> Priority:
    """The priority by the pod's class, else by the default class."""
    name = spec.get("priorityClassName")
    found = named(state.admission.priority_classes, name) if name else _default(state)
    value = int((found or {}).get("value") or BUILT_IN.get(str(name), 0))
    policy = spec.get("preemptionPolicy") or (found or {}).get("preemptionPolicy")
    return Priority(value, policy != "Never")


def _default(state: ClusterState) -> JsonObject | None:
    """The global default; of several the one with the lowest value counts."""
    defaults = [each for each in state.admission.priority_classes if each.get("globalDefault")]
    return min(defaults, key=lambda each: int(each.get("value") or 0), default=None)


def named(bodies: Sequence[JsonObject], name: object) -> JsonObject | None:
    """The body with this name."""
    return next((each for each in bodies if (each.get("metadata") or {}).get("name") == name), None)


def missing_classes(spec: JsonObject, state: ClusterState, path: str) -> Iterator[Reason]:
    """Classes that a pod names and the cluster does not have: its pods are refused."""
    for field, kind, plural, bodies in (
        ("priorityClassName", "PriorityClass", "priorityclasses", state.admission.priority_classes),
        ("runtimeClassName", "RuntimeClass", "runtimeclasses", state.admission.runtime_classes),
    ):
        name = spec.get(field)
        if name and plural not in state.unread and named(bodies, name) is None and name not in BUILT_IN:
            message = f"{kind} {name} does not exist"
            yield Reason(Constraint.CLASS, message, f"{path}.{field}", lasting=Lasting.CHANGES)


def with_runtime_class(spec: Body, state: ClusterState) -> Body:
    """The spec with the overhead, the node selector and the tolerations of its RuntimeClass."""
    found = named(state.admission.runtime_classes, spec.get("runtimeClassName") or "")
    if found is None:
        return spec
    scheduling: Mapping[str, Any] = found.get("scheduling") or {}
    selector = {**(spec.get("nodeSelector") or {}), **(scheduling.get("nodeSelector") or {})}
    tolerations = [*(spec.get("tolerations") or ()), *(scheduling.get("tolerations") or ())]
    overhead = (found.get("overhead") or {}).get("podFixed")
    return {**spec, "nodeSelector": selector, "tolerations": tolerations, "overhead": overhead}
