"""LimitRanges: defaults of containers, and pods that are refused (plugin/pkg/admission/limitranger)."""

from collections.abc import Iterator, Mapping
from typing import Any

from dlctl.manifest import JsonObject
from dlctl.nodes.fit.model import ClusterState, Constraint
from dlctl.nodes.fit.report import Reason
from dlctl.nodes.inventory.amounts import Amounts, amounts
from dlctl.nodes.inventory.requests import pod_requests

Body = dict[str, Any]
_CONTAINERS = ("containers", "initContainers")


def limit_ranges(state: ClusterState, namespace: str) -> list[JsonObject]:
    """The LimitRanges of a namespace."""
    found = state.admission.limit_ranges
    return [each for each in found if (each.get("metadata") or {}).get("namespace") == namespace]


def with_limit_defaults(spec: Body, state: ClusterState, namespace: str) -> Body:
    """The spec whose containers have the default limits and requests that they do not state."""
    made = dict(spec)
    for each in limit_ranges(state, namespace):
        for item in _items(each, "Container"):
            for key in _CONTAINERS:
                made[key] = [_with_defaults(container, item) for container in made.get(key) or ()]
    return made


def _items(body: JsonObject, kind: str) -> list[Mapping[str, Any]]:
    items = (body.get("spec") or {}).get("limits") or ()
    return [_completed(item) for item in items if item.get("type") == kind]


def _completed(item: Mapping[str, Any]) -> Mapping[str, Any]:
    """The item with the defaults that the API server gives it (SetDefaults_LimitRangeItem)."""
    if item.get("type") != "Container":
        return item
    default = {**(item.get("max") or {}), **(item.get("default") or {})}
    request = {**(item.get("min") or {}), **default, **(item.get("defaultRequest") or {})}
    return {**item, "default": default, "defaultRequest": request}


def _with_defaults(container: Mapping[str, Any], item: Mapping[str, Any]) -> Body:
    stated = container.get("resources") or {}
    limits = {**(item.get("default") or {}), **(stated.get("limits") or {})}
    requests = {**(item.get("defaultRequest") or {}), **(stated.get("requests") or {})}
    return {**container, "resources": {**stated, "limits": limits, "requests": requests}}


def refused_by_limits(spec: JsonObject, state: ClusterState, namespace: str, path: str) -> Iterator[Reason]:
    """The limits that a pod with all its defaults breaks."""
    for each in limit_ranges(state, namespace):
        name = (each.get("metadata") or {}).get("name")
        for message, place in _broken(each, spec):
            field = f"{path}.{place}.resources" if place else f"{path}.containers"
            yield Reason(Constraint.LIMIT_RANGE, f"LimitRange {name}: {message}", field)


def requests_over_limits(spec: JsonObject, path: str) -> Iterator[Reason]:
    """Requests above the limit of their container, be it a default one: such a pod is refused."""
    for key in _CONTAINERS:
        for index, container in enumerate(spec.get(key) or ()):
            stated = container.get("resources") or {}
            limits = amounts(stated.get("limits"))
            for name, value in amounts(stated.get("requests")).items():
                if name in limits and value > limits[name]:
                    asked, most = stated["requests"][name], stated["limits"][name]
                    message = f"{name}: the request {asked} is more than the limit {most} of the container"
                    yield Reason(Constraint.LIMIT_RANGE, message, f"{path}.{key}[{index}].resources")


def _broken(body: JsonObject, spec: JsonObject) -> Iterator[tuple[str, str]]:
    for item in _items(body, "Container"):
        for key in _CONTAINERS:
            for index, container in enumerate(spec.get(key) or ()):
                stated = container.get("resources") or {}
                for message in _checked(item, amounts(stated.get("requests")), amounts(stated.get("limits"))):
                    yield message, f"{key}[{index}]"
    for item in _items(body, "Pod"):
        requests = pod_requests({"spec": {**spec, "overhead": None}})
        for message in _checked(item, requests, pod_limits(spec)):
            yield message, ""


def pod_limits(spec: JsonObject) -> Amounts:
    """The limits of a pod, added up as its requests are."""
    made: Body = {"overhead": None}
    for key in _CONTAINERS:
        made[key] = [_limits_as_requests(each) for each in spec.get(key) or ()]
    if spec.get("resources"):
        made["resources"] = {"requests": spec["resources"].get("limits") or {}}
    return pod_requests({"spec": made})


def _limits_as_requests(container: Mapping[str, Any]) -> Body:
    return {**container, "resources": {"requests": (container.get("resources") or {}).get("limits") or {}}}


def _checked(item: Mapping[str, Any], requests: Amounts, limits: Amounts) -> Iterator[str]:
    kind = str(item.get("type"))
    for name, least in amounts(item.get("min")).items():
        stated = (item.get("min") or {})[name]
        if requests.get(name, -1) < least or limits.get(name, least) < least:
            yield f"minimum {name} per {kind} is {stated}"
    for name, most in amounts(item.get("max")).items():
        stated = (item.get("max") or {})[name]
        if name not in limits:
            yield f"maximum {name} per {kind} is {stated}, and no limit is set"
        elif limits[name] > most or requests.get(name, 0) > most:
            yield f"maximum {name} per {kind} is {stated}"
    for name, ratio in amounts(item.get("maxLimitRequestRatio")).items():
        request, limit = requests.get(name, 0), limits.get(name, 0)
        if not request or not limit or limit * 1000 > ratio * request:
            yield f"limit of {name} per {kind} may be {item['maxLimitRequestRatio'][name]} times the request"
