"""The scopes of a ResourceQuota: which pods it counts (podMatchesScopeFunc of the pod evaluator)."""

from collections.abc import Mapping
from typing import Any

from dlctl.manifest import JsonObject
from dlctl.nodes.fit.model import Pod
from dlctl.nodes.label_requirement import Requirement


def in_scope(pod: Pod, quota: JsonObject) -> bool:
    """Whether a quota counts a pod: all of its scopes must match."""
    spec = quota.get("spec") or {}
    stated = [{"scopeName": name, "operator": "Exists"} for name in spec.get("scopes") or ()]
    stated += (spec.get("scopeSelector") or {}).get("matchExpressions") or ()
    return all(_matches(pod, each) for each in stated)


def _matches(pod: Pod, scope: Mapping[str, Any]) -> bool:
    name = scope.get("scopeName")
    if name in ("Terminating", "NotTerminating"):
        return ("activeDeadlineSeconds" in pod.spec) is (name == "Terminating")
    if name in ("BestEffort", "NotBestEffort"):
        return _best_effort(pod) is (name == "BestEffort")
    if name == "PriorityClass":
        own = pod.spec.get("priorityClassName")
        labels = {"class": str(own)} if own else {}
        values = tuple(map(str, scope.get("values") or ()))
        return Requirement("class", str(scope.get("operator")), values).matches(labels)
    if name == "CrossNamespacePodAffinity":
        return any(_crosses(term) for term in _affinity_terms(pod))
    return False


def _best_effort(pod: Pod) -> bool:
    """Whether no container states cpu or memory (pkg/apis/core/v1/helper/qos)."""
    parts = [*(pod.spec.get("containers") or ()), *(pod.spec.get("initContainers") or ()), pod.spec]
    stated = [
        (each.get("resources") or {}).get(key) or {} for each in parts for key in ("requests", "limits")
    ]
    return not any(each.get(name) not in (None, 0, "0") for each in stated for name in ("cpu", "memory"))


def _affinity_terms(pod: Pod) -> list[Mapping[str, Any]]:
    affinity = pod.spec.get("affinity") or {}
    found: list[Mapping[str, Any]] = []
    for kind in ("podAffinity", "podAntiAffinity"):
        own = affinity.get(kind) or {}
        found += own.get("requiredDuringSchedulingIgnoredDuringExecution") or ()
        preferred = own.get("preferredDuringSchedulingIgnoredDuringExecution") or ()
        found += [each.get("podAffinityTerm") or {} for each in preferred]
    return found


def _crosses(term: Mapping[str, Any]) -> bool:
    return bool(term.get("namespaces")) or term.get("namespaceSelector") is not None
