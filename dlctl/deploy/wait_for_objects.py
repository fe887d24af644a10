"""Wait until the objects of a target are ready, by watches, with a second opinion of a fresh LIST."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from msgspec import Struct
from msgspec.structs import replace

from dlctl.cluster.protocol import Cluster, Resource
from dlctl.deploy.events import Judged
from dlctl.deploy.goal import Goal, has_failed, is_reached
from dlctl.deploy.options import Clock, DeployOptions
from dlctl.deploy.steady import Unsteady
from dlctl.deploy.waited import Waited
from dlctl.deploy.watches import News, Wanted, Watches, wanted_objects
from dlctl.deploy.why.explain import explain
from dlctl.events import Emit, Progress
from dlctl.kinds.scope import may_be_custom
from dlctl.manifest import GroupKind, JsonObject, Manifest, ObjectRef
from dlctl.plan.live.kinds import find_kinds
from dlctl.plan.live.object_status import ObjectStatus
from dlctl.plan.live.old_secrets import masked_verdict
from dlctl.plan.live.status import status_of
from dlctl.plan.model import Scope
from dlctl.status import Phase, Rules, Verdict
from dlctl.status.kinds.without_status import KINDS as WITHOUT_STATUS
from dlctl.status.rules import RULES

TICK = 1.0
"""Seconds after which ages are looked at again where there is no news."""

POLL = 0.1
"""Seconds in which an interrupt is noticed."""

RELIST = 10.0
"""Seconds after which objects are listed again while there are some that no event was about."""


Look = Callable[[Sequence[ObjectStatus]], tuple[ObjectStatus, ...]]
"""A second look at objects: a job may be reported to run while its pods do not. May raise ClusterError."""


class Wait(Struct, frozen=True):
    """What to wait for: the objects of a target, and how far they must be; `changed` were just written.

    `look` is taken at each LIST.
    """

    scope: Scope
    manifests: tuple[Manifest, ...]
    goal: Goal
    rules: Rules
    changed: frozenset[ObjectRef] = frozenset()
    look: Look = tuple


def wait_for_objects(cluster: Cluster, wait: Wait, options: DeployOptions, emit: Emit) -> Waited | None:
    """Wait until all objects are as far as the goal asks, one has failed, or it times out.

    Of what was changed, workloads that are ready as soon as their pods start, and jobs, must stay so for a
    while. The result is that of a LIST after the last event; None if `options.stop` ended the wait.
    Raises ClusterError.
    """
    started = options.clock.now()
    state = _State(wait, options.clock, emit)
    wanted = _watched(cluster, wait, options.threads)
    with Watches(cluster, wanted) as watches:
        while True:
            _follow(watches, state, options, emit)
            if options.stop.is_set():
                return None
            listed = _fresh(cluster, wait)
            looked = wait.look(listed)
            waited = Waited(wait.goal, looked, options.clock.now() - started)
            if waited.is_reached:
                return waited
            if waited.failed or options.is_over:
                return _explained(cluster, wait, waited)
            state.correct(looked, frozenset(each.ref for each in set(looked).difference(listed)))


def _explained(cluster: Cluster, wait: Wait, waited: Waited) -> Waited:
    """The end of a wait with the causes of what has failed, then of what is in progress."""
    unready = (*waited.failed, *waited.pending)
    return replace(waited, causes=explain(cluster, unready, wait.manifests, wait.rules))


def _fresh(cluster: Cluster, wait: Wait) -> tuple[ObjectStatus, ...]:
    return status_of(wait.scope, wait.manifests, cluster, rules=wait.rules, extras=False)


def _watched(cluster: Cluster, wait: Wait, threads: int) -> tuple[Wanted, ...]:
    """The objects that can be something else than ready, by resource."""
    manifests = [each for each in wait.manifests if _has_a_status(each.ref.group_kind)]
    served = find_kinds(cluster, manifests, threads).served
    found: dict[Resource, list[ObjectRef]] = {}
    for manifest in manifests:
        if manifest.api_key in served:
            found.setdefault(served[manifest.api_key], []).append(manifest.ref)
    return tuple(wanted_objects(each, refs, wait.scope.selector) for each, refs in found.items())


def _has_a_status(group_kind: GroupKind) -> bool:
    return group_kind not in WITHOUT_STATUS and (group_kind in RULES or may_be_custom(group_kind))


def _follow(watches: Watches, state: "_State", options: DeployOptions, emit: Emit) -> None:
    """Take news until all objects seem to be ready, one seems to have failed, or it times out."""
    listed_again = options.clock.now() + RELIST
    while True:
        emit(Progress("objects ready", state.ready, state.total))
        if state.is_decided or options.is_over or options.stop.is_set():
            return
        if state.has_unseen and options.clock.now() >= listed_again:
            return
        left = options.deadline - options.clock.now()
        for news in _news(watches, min(TICK, left, state.steady_in or TICK), options):
            state.take(news.ref, news.body)
        state.grow_older()


def _news(watches: Watches, seconds: float, options: DeployOptions) -> list[News]:
    """What is new, after a wait of at most so many seconds, or until an interrupt."""
    while True:
        found = watches.news(min(seconds, POLL))
        seconds -= POLL
        if found or seconds <= 0 or options.stop.is_set():
            return found


class _State:
    """What is known of each object that is watched: its verdict, and its body while it is not ready."""

    def __init__(self, wait: Wait, clock: Clock, emit: Emit) -> None:
        self._wait = wait
        self._clock = clock
        self._emit = emit
        self._unsteady = Unsteady()
        self._known: dict[ObjectRef, Verdict] = {}
        self._open: dict[ObjectRef, JsonObject | None] = {
            each.ref: None for each in wait.manifests if _has_a_status(each.ref.group_kind)
        }
        self._failed: set[ObjectRef] = set()
        self._doubted: frozenset[ObjectRef] = frozenset()
        self._followed = frozenset(self._open)
        self.total = len(wait.manifests)

    @property
    def ready(self) -> int:
        return self.total - len(self._open)

    @property
    def is_decided(self) -> bool:
        return bool(self._failed) or not (self._open or self.steady_in)

    @property
    def steady_in(self) -> float:
        """In how many seconds everything that is ready has been so for long enough."""
        return max(0.0, self._unsteady.seconds(self._clock.now()))

    @property
    def has_unseen(self) -> bool:
        return any(body is None for body in self._open.values())

    def take(self, ref: ObjectRef, body: JsonObject | None) -> None:
        """Judge an object by its new state."""
        verdict = masked_verdict(body, now=datetime.now(UTC), rules=self._wait.rules)
        if ref in self._doubted and verdict.phase is Phase.RUNNING:
            return  # its pods do not run; only a LIST looks at them
        self._put(ref, body, verdict)

    def grow_older(self) -> None:
        """Judge again what is not ready: some verdicts change with time alone."""
        for ref, body in tuple(self._open.items()):
            if body is not None:
                self.take(ref, body)

    def correct(self, statuses: Sequence[ObjectStatus], doubted: frozenset[ObjectRef]) -> None:
        """Take what a LIST says of objects that no event has said; `doubted` by a second look."""
        self._failed.clear()
        self._doubted = doubted
        for status in statuses:
            if status.ref in self._followed:
                self._report(status.ref, status.verdict)
            if is_reached(status.verdict, self._wait.goal):
                self._ready(status.ref)
            else:
                self._unsteady.unready(status.ref)
                self._open.setdefault(status.ref, None)
            if status.ref in doubted:
                self._open[status.ref] = None  # so that it is listed again

    def _report(self, ref: ObjectRef, verdict: Verdict) -> bool:
        """Whether an object is as far as it must be; its verdict is emitted if it is new."""
        reached = is_reached(verdict, self._wait.goal)
        if self._known.get(ref) != verdict:
            self._known[ref] = verdict
            self._emit(Judged(ref, verdict, reached))
        return reached

    def _ready(self, ref: ObjectRef, body: JsonObject | None = None) -> None:
        """An object is ready. One that was changed must stay so, if it is a workload that may not."""
        seen = self._open.pop(ref, None)
        known = body or seen
        if known is not None and ref in self._wait.changed:
            now, at = datetime.now(UTC), self._clock.now()
            job = self._known[ref].phase is Phase.RUNNING
            self._unsteady.ready(ref, known, at, seen_unready=seen is not None, now=now, job=job)

    def _put(self, ref: ObjectRef, body: JsonObject | None, verdict: Verdict) -> None:
        self._failed.discard(ref)
        if self._report(ref, verdict):
            self._ready(ref, body)
            return
        self._unsteady.unready(ref)
        self._open[ref] = body
        if has_failed(verdict):
            self._failed.add(ref)
