"""A pod as the API server makes it of a template: defaults, and what admission plugins add.

Follows pkg/apis/core/v1/defaults.go (SetDefaults_Pod), plugin/pkg/admission/{limitranger, runtimeclass,
priority, defaulttolerationseconds} of Kubernetes 1.36.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from dlctl.manifest import JsonObject
from dlctl.nodes.fit.model import HostPort, Labels, Pod, PodRequest
from dlctl.nodes.fit.pod_requests import rounded, scheduled_requests
from dlctl.nodes.fit.terms import pod_terms
from dlctl.nodes.inventory.node_status import Toleration

Body = dict[str, Any]


def with_defaults(spec: JsonObject) -> Body:
    """The spec with requests from limits and host ports of the host network."""
    made = dict(spec)
    for key in ("containers", "initContainers"):
        made[key] = [_container(each, host=bool(spec.get("hostNetwork"))) for each in spec.get(key) or ()]
    if spec.get("resources"):
        made["resources"] = _pod_resources(made)
    return made


def _container(body: Mapping[str, Any], *, host: bool) -> Body:
    made = dict(body)
    resources = body.get("resources") or {}
    if resources.get("limits"):
        made["resources"] = {
            **resources,
            "requests": {**resources["limits"], **(resources.get("requests") or {})},
        }
    if host and body.get("ports"):
        made["ports"] = [
            {**port, "hostPort": port.get("hostPort") or port.get("containerPort")} for port in body["ports"]
        ]
    return made


def _pod_resources(spec: Body) -> Body:
    """Requests of the whole pod: as stated, else what its containers request, else its limit."""
    stated = spec["resources"]
    limits, requests = stated.get("limits") or {}, dict(stated.get("requests") or {})
    if not limits:
        return dict(stated)
    asked = scheduled_requests({**spec, "resources": None, "overhead": None})
    for name in ("cpu", "memory"):
        if name not in requests and name in asked:
            requests[name] = f"{asked[name]}m"
    return {**stated, "requests": {**limits, **requests}}


def admitted(request: PodRequest, spec: Body, *, priority: int, preempts: bool) -> Pod:
    """The pod, ready to be placed; `spec` has its defaults."""
    affinity = spec.get("affinity") or {}
    labels = _labels(request)
    return Pod(
        request,
        spec,
        labels,
        rounded(scheduled_requests(spec)),
        tolerations(spec),
        host_ports(spec),
        pod_terms(affinity.get("podAffinity"), request.namespace, labels),
        pod_terms(affinity.get("podAntiAffinity"), request.namespace, labels),
        priority,
        preempts,
    )


def _labels(request: PodRequest) -> Labels:
    """The template's labels, with a hash of its own where a Deployment adds one: no other pod has it."""
    if request.kind != "Deployment":
        return request.labels
    return {**request.labels, "pod-template-hash": "(new)"}


_FOR_A_WHILE = ("node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable")
_OF_DAEMONS = (
    ("not-ready", "NoExecute"),
    ("unreachable", "NoExecute"),
    ("disk-pressure", "NoSchedule"),
    ("memory-pressure", "NoSchedule"),
    ("pid-pressure", "NoSchedule"),
    ("unschedulable", "NoSchedule"),
)


def tolerations(spec: JsonObject) -> tuple[Toleration, ...]:
    """A pod's tolerations, with the two of NoExecute that every pod gets unless it has its own."""
    stated = [Toleration.read(each) for each in spec.get("tolerations") or () if _known(each)]
    added = [
        Toleration(key, None, "NoExecute")
        for key in _FOR_A_WHILE
        if not any(each.key in ("", key) and each.effect in ("", "NoExecute") for each in stated)
    ]
    return (*stated, *added)


def _known(toleration: Mapping[str, Any]) -> bool:
    """Other operators, Lt and Gt, need a feature gate that is off."""
    return toleration.get("operator") in (None, "", "Equal", "Exists")


def daemon_tolerations(spec: JsonObject) -> Body:
    """A DaemonSet's pod: its controller adds tolerations (pkg/controller/daemon/util)."""
    keys = [*_OF_DAEMONS, *([("network-unavailable", "NoSchedule")] if spec.get("hostNetwork") else [])]
    own = [
        {"key": f"node.kubernetes.io/{key}", "operator": "Exists", "effect": effect} for key, effect in keys
    ]
    return {**spec, "tolerations": [*(spec.get("tolerations") or ()), *own]}


def host_ports(spec: JsonObject) -> tuple[HostPort, ...]:
    """The ports of the host that containers and sidecars take (scheduler util.GetHostPorts)."""
    sidecars = (each for each in spec.get("initContainers") or () if each.get("restartPolicy") == "Always")
    return tuple(_ports((*sidecars, *(spec.get("containers") or ()))))


def _ports(containers: Iterable[Mapping[str, Any]]) -> Iterable[HostPort]:
    for container in containers:
        for port in container.get("ports") or ():
            if (port.get("hostPort") or 0) > 0:
                yield (
                    str(port.get("protocol") or "TCP"),
                    str(port.get("hostIP") or "0.0.0.0"),
                    int(port["hostPort"]),
                )
