"""What is read of a cluster to list its jobs: one paged LIST of each kind and namespace."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct

from dlctl.cluster.fresh import with_fresh_kinds
from dlctl.cluster.kind_unavailable import KindUnavailable
from dlctl.cluster.protocol import Cluster, Resource
from dlctl.errors import Forbidden
from dlctl.jobs.kinds import (
    POD_GROUP,
    WORKLOAD,
    WORKLOADS,
    job_resources,
    one_version,
    server_resources,
)
from dlctl.jobs.labelled import ByLabel
from dlctl.jobs.owners import Owners
from dlctl.manifest import GroupKind, JsonObject, ref_of
from dlctl.plan.options import THREADS
from dlctl.plan.parallel import in_parallel
from dlctl.status.model import text_at, value_at
from dlctl.status.readiness import Rules

PODS = Resource("", "v1", "Pod", "pods", namespaced=True)


class LiveJob(Struct, frozen=True):
    """A job as it is, with its pods and what a queue or a gang scheduler made for it.

    `pods` is None where they may not be listed.
    """

    body: JsonObject
    pods: tuple[JsonObject, ...] | None = ()
    workloads: tuple[JsonObject, ...] = ()
    pod_groups: tuple[JsonObject, ...] = ()

    @property
    def uid(self) -> str:
        """The job's UID."""
        return text_at(self.body, "metadata", "uid")


class Live(Struct, frozen=True):
    """The jobs of some namespaces; `notes` say what may not be read."""

    jobs: tuple[LiveJob, ...]
    notes: tuple[str, ...] = ()


def read_live(cluster: Cluster, namespaces: Iterable[str], rules: Rules, *, servers: bool = False) -> Live:
    """Every job in the namespaces that no other job owns; with `servers` what serves, too.

    A kind that may not be listed is a note. Raises Forbidden where no kind of jobs may be listed, and
    ClusterError for any other failure.
    """
    wanted = tuple(dict.fromkeys(namespaces))
    return with_fresh_kinds(lambda: _read(cluster, wanted, rules, servers=servers))


def _read(cluster: Cluster, namespaces: Sequence[str], rules: Rules, *, servers: bool) -> Live:
    served = cluster.resources()
    kinds = (*job_resources(served, rules), *(server_resources(served) if servers else ()))
    known = one_version(served)
    holders = tuple(known[kind] for kind in (WORKLOAD, POD_GROUP) if kind in known)
    asked = [(each, namespace) for each in (*kinds, PODS, *holders) for namespace in namespaces]
    lists = in_parallel(lambda one: _list(cluster, *one), asked, THREADS)
    found = _Lists(dict(zip(asked, lists, strict=True)))
    found.raise_where_none(kinds)
    jobs = tuple(found.of(kinds))
    owners = Owners(jobs)
    return Live(tuple(found.joined(owners, known)), found.notes)


class _Lists:
    """What each LIST gave: objects, or why they may not be read."""

    def __init__(self, answers: Mapping[tuple[Resource, str], tuple[JsonObject, ...] | Forbidden]) -> None:
        self._answers = answers

    def of(self, kinds: Iterable[Resource]) -> Iterator[JsonObject]:
        wanted = frozenset(kinds)
        for (resource, _), answer in self._answers.items():
            if resource in wanted and not isinstance(answer, Forbidden):
                yield from answer

    def raise_where_none(self, kinds: Sequence[Resource]) -> None:
        """Raise the first refusal where no kind may be listed in any namespace."""
        answers = [answer for (resource, _), answer in self._answers.items() if resource in kinds]
        refusals = [answer for answer in answers if isinstance(answer, Forbidden)]
        if refusals and len(refusals) == len(answers):
            raise refusals[0]

    @property
    def notes(self) -> tuple[str, ...]:
        return tuple(
            f"you may not list {resource.plural} in namespace {namespace}"
            for (resource, namespace), answer in self._answers.items()
            if isinstance(answer, Forbidden)
        )

    def joined(self, owners: Owners, known: Mapping[GroupKind, Resource]) -> Iterator[LiveJob]:
        pods = owners.by_job(self.of([PODS]))
        outermost = tuple(owners.outermost())
        labelled = ByLabel(self.of([PODS]), outermost)
        workloads = owners.by_job(self.of([known[WORKLOAD]] if WORKLOAD in known else ()))
        groups = owners.by_job(self.of([known[POD_GROUP]] if POD_GROUP in known else ()))
        for body in outermost:
            if ref_of(body).group_kind in WORKLOADS and value_at(body, "metadata", "ownerReferences"):
                continue  # a part of what owns it
            uid = text_at(body, "metadata", "uid")
            hidden = isinstance(self._answers[PODS, text_at(body, "metadata", "namespace")], Forbidden)
            own = None if hidden else _each_once((*pods.get(uid, ()), *labelled.of(body)))
            yield LiveJob(body, own, tuple(workloads.get(uid, ())), tuple(groups.get(uid, ())))


def _each_once(pods: Iterable[JsonObject]) -> tuple[JsonObject, ...]:
    return tuple({text_at(pod, "metadata", "uid"): pod for pod in pods}.values())


def _list(cluster: Cluster, resource: Resource, namespace: str) -> tuple[JsonObject, ...] | Forbidden:
    try:
        return tuple(cluster.list(resource, namespace))
    except KindUnavailable:
        return ()
    except Forbidden as error:
        return error
