"""Pods that belong to a job or a server through objects that are not read: known by labels of their own."""

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from dlctl.jobs.kinds import DEPLOYMENT
from dlctl.manifest import GroupKind, JsonObject, ref_of
from dlctl.status.model import mapping_at, text_at, value_at
from dlctl.status.readiness import Rules

RAY_JOB = GroupKind("ray.io", "RayJob")
_RAY: Mapping[GroupKind, tuple[str, ...]] = MappingProxyType(
    {
        RAY_JOB: ("status", "rayClusterName"),
        GroupKind("ray.io", "RayService"): ("status", "activeServiceStatus", "rayClusterName"),
    }
)
"""Where it stands which RayCluster has its pods."""


def labels_of_pods(body: JsonObject, rules: Rules) -> Mapping[str, str]:
    """The labels that its pods have; empty where owners tell to whom they belong.

    The submitter of a RayJob has others, and is known by its owners. Raises RegistryError for data that is
    not valid.
    """
    ref = ref_of(body)
    if ref.group_kind == DEPLOYMENT:
        return {str(key): str(value) for key, value in _selected(body).items()}
    readiness = rules.find(ref.group_kind)
    if readiness is not None and readiness.serves and readiness.pod_label:
        return readiness.labels_of_pods(ref.name)
    cluster = text_at(body, *_RAY[ref.group_kind]) if ref.group_kind in _RAY else ""
    return {"ray.io/cluster": cluster} if cluster else {}


class ByLabel:
    """Pods by namespace and by the labels that the pods of some objects have."""

    def __init__(self, pods: Iterable[JsonObject], bodies: Iterable[JsonObject], rules: Rules) -> None:
        self._rules = rules
        self._pods: dict[tuple[str, str, str], list[JsonObject]] = {}
        keys = {next(iter(labels)) for body in bodies if (labels := labels_of_pods(body, rules))}
        for pod in pods if keys else ():
            own = mapping_at(pod, "metadata", "labels")
            for key in keys & own.keys():
                place = text_at(pod, "metadata", "namespace"), key, str(own[key])
                self._pods.setdefault(place, []).append(pod)

    def of(self, body: JsonObject) -> Sequence[JsonObject]:
        """The pods with the labels of an object's pods; of a Deployment, those of its ReplicaSets."""
        labels = labels_of_pods(body, self._rules)
        if not labels:
            return ()
        first = next(iter(labels.items()))
        found = self._pods.get((text_at(body, "metadata", "namespace"), *first), [])
        return [pod for pod in found if _has(pod, labels) and _made_by(pod, body)]


def _selected(body: JsonObject) -> Mapping[str, Any]:
    return mapping_at(body, "spec", "selector", "matchLabels")


def _has(pod: JsonObject, labels: Mapping[str, str]) -> bool:
    own = mapping_at(pod, "metadata", "labels")
    return all(own.get(key) == value for key, value in labels.items())


def _made_by(pod: JsonObject, body: JsonObject) -> bool:
    ref = ref_of(body)
    if ref.group_kind != DEPLOYMENT:
        return True
    owners = value_at(pod, "metadata", "ownerReferences")
    return any(
        text_at(owner, "kind") == "ReplicaSet" and text_at(owner, "name").startswith(f"{ref.name}-")
        for owner in (owners if isinstance(owners, list) else ())
    )
