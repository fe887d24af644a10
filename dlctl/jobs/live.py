"""What is read of a cluster to list its jobs: one paged LIST of each kind and namespace."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct

from dlctl.cluster.fresh import with_fresh_kinds
from dlctl.cluster.kind_unavailable import KindUnavailable
from dlctl.cluster.protocol import Cluster, Resource
from dlctl.cluster.versions import one_version
from dlctl.deploy.watches import News, Wanted
from dlctl.errors import Forbidden
from dlctl.jobs.kinds import (
    MAKERS,
    WORKLOADS,
    job_resources,
    server_resources,
)
from dlctl.jobs.labelled import ByLabel
from dlctl.jobs.owners import Owners, controller_of
from dlctl.jobs.pod_fields import PodPage
from dlctl.manifest import GroupKind, JsonObject, ObjectRef, ref_of
from dlctl.plan.options import THREADS
from dlctl.plan.parallel import in_parallel
from dlctl.status.model import text_at, value_at
from dlctl.status.readiness import Layer, Rules

PODS = Resource("", "v1", "Pod", "pods", namespaced=True)

Place = tuple[Resource, str]
"""A kind in a namespace."""
Listed = dict[ObjectRef, JsonObject]


class LiveJob(Struct, frozen=True):
    """A job as it is, with its pods and what a queue or a gang scheduler made for it.

    `pods` is None where they may not be listed. `queued` is what queues made, `gangs` what gang schedulers
    made. `maker` is the CronJob or the like that made the job; None for one that was applied.
    """

    body: JsonObject
    pods: tuple[JsonObject, ...] | None = ()
    queued: tuple[JsonObject, ...] = ()
    gangs: tuple[JsonObject, ...] = ()
    maker: JsonObject | None = None

    @property
    def uid(self) -> str:
        """The job's UID."""
        return text_at(self.body, "metadata", "uid")


class Live(Struct, frozen=True):
    """The jobs of some namespaces; `notes` say what may not be read."""

    jobs: tuple[LiveJob, ...]
    notes: tuple[str, ...] = ()


def read_live(
    cluster: Cluster, namespaces: Iterable[str], rules: Rules, *, servers: bool = False, brief: bool = False
) -> Live:
    """Every job in the namespaces that no other job owns. Arguments and errors are those of `read_lists`."""
    return read_lists(cluster, namespaces, rules, servers=servers, brief=brief).live()


def read_lists(
    cluster: Cluster, namespaces: Iterable[str], rules: Rules, *, servers: bool = False, brief: bool = False
) -> "Lists":
    """All objects in the namespaces that tell of jobs; with `servers` also of what serves.

    Where it is `brief`, pods have the fields that decide about a job, and may lack others. A kind that may
    not be listed is a note. Raises Forbidden where no kind of jobs may be listed, and ClusterError for any
    other failure.
    """
    wanted = tuple(dict.fromkeys(namespaces))
    return with_fresh_kinds(lambda: _read(cluster, wanted, rules, servers=servers, brief=brief))


def _read(
    cluster: Cluster, namespaces: Sequence[str], rules: Rules, *, servers: bool, brief: bool
) -> "Lists":
    served = cluster.resources()
    kinds = (*job_resources(served, rules), *(server_resources(served, rules) if servers else ()))
    known = one_version(served)
    found = filter(None, map(rules.find, known))
    holders = {each.kind: each.holds.layer for each in found if each.holds}
    held = (known[kind] for kind in holders)
    makers = (each for kind, each in known.items() if kind in MAKERS)
    asked = [(each, namespace) for each in (*kinds, PODS, *held, *makers) for namespace in namespaces]
    pages = {PODS: PodPage} if brief else {}
    answers = in_parallel(lambda one: _list(cluster, *one, page=pages.get(one[0])), asked, THREADS)
    lists = Lists(kinds, dict(zip(asked, answers, strict=True)), holders, rules)
    lists.raise_where_none()
    return lists


def _list(cluster: Cluster, resource: Resource, namespace: str, page: type[Any] | None) -> Listed | Forbidden:
    try:
        return {ref_of(body): body for body in cluster.list(resource, namespace, page=page)}
    except KindUnavailable:
        return {}
    except Forbidden as error:
        return error


