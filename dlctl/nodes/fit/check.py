"""Would pods fit? They are placed in what is free, then in empty nodes: fits now, waits, or can never fit.

* FITS: all pods of the group have a place now, or as many as the gang needs.
* WAITS: not now, but on these nodes without other pods, with the unready and cordoned ones back, and with
  what the pods refer to and is missing.
* NEVER: not even then.

By arithmetic, not the scheduler: for one pod the filters are those of kube-scheduler; for several the order
in which they are placed is our own.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from dlctl.nodes.fit.admission.prepare import Prepared, prepare
from dlctl.nodes.fit.explain import Explained, asks_of, explain, left_of
from dlctl.nodes.fit.model import ClusterState, Constraint, Lasting, PodRequest, PodState
from dlctl.nodes.fit.place import Placing, Wanted, counted, largest_first, place
from dlctl.nodes.fit.preempt import preemption
from dlctl.nodes.fit.report import FitReport, GroupFit, Reason, Verdict
from dlctl.nodes.fit.usage import Usage


def check(
    state: ClusterState, requests: Sequence[PodRequest], *, preemptible_below: int | None = None
) -> FitReport:
    """The verdict on each request, in their order. They are wanted together: each takes what it needs.

    Pods that the requests' objects have already count as gone: their places are for the new ones.
    `preemptible_below` is a priority to count with instead of the pods' own.
    """
    own = {(each.namespace, each.kind, each.name) for each in requests}
    pods = tuple(pod for pod in state.pods or () if pod.made_by not in own)
    usage = Usage(state.nodes, pods)
    found: dict[int, GroupFit] = {}
    for gang in _gangs(requests, state):
        job = _Job(gang, state, usage, pods, preemptible_below)
        found.update(job.fits())
        usage = job.rest
    return FitReport(tuple(found[index] for index in range(len(requests))))


@dataclass(frozen=True, slots=True)
class _Group:
    """The pods of one template; `index` is its place in the requests."""

    index: int
    prepared: Prepared

    @property
    def request(self) -> PodRequest:
        return self.prepared.pod.request

    @property
    def wanted(self) -> Wanted:
        return Wanted(self.prepared.pod, self.request.count)


def _gangs(requests: Sequence[PodRequest], state: ClusterState) -> list[list[_Group]]:
    """The groups of each object."""
    objects: dict[tuple[str, str, str], list[_Group]] = {}
    for index, request in enumerate(requests):
        key = request.namespace, request.kind, request.name
        objects.setdefault(key, []).append(_Group(index, prepare(request, state)))
    return list(objects.values())


@dataclass(slots=True)
class _Job:
    """The groups of one object, placed in what is left `before` them."""

    groups: Sequence[_Group]
    state: ClusterState
    before: Usage
    pods: Sequence[PodState]
    below: int | None
    after: Usage = field(init=False)
    placings: dict[int, Placing] = field(init=False)

    def __post_init__(self) -> None:
        self.after = self.before.copy()
        by_pod = {id(group.prepared.pod): group.index for group in self.groups}
        self.placings = {}
        for wanted in largest_first(group.wanted for group in self.groups):
            self.placings[by_pod[id(wanted.pod)]] = place(wanted, self.after, self.state)

    @property
    def minimum(self) -> int:
        """How many pods start together; 0: each for itself."""
        return max((group.request.minimum for group in self.groups), default=0)

    @property
    def has_place(self) -> int:
        return sum(len(placing.nodes) for placing in self.placings.values())

    @property
    def spare(self) -> int:
        """How many pods may be missing of the gang."""
        wanted = sum(placing.wanted for placing in self.placings.values())
        return max(0, wanted - self.minimum) if self.minimum else 0

    @property
    def starts(self) -> bool:
        """Whether enough of a gang has a place, and nothing else keeps its pods back."""
        kept = any(group.prepared.reasons for group in self.groups)
        return not (self.minimum and (kept or self.has_place < self.minimum))

    @property
    def rest(self) -> Usage:
        """What is taken after them: a gang that does not start takes nothing."""
        return self.after if self.starts else self.before

    def fits(self) -> Iterator[tuple[int, GroupFit]]:
        """The verdict on each group."""
        for group in self.groups:
            yield group.index, self._fit(group)

    def _fit(self, group: _Group) -> GroupFit:
        pod, placing = group.prepared.pod, self.placings[group.index]
        seen = explain(pod, self.before, self.state)
        enough = len(placing.nodes) + self.spare >= placing.wanted
        verdict, reasons = self._verdict(group, seen, enough=enough and self.starts)
        return GroupFit(
            group.request,
            verdict,
            placing.wanted,
            len(placing.nodes),
            asks_of(pod),
            counted(placing.nodes) if self.starts else (),
            reasons,
            seen.holders if verdict is Verdict.WAITS else (),
            tuple(left_of(pod, seen.suitable, self.after)) if verdict is Verdict.FITS else (),
            len(seen.suitable),
            len(self.state.nodes),
            any("/" in name for name in pod.requests),
            self._preemption(group) if verdict is Verdict.WAITS else "",
            group.prepared.notes,
        )

    def _verdict(self, group: _Group, seen: Explained, *, enough: bool) -> tuple[Verdict, tuple[Reason, ...]]:
        own = group.prepared.reasons
        if enough and not own:
            if self.state.pods is not None:
                return Verdict.FITS, ()
            message = "what is free is not known: pods cannot be listed"
            return Verdict.UNKNOWN, (Reason(Constraint.RESOURCE, message, lasting=Lasting.CHANGES),)
        placing = self.placings[group.index]
        if len(placing.nodes) + self.spare >= placing.wanted and not own:
            return Verdict.WAITS, (self._for_the_others(group),)
        empty = place(group.wanted, Usage(self.state.nodes), self.state, lenient=True)
        too_few = len(empty.nodes) < self._least(group, empty.wanted)
        never = too_few or any(each.lasting is Lasting.ALWAYS for each in own)
        reasons = (*own, *self._crowded(group, seen, empty if too_few else None), *seen.reasons)
        return (Verdict.NEVER if never else Verdict.WAITS), reasons

    def _least(self, group: _Group, wanted: int) -> int:
        """How many pods must fit on empty nodes, for the rest to get a place in time."""
        if group.request.in_turns and not self.minimum:
            return min(1, wanted)
        return wanted - self.spare

    def _crowded(self, group: _Group, seen: Explained, empty: Placing | None) -> Iterator[Reason]:
        """Nodes that would do, and are too few: now, or even where they are `empty`."""
        if not self.state.nodes:
            yield Reason(Constraint.NODES, "the cluster has no nodes", lasting=Lasting.CHANGES)
        elif empty is not None and seen.suitable:
            message = f"has room for {len(empty.nodes)} of {empty.wanted} pods in all, even if empty"
            yield Reason(Constraint.NODES, message, nodes=len(seen.suitable))
        elif seen.open:
            placing = self.placings[group.index]
            message = f"has room for {len(placing.nodes)} of {placing.wanted} pods in all"
            yield Reason(Constraint.NODES, message, nodes=len(seen.open), lasting=Lasting.HELD)

    def _for_the_others(self, group: _Group) -> Reason:
        missing = [
            f"{each.request.role or each.request.name} {len(placing.nodes)}/{placing.wanted}"
            for each in self.groups
            if each is not group and not (placing := self.placings[each.index]).complete
        ]
        message = f"starts together with {', '.join(missing) or 'the rest of the gang'}, which does not fit"
        return Reason(Constraint.GANG, message, lasting=Lasting.HELD)

    def _preemption(self, group: _Group) -> str:
        needed = max(0, self.placings[group.index].wanted - self.spare)
        return preemption(group.wanted, needed, self.state, self.pods, self.below)
