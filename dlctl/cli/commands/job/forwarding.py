"""`dlctl job port-forward` and `dlctl port-forward`: local ports to ports of a pod."""

import threading
from collections.abc import Mapping, Sequence
from functools import partial

from msgspec import Struct

from dlctl.app.model import Target
from dlctl.cli.commands.job.finding import Search, search_jobs, searched_environments
from dlctl.cli.commands.job.reading import read_environments
from dlctl.cli.connect import ClusterFlags
from dlctl.cli.output.notes import log_event
from dlctl.cli.output.streams import data
from dlctl.cli.runtime import Runtime
from dlctl.cluster.protocol import Channels, Cluster
from dlctl.errors import ClusterError, NotFound, UsageError
from dlctl.events import WarningNote
from dlctl.jobs.logs.choice import Choice
from dlctl.jobs.port_forward import Ports, listen, serve
from dlctl.manifest import JsonObject
from dlctl.pattern import pattern
from dlctl.status import Rules
from dlctl.text import listed
from dlctl.workflow.clusters import ClusterRead, require_pinned
from dlctl.workflow.jobs.find import PODS_TOO, Searched
from dlctl.workflow.jobs.listing import JobQuery, chosen_jobs
from dlctl.workflow.jobs.reach import running_pod
from dlctl.workflow.pod_find import FoundPod, declared_ports, pods_by_namespace, the_pod

_PORTS = pattern(r"(?:(\d*):)?(\d+)")
_MOST = 65535
_DIGITS = 5
_FREE = ":REMOTE chooses a local port that is free"
_POLL = 0.2
"""Seconds of one wait: an interrupt that reaches another thread is not noticed until the wait ends."""


def ports_of(texts: Sequence[str]) -> tuple[Ports, ...]:
    """The pairs of `8100:8000`, `:8000` (any free local port) and `8000` (the same). Raises UsageError."""
    found = [_ports(text) for text in texts]
    local = [each.local for each in found if each.local]
    if len(set(local)) < len(local):
        raise UsageError("a local port is given twice", hint="give each pair a local port of its own")
    return tuple(found)


def _ports(text: str) -> Ports:
    match = _PORTS.fullmatch(text)
    if match is None:
        raise UsageError("ports are given as LOCAL:REMOTE, such as 8100:8000", hint=_FREE)
    remote = _port(match[2], least=1)
    return Ports(remote if match[1] is None else _port(match[1] or "0", least=0), remote)


def _port(text: str, *, least: int) -> int:
    digits = text.lstrip("0") or "0"
    if len(digits) > _DIGITS or not least <= int(digits) <= _MOST:
        raise UsageError(f"{text[:20]} is not a port (1 to {_MOST})", hint=_FREE)
    return int(digits)


def forward_job(
    runtime: Runtime,
    flags: ClusterFlags,
    name: str,
    environment: str,
    query: JobQuery,
    choice: Choice,
    ports: Sequence[Ports],
) -> None:
    """`job port-forward`; runs until it is interrupted.

    Raises AppError, PlanError for another cluster than the pinned one, ClusterError.
    """
    search = search_jobs(runtime, flags, environment, query)
    _forward(_pod_of_job(search, name, choice), ports)


def forward_any(
    runtime: Runtime, flags: ClusterFlags, name: str, environment: str, ports: Sequence[Ports]
) -> None:
    """`port-forward`: to a pod of this name, else as `job port-forward`. Raises the same errors.

    Jobs are listed only where there is no such pod.
    """
    reads = read_environments(
        runtime, flags, searched_environments(runtime, environment), partial(_read, name=name)
    )
    pods = [
        FoundPod(each.reached, namespace, name, declared_ports(pod))
        for each in reads
        for namespace, pod in (each.result.pods if each.result else {}).items()
        if each.reached
    ]
    if pods:
        pod = the_pod(pods)
        require_pinned(pod.reached)
    else:
        pod = _pod_of_job(Search(tuple(map(_jobs_of, reads)), what=PODS_TOO), name, Choice())
    _forward(pod, ports)


class _PodOrJobs(Struct, frozen=True):
    """The pods of a name by namespace; the jobs where there is none."""

    pods: Mapping[str, JsonObject]
    searched: Searched | None = None


def _read(cluster: Cluster, target: Target, rules: Rules, *, name: str) -> _PodOrJobs:
    if pods := pods_by_namespace(cluster, target, name):
        return _PodOrJobs(pods)
    chosen = chosen_jobs(cluster, target, JobQuery(ended=True, workloads=True), rules)
    return _PodOrJobs({}, Searched(target.environment.name, cluster, chosen))


def _jobs_of(read: ClusterRead[_PodOrJobs]) -> ClusterRead[Searched]:
    searched = read.result.searched if read.result else None
    return ClusterRead(read.target, read.reached, searched, read.error, read.same_as)


def _pod_of_job(search: Search, name: str, choice: Choice) -> FoundPod:
    found = search.one(name)
    search.require_pinned(found)
    reached = next(each.reached for each in search.reads if each.target == found.environment and each.reached)
    pod = running_pod(found, choice)
    return FoundPod(reached, found.ref.namespace, pod.row.name, declared_ports(pod.body))


def _note_undeclared(pod: FoundPod, ports: Sequence[Ports]) -> None:
    """A warning for each port that the pod does not declare, where it declares others."""
    known = listed(f"{number} ({name})" if name else str(number) for number, name in pod.ports.items())
    for remote in dict.fromkeys(each.remote for each in ports):
        if pod.ports and remote not in pod.ports:
            log_event(WarningNote(f"pod '{pod.name}' does not declare port {remote}; it declares {known}"))


def _forward(pod: FoundPod, ports: Sequence[Ports]) -> None:
    cluster: Cluster = pod.reached.cluster
    gone = threading.Event()

    def open_port(remote: int) -> Channels:
        try:
            return cluster.forward(pod.namespace, pod.name, remote)
        except NotFound:
            gone.set()
            raise

    listeners = [listen(each) for each in ports]
    _note_undeclared(pod, ports)
    for each in listeners:
        data(f"Forwarding from 127.0.0.1:{each.ports.local} -> {pod.name}:{each.ports.remote}\n")
    serve(listeners, open_port, lambda text: log_event(WarningNote(text)))
    try:
        while not gone.wait(_POLL):
            pass
    finally:
        for each in listeners:
            each.close()
    raise ClusterError(f"pod '{pod.name}' is gone", hint="run the command again for its successor")