class Lists:
    """What each LIST gave: objects, or why they may not be read. Not thread-safe."""

    def __init__(
        self,
        kinds: Sequence[Resource],
        answers: Mapping[Place, Listed | Forbidden],
        holders: Mapping[GroupKind, Layer],
        rules: Rules,
    ) -> None:
        self._rules = rules
        self._kinds = kinds
        self._holders = holders
        self._answers = answers
        self._places = {(each.group_kind, namespace): (each, namespace) for each, namespace in answers}

    def raise_where_none(self) -> None:
        """Raise the first refusal where no kind of jobs may be listed in any namespace."""
        answers = [answer for (resource, _), answer in self._answers.items() if resource in self._kinds]
        refusals = [answer for answer in answers if isinstance(answer, Forbidden)]
        if refusals and len(refusals) == len(answers):
            raise refusals[0]

    def watched(self, kinds: Iterable[GroupKind] | None = None) -> tuple[Wanted, ...]:
        """What may be listed, to be watched; of kinds of jobs only `kinds`, if they are given."""
        wanted = None if kinds is None else frozenset(kinds)
        places: dict[Resource, list[str]] = {}
        for (resource, namespace), answer in self._answers.items():
            left_out = wanted is not None and resource in self._kinds and resource.group_kind not in wanted
            if not left_out and not isinstance(answer, Forbidden):
                places.setdefault(resource, []).append(namespace)
        return tuple(Wanted(resource, frozenset(found)) for resource, found in places.items())

    def take(self, news: News) -> bool:
        """Keep the present state of an object; whether that is new."""
        place = self._places.get((news.ref.group_kind, news.ref.namespace))
        listed = self._answers[place] if place is not None else None
        if listed is None or isinstance(listed, Forbidden) or listed.get(news.ref) == news.body:
            return False
        if news.body is None:
            del listed[news.ref]
        else:
            listed[news.ref] = news.body
        return True

    def live(self) -> Live:
        """The jobs that no other job owns, with what belongs to each."""
        owners = Owners(self._of({each.group_kind for each in self._kinds}))
        return Live(tuple(self._joined(owners)), self._notes())

    def _of(self, kinds: Iterable[GroupKind]) -> Iterator[JsonObject]:
        wanted = frozenset(kinds)
        for (resource, _), answer in self._answers.items():
            if resource.group_kind in wanted and not isinstance(answer, Forbidden):
                yield from answer.values()

    def _held_by(self, layer: Layer) -> Iterator[GroupKind]:
        return (kind for kind, own in self._holders.items() if own is layer)

    def _notes(self) -> tuple[str, ...]:
        return tuple(
            f"you do not have permission to list {resource.plural} in namespace {namespace}"
            for (resource, namespace), answer in self._answers.items()
            if isinstance(answer, Forbidden) and resource.group_kind not in MAKERS
        )

    def _joined(self, owners: Owners) -> Iterator[LiveJob]:
        pods = owners.by_job(self._of([PODS.group_kind]))
        queued = owners.by_job(self._of(self._held_by(Layer.QUEUE)))
        gangs = owners.by_job(self._of(self._held_by(Layer.GANG)))
        outermost = tuple(owners.outermost())
        makers = {text_at(body, "metadata", "uid"): body for body in self._of(MAKERS)}
        labelled = ByLabel(self._of([PODS.group_kind]), outermost, self._rules)
        for body in outermost:
            if ref_of(body).group_kind in WORKLOADS and value_at(body, "metadata", "ownerReferences"):
                continue  # a part of what owns it
            uid = text_at(body, "metadata", "uid")
            hidden = isinstance(self._answers[PODS, text_at(body, "metadata", "namespace")], Forbidden)
            own = None if hidden else _each_once((*pods.get(uid, ()), *labelled.of(body)))
            maker = makers.get(text_at(controller_of(body), "uid"))
            yield LiveJob(body, own, tuple(queued.get(uid, ())), tuple(gangs.get(uid, ())), maker)


def _each_once(pods: Iterable[JsonObject]) -> tuple[JsonObject, ...]:
    return tuple({text_at(pod, "metadata", "uid"): pod for pod in pods}.values())
