"""A pod by its name, in the namespaces of the environments that are read."""

from collections.abc import Iterable, Mapping
from typing import Any

from msgspec import Struct

from dlctl.app.model import Target
from dlctl.cluster.protocol import Cluster
from dlctl.errors import AppError, Forbidden, NotFound
from dlctl.jobs.live import PODS
from dlctl.manifest import JsonObject
from dlctl.status.model import mapping_at, number_at, text_at, value_at
from dlctl.text import listed, shown_name
from dlctl.workflow.clusters import Reached
from dlctl.workflow.jobs.listing import namespaces_of


class FoundPod(Struct, frozen=True):
    """A pod, and the cluster where it runs; `ports` are those that its containers declare, by number."""

    reached: Reached
    namespace: str
    name: str
    ports: Mapping[int, str]


def pods_by_namespace(cluster: Cluster, target: Target, name: str) -> Mapping[str, JsonObject]:
    """The pods of this name in an environment that may be read, by namespace. Raises ClusterError."""
    if "/" in name:  # KIND/NAME
        return {}
    found = ((each, _pod(cluster, each, name)) for each in namespaces_of(target))
    return {namespace: pod for namespace, pod in found if pod is not None}


def declared_ports(pod: JsonObject) -> Mapping[int, str]:
    """The ports that the containers of a pod declare, with their names, which may be empty."""
    spec = mapping_at(pod, "spec")
    containers = (*_list_at(spec, "containers"), *_list_at(spec, "initContainers"))
    ports = [port for container in containers for port in _list_at(container, "ports")]
    return {number: text_at(port, "name") for port in ports if (number := number_at(port, "containerPort"))}


def _list_at(value: Any, key: str) -> list[Any]:
    found = value_at(value, key)
    return found if isinstance(found, list) else []


def the_pod(found: Iterable[FoundPod]) -> FoundPod:
    """The one pod that was found, at least once. Raises AppError where several environments have one."""
    each_once = {(pod.reached.identity.uid, pod.namespace): pod for pod in found}
    pods = tuple(each_once.values())
    if len(pods) > 1:
        places = listed(f"{pod.reached.target.name} (namespace {pod.namespace})" for pod in pods)
        raise AppError(
            f"pod {shown_name(pods[0].name)} exists in several environments: {places}",
            hint="pass --env ENV",
        )
    return pods[0]


def _pod(cluster: Cluster, namespace: str, name: str) -> JsonObject | None:
    try:
        return cluster.get(PODS, name, namespace)
    except (NotFound, Forbidden):
        return None
