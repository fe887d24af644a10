"""A pod by its name, in the namespaces of the environments that were read."""

from collections.abc import Iterable

from msgspec import Struct

from dlctl.app.environments import load_target
from dlctl.app.model import App
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


def find_pod(app: App, reached: Iterable[Reached], name: str) -> FoundPod | None:
    """The pod of this name; None if there is none, or it may not be read.

    Raises AppError where several environments have one, ClusterError.
    """
    if "/" in name:  # KIND/NAME
        return None
    found = {
        (each.identity.uid, namespace): FoundPod(each, namespace, name)
        for each in reached
        for namespace in namespaces_of(load_target(app, each.target.name))
        if _has(each, namespace, name)
    }
    if len(found) > 1:
        places = listed(f"{pod.reached.target.name} (namespace {pod.namespace})" for pod in found.values())
        raise AppError(
            f"pod {shown_name(name)} stands in several environments: {places}", hint="pass --env ENV"
        )
    return next(iter(found.values()), None)


def _has(reached: Reached, namespace: str, name: str) -> bool:
    try:
        reached.cluster.get(PODS, name, namespace)
    except (NotFound, Forbidden):
        return False
    return True
