"""The jobs of an environment, read from its cluster once."""

from collections.abc import Sequence
from datetime import UTC, datetime

from msgspec import Struct

from dlctl.app.model import Target
from dlctl.cluster.protocol import Cluster
from dlctl.jobs.facts import Judge, Owner
from dlctl.jobs.kinds import WORKLOADS
from dlctl.jobs.live import Live, LiveJob, read_live
from dlctl.jobs.model import Job
from dlctl.jobs.select import is_recent
from dlctl.jobs.warnings import Warned
from dlctl.manifest import JsonObject, ref_of
from dlctl.plan.live.ownership import Owner as Ownership
from dlctl.plan.live.ownership import owner_of
from dlctl.plan.model import Scope
from dlctl.status import Rules
from dlctl.workflow.render import Selection
from dlctl.workflow.scope import scope_of

_SERVING = ("-serving", "-service", "vllm")
"""How prototypes are called whose Deployments and StatefulSets serve."""


class JobQuery(Struct, frozen=True):
    """Which jobs: of these components; with `unmanaged` those that are not of the app, too.

    Without `ended` those that ended long ago are left out. With `servers` InferenceServices,
    LeaderWorkerSets, Knative Services, and Deployments and StatefulSets of components that serve are jobs,
    too; with `workloads` those of all components.
    """

    components: Sequence[str] = ()
    unmanaged: bool = False
    ended: bool = False
    servers: bool = False
    workloads: bool = False


class JobList(Struct, frozen=True):
    """The jobs of an environment; `notes` say what may not be read."""

    jobs: tuple[Job, ...]
    notes: tuple[str, ...]


class ChosenJobs(Struct, frozen=True):
    """Jobs as they are, each with its owner, and what they are judged by."""

    jobs: tuple[tuple[LiveJob, Owner], ...]
    judge: Judge
    notes: tuple[str, ...]


def jobs_of(cluster: Cluster, target: Target, rules: Rules, query: JobQuery) -> JobList:
    """The jobs in the namespaces of an environment. Raises ClusterError, RegistryError."""
    return listed(chosen_jobs(cluster, target, query, rules, brief=True), query)


def listed(found: ChosenJobs, query: JobQuery) -> JobList:
    """What is known of jobs, without those that ended long ago unless they are asked for."""
    jobs = [found.judge.job(each, owner) for each, owner in found.jobs]
    now = found.judge.now
    return JobList(tuple(job for job in jobs if query.ended or is_recent(job, now)), found.notes)


def chosen_jobs(
    cluster: Cluster, target: Target, query: JobQuery, rules: Rules, *, brief: bool = False
) -> ChosenJobs:
    """The jobs that are asked for, as they are, whenever they ended. Raises ClusterError, RegistryError.

    Where it is `brief`, their pods may lack fields that decide about nothing of a `Job`.
    """
    now = datetime.now(UTC)
    servers = query.servers or query.workloads
    live = read_live(cluster, namespaces_of(target), rules, servers=servers, brief=brief)
    return chosen_of(live, target, query, rules, Warned(cluster), now)


def chosen_of(
    live: Live, target: Target, query: JobQuery, rules: Rules, warned: Warned, now: datetime
) -> ChosenJobs:
    """The jobs that are asked for among those that were read. Raises RegistryError."""
    scope = scope_of(target, Selection())
    chosen = [
        (each, owner)
        for each in live.jobs
        if (owner := _chosen(each, scope, query)) is not None
        and (query.workloads or _serves(each.body, target, owner))
    ]
    judge = Judge(rules, now, warned.about([each for each, _ in chosen], rules, now))
    return ChosenJobs(tuple(chosen), judge, live.notes)


def namespaces_of(target: Target) -> tuple[str, ...]:
    """The namespace of an environment, and those of its components."""
    own = target.environment.namespace
    others = (each.namespace for each in target.app.components.values())
    return tuple(dict.fromkeys((own, *filter(None, others))))


def _chosen(live: LiveJob, scope: Scope, query: JobQuery) -> Owner | None:
    """Whose a job is, or what made it; None for one that is not asked for."""
    owner, body = owner_of(live.body, scope), live.body
    if owner is Ownership.NOBODY and live.maker is not None:
        owner, body = owner_of(live.maker, scope), live.maker
    if owner is Ownership.OURS:
        component = scope.component_of(body)
        wanted = not query.components or component in query.components
        return Owner(scope.environment, component) if wanted else None
    return Owner() if query.unmanaged and not query.components else None


def _serves(body: JsonObject, target: Target, owner: Owner) -> bool:
    """Whether an object is a job or a server: a Deployment is one by the name of its prototype."""
    if ref_of(body).group_kind not in WORKLOADS:
        return True
    component = target.app.components.get(owner.component)
    return component is not None and component.prototype.endswith(_SERVING)
