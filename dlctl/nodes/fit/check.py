"""Would pods fit? They are placed in what is free, then in empty nodes: fits now, waits, or can never fit.

* FITS: all pods of the group have a place now, or as many as the gang needs.
* WAITS: not now, but on these nodes without other pods, with the unready and cordoned ones back, and with
  what the pods refer to and is missing.
* NEVER: not even then.
* UNKNOWN: something that decides could not be read, or is not modelled.

By arithmetic, not the scheduler: for one pod the filters are those of kube-scheduler; for several the order
in which they are placed is our own.
"""

from collections.abc import Sequence

from msgspec.structs import replace

from dlctl.nodes.fit.admission.quotas import Quotas
from dlctl.nodes.fit.job import Group, Job, Surroundings
from dlctl.nodes.fit.model import ClusterState, PodRequest
from dlctl.nodes.fit.prepare import prepare
from dlctl.nodes.fit.report import FitReport, GroupFit
from dlctl.nodes.fit.usage import Usage
from dlctl.nodes.inventory.order import natural_key


def check(
    state: ClusterState, requests: Sequence[PodRequest], *, preemptible_below: int | None = None
) -> FitReport:
    """The verdict on each request, in their order. They are wanted together: each takes what it needs.

    Pods that the requests' objects have already count as gone: their places are for the new ones.
    Pods that are nominated for a node count where no request has a higher priority, as for the scheduler.
    `preemptible_below` is a priority to count with instead of the pods' own.
    """
    state = replace(state, nodes=tuple(sorted(state.nodes, key=lambda node: natural_key(node.name))))
    own = {(each.namespace, each.kind, each.name) for each in requests}
    jobs = _objects(requests, state)
    highest = max((group.prepared.pod.priority for groups in jobs for group in groups), default=0)
    stay = tuple(
        pod
        for pod in state.pods or ()
        if not pod.is_of(own) and (not pod.nominated or pod.priority >= highest)
    )
    go = tuple(pod for pod in state.pods or () if pod.is_of(own))
    around = Surroundings(state, stay, Quotas(state, go), preemptible_below)
    usage = Usage(state.nodes, stay, state.devices.kept)
    found: dict[int, GroupFit] = {}
    for groups in jobs:
        job = Job(groups, around, usage)
        found.update(job.fits())
        around = replace(around, state=job.settle())
        usage = job.rest
    return FitReport(tuple(found[index] for index in range(len(requests))))


def _objects(requests: Sequence[PodRequest], state: ClusterState) -> list[list[Group]]:
    """The groups of each object."""
    objects: dict[tuple[str, str, str], list[Group]] = {}
    for index, request in enumerate(requests):
        key = request.namespace, request.kind, request.name
        objects.setdefault(key, []).append(Group(index, prepare(request, state)))
    return list(objects.values())
