"""The state of a cluster from the JSON bodies of its objects; each body is looked at once."""

from collections.abc import Iterable, Mapping
from sys import intern
from typing import Any

from dlctl.kinds.leader_worker_set import LEADER_WORKER_SET, SET_NAME
from dlctl.manifest import JsonObject
from dlctl.nodes.fit.admission.admitted import host_ports
from dlctl.nodes.fit.model import ClusterState, NodeState, PodState, Taint
from dlctl.nodes.fit.pod_requests import held_requests, rounded
from dlctl.nodes.fit.terms import pod_terms
from dlctl.nodes.fit.usage import claims_of
from dlctl.nodes.inventory.amounts import amounts

_ENDED = frozenset({"Succeeded", "Failed"})


def read_state(nodes: Iterable[JsonObject], pods: Iterable[JsonObject] | None, **more: Any) -> ClusterState:
    """The state of these nodes and pods; `pods` is None where they could not be listed.

    `more` are further fields of ClusterState.
    """
    held = None if pods is None else tuple(found for found in map(read_pod, pods) if found is not None)
    return ClusterState(tuple(map(read_node, nodes)), held, **more)


def read_node(body: JsonObject) -> NodeState:
    """A Node. Its allocatable is its capacity where it states none, as the API server defaults it."""
    metadata, spec, status = (body.get(key) or {} for key in ("metadata", "spec", "status"))
    return NodeState(
        str(metadata.get("name") or ""),
        metadata.get("labels") or {},
        tuple(map(_taint, spec.get("taints") or ())),
        bool(spec.get("unschedulable")),
        rounded(amounts(status.get("allocatable") or status.get("capacity"))),
    )


def _taint(body: Mapping[str, Any]) -> Taint:
    return Taint(str(body.get("key")), str(body.get("value") or ""), str(body.get("effect")))


def read_pod(body: JsonObject) -> PodState | None:
    """A Pod that has a node, or is nominated for one, and has not ended; None for any other."""
    metadata, spec, status = (body.get(key) or {} for key in ("metadata", "spec", "status"))
    node = spec.get("nodeName") or status.get("nominatedNodeName")
    if not node or status.get("phase") in _ENDED:
        return None
    namespace = intern(str(metadata.get("namespace") or ""))  # many pods have the same, which is kept once
    anti = (spec.get("affinity") or {}).get("podAntiAffinity")
    return PodState(
        namespace,
        str(metadata.get("name") or ""),
        intern(str(node)),
        metadata.get("labels") or {},
        held_requests(body),
        host_ports(spec),
        pod_terms(anti, namespace) if anti else (),
        int(spec.get("priority") or 0),
        terminating=bool(metadata.get("deletionTimestamp")),
        owner=_owner(metadata),
        claims=claims_of(spec),
        owners=_owners(metadata) | _of_ray(metadata.get("labels") or {}),
        nominated=not spec.get("nodeName"),
    )


_BY_LABEL = {
    "training.kubeflow.org/job-name": ("MPIJob",),
    "jobset.sigs.k8s.io/jobset-name": ("JobSet", "TrainJob"),
    SET_NAME: (LEADER_WORKER_SET.kind,),
    "ray.io/cluster": ("RayCluster",),
    "serving.knative.dev/service": ("Service",),
    "serving.knative.dev/configuration": ("Configuration",),
    "serving.kserve.io/inferenceservice": ("InferenceService",),
}
"""Labels with the name of the object that made a pod by way of another one."""
_OF_LLM_SERVICE = "app.kubernetes.io/part-of", "llminferenceservice"
"""Pods of an LLMInferenceService have this label, and its name in `app.kubernetes.io/name`."""


def _of_ray(labels: Mapping[str, Any]) -> frozenset[tuple[str, str]]:
    """The job or service that may have made a pod's RayCluster: KubeRay adds five letters to its name."""
    name, _, letters = str(labels.get("ray.io/cluster") or "").rpartition("-")
    return frozenset((kind, name) for kind in ("RayJob", "RayService") if name and len(letters) == 5)


def _owner(metadata: Mapping[str, Any]) -> tuple[str, str]:
    """Kind and name of what made a pod: a ReplicaSet's pods are those of its Deployment."""
    for owner in metadata.get("ownerReferences") or ():
        if owner.get("controller"):
            kind, name = str(owner.get("kind")), str(owner.get("name"))
            suffix = f"-{(metadata.get('labels') or {}).get('pod-template-hash')}"
            if kind == "ReplicaSet" and name.endswith(suffix):
                return "Deployment", name.removesuffix(suffix)
            return kind, name
    return "", ""


def _owners(metadata: Mapping[str, Any]) -> frozenset[tuple[str, str]]:
    """Every object that a pod belongs to; itself where nothing made it."""
    owner = _owner(metadata)
    if not owner[1]:
        return frozenset({("Pod", str(metadata.get("name") or ""))})
    labels = metadata.get("labels") or {}
    found = {(kind, str(labels[key])) for key, kinds in _BY_LABEL.items() if key in labels for kind in kinds}
    if _OF_LLM_SERVICE in labels.items():
        found.add(("LLMInferenceService", str(labels.get("app.kubernetes.io/name"))))
    return frozenset({owner, *found})
