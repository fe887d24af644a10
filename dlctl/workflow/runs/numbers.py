"""The numbers of a component's runs: of those that are there, and of the last one that was deleted."""

from dlctl.cluster.protocol import Cluster, Resource
from dlctl.errors import Forbidden
from dlctl.jobs.runs.names import next_number
from dlctl.jobs.runs.record import run_of
from dlctl.plan.model import Scope


def next_run_number(cluster: Cluster, job: Resource, namespace: str, component: str, scope: Scope) -> int:
    """The number after the highest that was given to a run of the component in a namespace."""
    records = _runs_in(cluster, cluster.resource("v1", "ConfigMap"), namespace, scope)
    return next_number(component, (*_runs_in(cluster, job, namespace, scope), *records))


def _runs_in(cluster: Cluster, resource: Resource, namespace: str, scope: Scope) -> list[str]:
    """The names of the runs that objects of a kind belong to; none where they may not be listed."""
    try:
        listed = cluster.list(resource, namespace, labels=scope.runs, metadata_only=True)
        return [run_of(body) for body in listed]
    except Forbidden:
        return []
