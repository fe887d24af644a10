"""The verdict on the pods of one object: its groups are placed together, in what is left before them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from msgspec import Struct

from dlctl.nodes.fit.admission.quotas import Quotas
from dlctl.nodes.fit.asks import asks_of
from dlctl.nodes.fit.explain import Explained, explain, left_of
from dlctl.nodes.fit.filters.resources import written
from dlctl.nodes.fit.model import ClusterState, Constraint, Lasting, PodRequest, PodState
from dlctl.nodes.fit.place import Placing, Wanted, counted, largest_first, place
from dlctl.nodes.fit.preempt import preemption
from dlctl.nodes.fit.prepare import Prepared
from dlctl.nodes.fit.queues.kueue import kueue_reasons
from dlctl.nodes.fit.queues.taken import with_admitted
from dlctl.nodes.fit.queues.volcano import volcano_reasons
from dlctl.nodes.fit.report import GroupFit, Reason, Verdict
from dlctl.nodes.fit.usage import Usage


class Group(Struct, frozen=True):
    """The pods of one template; `index` is its place in the requests."""

    index: int
    prepared: Prepared

    @property
    def request(self) -> PodRequest:
        """What was asked for."""
        return self.prepared.pod.request

    @property
    def wanted(self) -> Wanted:
        """Its pods, to place."""
        return Wanted(self.prepared.pod, self.request.count)


class Surroundings(Struct, frozen=True):
    """What all objects of one check share. `pods` are those that stay; `below` is a priority to use."""

    state: ClusterState
    pods: Sequence[PodState]
    quotas: Quotas
    below: int | None = None


@dataclass(slots=True)
class Job:
    """The groups of one object. `after` has them placed, whether they start or not."""

    groups: Sequence[Group]
    around: Surroundings
    before: Usage
    after: Usage = field(init=False)
    placings: dict[int, Placing] = field(init=False)
    seen: dict[int, Explained] = field(init=False)
    limits: tuple[Reason, ...] = field(init=False)

    def __post_init__(self) -> None:
        state = self.around.state
        self.after = self.before.copy()
        self.placings = {}
        by_pod = {id(group.prepared.pod): group.index for group in self.groups}
        for wanted in largest_first(group.wanted for group in self.groups):
            self.placings[by_pod[id(wanted.pod)]] = place(wanted, self.after, state)
        self.seen = {each.index: explain(each.prepared.pod, self.before, state) for each in self.groups}
        self.limits = tuple(self._limits())

    def fits(self) -> Iterator[tuple[int, GroupFit]]:
        """The verdict on each group."""
        for group in self.groups:
            yield group.index, self._fit(group)

    @property
    def rest(self) -> Usage:
        """What is taken after them: a gang that does not start takes nothing."""
        return self.after if self._starts else self.before

    def settle(self) -> ClusterState:
        """Count what was placed in the quotas of the namespace; the state with it in the queues."""
        state = self.around.state
        if not self._starts:
            return state
        found = [(each.prepared.pod, len(self.placings[each.index].nodes)) for each in self.groups]
        self.around.quotas.take(found)
        return with_admitted(self.groups[0].request, found, state)

    @property
    def _minimum(self) -> int:
        """How many pods start together; 0: each for itself."""
        return max((group.request.minimum for group in self.groups), default=0)

    @property
    def _spare(self) -> int:
        """How many pods may be missing of the gang."""
        every = sum(placing.wanted for placing in self.placings.values())
        return max(0, every - self._minimum) if self._minimum else 0

    @property
    def _starts(self) -> bool:
        """Whether any may start: enough of a gang has a place, and nothing else keeps its pods back."""
        if self.limits or not self._minimum:
            return not self.limits
        kept = any(group.prepared.reasons for group in self.groups)
        return not kept and sum(len(each.nodes) for each in self.placings.values()) >= self._minimum

    def _least(self, group: Group, wanted: int) -> int:
        """How many pods must fit on empty nodes, for the rest to get a place in time."""
        if group.request.in_turns and not self._minimum:
            return min(1, wanted)
        return max(0, wanted - self._spare)

    def _limits(self) -> Iterator[Reason]:
        """What quotas and queues have against the pods of the object."""
        wanted = [(each.prepared.pod, self.placings[each.index].wanted) for each in self.groups]
        first, state = self.groups[0].request, self.around.state
        least = 1 if first.in_turns and not self._minimum else self._minimum
        yield from self.around.quotas.reasons(wanted, least)
        yield from kueue_reasons(first, wanted, state)
        yield from volcano_reasons(first, wanted, state)

    def _too_much(self, group: Group) -> Iterator[Reason]:
        """Devices of which all suitable nodes together have fewer than the groups of the object need."""
        if group.request.in_turns or len(self.groups) == 1:
            return
        wanted = [(each.prepared.pod, self.placings[each.index].wanted) for each in self.groups]
        nodes = {node.name: node for each in self.seen.values() for node in each.suitable}
        asking = [group.prepared.pod] if not self._minimum else [pod for pod, _ in wanted]
        for name in sorted({name for pod in asking for name in pod.requests if "/" in name}):
            if sum(name in pod.requests for pod, _ in wanted) < 2:
                continue  # the group's own room says it already
            counts = sorted((pod.requests.get(name, 0), count) for pod, count in wanted)
            need, spare = 0, self._spare
            for amount, count in reversed(counts):
                left_out = min(count, spare)
                need, spare = need + amount * (count - left_out), spare - left_out
            offered = sum(node.allocatable.get(name, 0) for node in nodes.values())
            if offered and need > offered:
                texts = written(name, need), written(name, offered)
                message = f"{texts[0]} {name} needed in all, suitable nodes have {texts[1]}"
                yield Reason(Constraint.RESOURCE, message, resource=name)

    def _fit(self, group: Group) -> GroupFit:
        pod, placing, seen = group.prepared.pod, self.placings[group.index], self.seen[group.index]
        verdict, reasons = self._verdict(group)
        return GroupFit(
            group.request,
            verdict,
            placing.wanted,
            len(placing.nodes),
            asks_of(pod),
            counted(placing.nodes) if verdict is Verdict.FITS or self._starts else (),
            reasons,
            seen.holders if verdict is Verdict.WAITS else (),
            tuple(left_of(pod, seen.suitable, self.after)) if verdict is Verdict.FITS else (),
            len(seen.suitable),
            len(self.around.state.nodes),
            any("/" in name for name in pod.requests) or bool(pod.spec.get("resourceClaims")),
            self._preemption(group) if verdict is Verdict.WAITS else "",
            tuple(self._notes(group)),
        )

    def _notes(self, group: Group) -> Iterator[str]:
        yield from group.prepared.notes
        if group.request.count is None and not self.placings[group.index].wanted:
            yield "it runs on no node, as the cluster is now"

    def _verdict(self, group: Group) -> tuple[Verdict, tuple[Reason, ...]]:
        own, placing = (*group.prepared.reasons, *self.limits), self.placings[group.index]
        has_place = len(placing.nodes) + self._spare >= placing.wanted
        if not (has_place and self._starts):
            own = (*own, *self._too_much(group))
        if has_place and not own:
            return self._placed(group)
        empty = self._empty(group)
        too_few = len(empty.nodes) < self._least(group, empty.wanted)
        never = too_few or any(each.lasting is Lasting.ALWAYS for each in own)
        of_nodes = () if has_place else self.seen[group.index].reasons
        reasons = (*own, *self._crowded(group, empty if too_few else None, has_place=has_place), *of_nodes)
        return (Verdict.NEVER if never else Verdict.WAITS), reasons

    def _empty(self, group: Group) -> Placing:
        """The places of a group on empty nodes: alone, or beside the object's others if those lack any."""
        state = self.around.state
        alone = place(group.wanted, Usage(state.nodes), state, lenient=True)
        if group.request.in_turns or len(alone.nodes) < self._least(group, alone.wanted):
            return alone
        together = self._together()
        return alone if together is None else together[group.index]

    def _together(self) -> dict[int, Placing] | None:
        """The places of all groups on empty nodes, where those are too few in any order; None where not."""
        if len(self.groups) == 1:
            return None
        state, tried = self.around.state, []
        first = largest_first(group.wanted for group in self.groups)
        by_pod = {id(group.prepared.pod): group.index for group in self.groups}
        for order in (first, first[::-1]):
            usage = Usage(state.nodes)
            tried.append({by_pod[id(each.pod)]: place(each, usage, state, lenient=True) for each in order})
            missing = sum(each.wanted - len(each.nodes) for each in tried[-1].values())
            if missing <= self._spare:
                return None
        return tried[0]

    def _placed(self, group: Group) -> tuple[Verdict, tuple[Reason, ...]]:
        """The verdict on a group that has its places: others of the gang may not, or too little is known."""
        if not self._starts:
            return Verdict.WAITS, (self._for_the_others(group),)
        if self.around.state.pods is None:
            message = "what is free is not known, since pods cannot be listed"
            return Verdict.UNKNOWN, (Reason(Constraint.RESOURCE, message, lasting=Lasting.CHANGES),)
        if group.prepared.open:
            return Verdict.UNKNOWN, group.prepared.open
        return Verdict.FITS, ()

    def _crowded(self, group: Group, empty: Placing | None, *, has_place: bool) -> Iterator[Reason]:
        """Nodes that would do, and are too few: now, or even where they are `empty`."""
        seen, placing = self.seen[group.index], self.placings[group.index]
        if not self.around.state.nodes:
            yield Reason(Constraint.NODES, "the cluster has no nodes", lasting=Lasting.CHANGES)
        elif empty is not None and seen.suitable:
            message = f"room for {len(empty.nodes)} of {empty.wanted} pods in all, even if empty"
            yield Reason(Constraint.NODES, message, group.request.count_path, nodes=len(seen.suitable))
        elif seen.open and not has_place:
            message = f"room for {len(placing.nodes)} of {placing.wanted} pods in all"
            field, number = group.request.count_path, len(seen.open)
            yield Reason(Constraint.NODES, message, field, nodes=number, lasting=Lasting.HELD)

    def _for_the_others(self, group: Group) -> Reason:
        others = [each for each in self.groups if each is not group]
        missing = [each for each in others if not self.placings[each.index].complete]
        texts = (f"{each.request.role or each.request.name} ({self._placed_of(each)})" for each in missing)
        message = f"starts together with {', '.join(texts) or 'the rest of the gang'}"
        return Reason(Constraint.GANG, message, lasting=Lasting.HELD)

    def _placed_of(self, group: Group) -> str:
        placing = self.placings[group.index]
        return f"{len(placing.nodes)} of {placing.wanted} fit"

    def _preemption(self, group: Group) -> str:
        needed = max(0, self.placings[group.index].wanted - self._spare)
        around = self.around
        return preemption(group.wanted, needed, around.state, around.pods, around.below)
