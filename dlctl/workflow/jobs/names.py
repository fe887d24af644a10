"""The names of the jobs of an environment, by as few and as small requests as there can be."""

from collections.abc import Iterator

from msgspec import Struct

from dlctl.app.model import Target
from dlctl.cluster.protocol import Cluster, Resource
from dlctl.errors import Forbidden
from dlctl.jobs.kinds import job_resources, short_kind
from dlctl.jobs.runs.record import run_of
from dlctl.labels import selector_of, target_labels
from dlctl.plan.options import THREADS
from dlctl.plan.parallel import as_done
from dlctl.status.readiness import Rules
from dlctl.workflow.jobs.listing import namespaces_of


class JobName(Struct, frozen=True):
    """A name of a job, `run` the same where it is a run, and its kind in one word."""

    name: str
    run: str
    kind: str


def job_names(cluster: Cluster, target: Target, rules: Rules, *, unmanaged: bool) -> Iterator[JobName]:
    """The names of the app's jobs, with `unmanaged` of all jobs; a kind that may not be listed is left out.

    Only metadata is read. The names come as kinds are answered. Raises ClusterError, RegistryError.
    """
    labels = "" if unmanaged else selector_of(target_labels(target.app.name, target.environment.name))

    def listed(place: tuple[Resource, str]) -> list[JobName]:
        resource, namespace = place
        try:
            found = list(cluster.list(resource, namespace, labels=labels, metadata_only=True))
        except Forbidden:
            return []
        kind = short_kind(resource.group_kind)
        return [JobName(run_of(each) or each["metadata"]["name"], run_of(each), kind) for each in found]

    kinds = job_resources(cluster.resources(), rules)
    places = [(kind, namespace) for kind in kinds for namespace in namespaces_of(target)]
    for _, names in as_done(listed, places, THREADS):
        yield from names
