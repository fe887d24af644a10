"""Which replicas of a job are asked for, and which of their containers."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct

from dlctl.errors import AppError
from dlctl.jobs.logs.containers import init_names, names_in, run_of
from dlctl.jobs.logs.model import LogNotice, LogSource
from dlctl.jobs.main_container import main_container
from dlctl.jobs.pod_rows import PodRow, leads, order_of, pod_row
from dlctl.manifest import JsonObject
from dlctl.status.model import text_at
from dlctl.suggest import did_you_mean
from dlctl.text import listed, shown_name

_WORK = ("worker", "node")
"""The roles of which the first replica counts as the chief where none leads the job."""
ALL = "*"


class Choice(Struct, frozen=True):
    """What the options name; nothing named means every replica, and the main container of each.

    `indexes` are those of replicas; `containers` may be `*`.
    """

    replicas: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    indexes: frozenset[int] = frozenset()
    chief: bool = False
    containers: tuple[str, ...] = ()
    init: bool = False


class ChosenPod(Struct, frozen=True):
    """A pod with its row, and what it is called: `worker-3`, or by its name where that is not unique."""

    body: JsonObject
    row: PodRow
    replica: str
    chief: bool


def chosen_pods(
    pods: Iterable[JsonObject], role_labels: Sequence[str], choice: Choice, job: str
) -> tuple[ChosenPod, ...]:
    """The pods that are asked for, in the order of roles and indexes.

    Raises AppError where the job has pods, and none of these.
    """
    every = pods_in_order(pods, role_labels)
    found = tuple(pod for pod in every if fits(pod, choice))
    if every and not found:
        raise _no_replica([pod.replica for pod in every], choice, job)
    return found


def pods_in_order(pods: Iterable[JsonObject], role_labels: Sequence[str]) -> tuple[ChosenPod, ...]:
    """All pods in the order of roles and indexes, each with a name of its own."""
    rows = sorted(((pod_row(pod, role_labels), pod) for pod in pods), key=lambda one: order_of(one[0]))
    chief = _chief([row for row, _ in rows])
    called = Counter(replica for replica, _ in {(row.replica, row.name) for row, _ in rows})
    return tuple(
        ChosenPod(pod, row, row.replica if called[row.replica] == 1 else row.name, row.name == chief)
        for row, pod in rows
    )


def sources_of(pod: ChosenPod, choice: Choice, *, previous: bool = False) -> Iterator[LogSource | LogNotice]:
    """The runs of a pod's containers that have a log; a notice for a container that has none yet."""
    names = _containers(pod.body, choice)
    for name in names:
        run = run_of(pod.body, name)
        called = f"{pod.replica}/{name}" if len(names) > 1 else pod.replica
        if previous and not run.before:
            yield LogNotice(f"{called}: container {name} has no previous instance")
        elif not run.id:
            yield LogNotice(f"{called}: container {name} has not started: {pod.row.cause or run.waiting}")
        else:
            yield LogSource(
                text_at(pod.body, "metadata", "namespace"),
                pod.row.name,
                text_at(pod.body, "metadata", "uid"),
                name,
                run.before if previous else run.id,
                called,
                pod.row.role.lower(),
                pod.row.index,
                pod.chief,
                run.ended,
                previous,
                run.exit_code,
            )


def check_containers(pods: Sequence[ChosenPod], choice: Choice, job: str) -> None:
    """Raise AppError for a container that no pod has."""
    known = tuple(dict.fromkeys(name for pod in pods for name in names_in(pod.body)))
    for name in choice.containers:
        if pods and name != ALL and name not in known:
            raise AppError(
                f"no pod of job '{job}' has a container {shown_name(name)}",
                hint=did_you_mean(name, known, f"containers: {listed(known)}"),
            )


def _containers(pod: JsonObject, choice: Choice) -> tuple[str, ...]:
    if ALL in choice.containers:
        return names_in(pod)
    if choice.init:
        return init_names(pod)
    if choice.containers:
        return tuple(name for name in names_in(pod) if name in choice.containers)
    return tuple(filter(None, (main_container(pod),)))


def fits(pod: ChosenPod, choice: Choice) -> bool:
    """Whether a pod is asked for."""
    row, index = pod.row, pod.row.index.partition("-")[0]
    return (
        (not choice.replicas or bool({pod.replica, row.replica, row.name} & set(choice.replicas)))
        and (not choice.roles or row.role.lower() in {role.lower() for role in choice.roles})
        and (not choice.indexes or (index.isdecimal() and int(index) in choice.indexes))
        and (not choice.chief or pod.chief)
    )


def _chief(rows: Sequence[PodRow]) -> str:
    """The pod that leads a job: by its role, else the first worker, else the first pod."""
    leading = [row for row in rows if leads(row)]
    working = [row for row in rows if row.role.lower() in _WORK]
    return next((row.name for row in (*leading, *working, *rows)), "")


def _no_replica(known: Sequence[str], choice: Choice, job: str) -> AppError:
    names = listed(known)
    if choice.replicas:
        name = choice.replicas[0]
        return AppError(
            f"job '{job}' has no replica {shown_name(name)}",
            hint=did_you_mean(name, known, f"replicas: {names}"),
        )
    return AppError(f"job '{job}' has no such replica", hint=f"replicas: {names}")
