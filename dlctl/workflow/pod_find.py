"""A pod by its name, in the namespaces of the environments that are read."""

from collections.abc import Iterable

from msgspec import Struct

from dlctl.app.model import Target
from dlctl.cluster.protocol import Cluster
from dlctl.errors import AppError, Forbidden, NotFound
from dlctl.jobs.live import PODS
from dlctl.text import listed, shown_name
from dlctl.workflow.clusters import Reached
from dlctl.workflow.jobs.listing import namespaces_of


class FoundPod(Struct, frozen=True):
    """A pod, and the cluster where it runs."""

    reached: Reached
    namespace: str
    name: str


def namespaces_with(cluster: Cluster, target: Target, name: str) -> tuple[str, ...]:
    """The namespaces of an environment with a pod of this name that may be read. Raises ClusterError."""
    if "/" in name:  # KIND/NAME
        return ()
    return tuple(each for each in namespaces_of(target) if _has(cluster, each, name))


def the_pod(found: Iterable[FoundPod]) -> FoundPod:
    """The one pod that was found, at least once. Raises AppError where several environments have one."""
    each_once = {(pod.reached.identity.uid, pod.namespace): pod for pod in found}
    pods = tuple(each_once.values())
    if len(pods) > 1:
        places = listed(f"{pod.reached.target.name} (namespace {pod.namespace})" for pod in pods)
        raise AppError(
            f"pod {shown_name(pods[0].name)} stands in several environments: {places}",
            hint="pass --env ENV",
        )
    return pods[0]


def _has(cluster: Cluster, namespace: str, name: str) -> bool:
    try:
        cluster.get(PODS, name, namespace)
    except (NotFound, Forbidden):
        return False
    return True
