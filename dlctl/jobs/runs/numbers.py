"""The numbers of a component's runs: of those that are there, and of the last one that was deleted."""

from collections.abc import Iterable, Sequence

from dlctl.cluster.protocol import Cluster, Resource
from dlctl.errors import Forbidden
from dlctl.jobs.runs.names import next_number, run_name
from dlctl.jobs.runs.record import run_of
from dlctl.labels import component_of
from dlctl.manifest import JsonObject

_RECORDS = Resource("", "v1", "ConfigMap", "configmaps", namespaced=True)


def next_run_number(cluster: Cluster, job: Resource, namespace: str, component: str, selector: str) -> int:
    """The number after the highest that was given to a run of the component in a namespace.

    `selector` selects the objects of runs. Raises ClusterError.
    """
    found = (*_of_runs(cluster, job, namespace, selector), *_of_runs(cluster, _RECORDS, namespace, selector))
    return next_number(component, map(run_of, found))


def last_of(
    cluster: Cluster, job: Resource, deleted: Sequence[JsonObject], selector: str
) -> JsonObject | None:
    """The job of the run with the highest number, if it is among the deleted ones of a component.

    None where a higher number is known, and where no deleted run has a number. Raises ClusterError.
    """
    component = component_of(deleted[0]) if deleted else ""
    names = {run_of(body) for body in deleted}
    highest = next_number(component, names) - 1
    if not component or not highest:
        return None
    namespace = str(deleted[0]["metadata"]["namespace"])
    listed = (*_of_runs(cluster, job, namespace, selector), *_of_runs(cluster, _RECORDS, namespace, selector))
    if highest < next_number(component, {run_of(body) for body in listed} - names):
        return None
    return next(body for body in deleted if run_of(body) == run_name(component, highest))


def _of_runs(cluster: Cluster, resource: Resource, namespace: str, selector: str) -> Iterable[JsonObject]:
    """The metadata of the objects of runs of a kind; none where they may not be listed."""
    try:
        return [*cluster.list(resource, namespace, labels=selector, metadata_only=True)]
    except Forbidden:
        return ()
