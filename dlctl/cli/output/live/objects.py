"""The state of each object of a run, as its events report it."""

from collections import Counter
from collections.abc import Iterator
from enum import StrEnum

from msgspec import Struct

from dlctl.cli.output.printable import printable
from dlctl.deploy.events import Applied, Failed, Judged, Sending
from dlctl.deploy.goal import has_failed
from dlctl.events import Event
from dlctl.manifest import ObjectRef
from dlctl.plan.model import Action
from dlctl.text import counted


class State(StrEnum):
    """States in the order in which a table lists and counts them."""

    FAILED = "failed"
    WAITING = "waiting"
    APPLYING = "applying"
    DELETING = "deleting"
    READY = "ready"
    APPLIED = "applied"
    DELETED = "deleted"


_ORDER = {state: number for number, state in enumerate(State)}
_IN_WORK = frozenset({State.FAILED, State.WAITING, State.APPLYING, State.DELETING})


class ObjectState(Struct, frozen=True):
    """An object's state; `word` is how it is shown, such as the phase of a job, and `reason` why it is so."""

    ref: ObjectRef
    state: State
    word: str = ""
    reason: str = ""


class ObjectLine(Struct, frozen=True):
    """A line of the table."""

    name: str
    state: State
    word: str
    reason: str


def states_in(event: Event) -> Iterator[ObjectState]:
    """What an event says of objects."""
    match event:
        case Sending(refs, deletes):
            yield from (ObjectState(ref, State.DELETING if deletes else State.APPLYING) for ref in refs)
        case Applied(ref, action):
            yield ObjectState(ref, State.DELETED if action is Action.PRUNE else State.APPLIED)
        case Failed(ref, error):
            yield ObjectState(ref, State.FAILED, reason=error.message)
        case Judged(ref, verdict, reached):
            phase = verdict.phase.value.lower() if verdict.phase and reached else ""
            failed = State.FAILED if has_failed(verdict) else State.WAITING
            yield ObjectState(ref, State.READY if reached else failed, phase, verdict.message)


class ObjectStates:
    """The objects of all environments that run. Not thread-safe."""

    def __init__(self) -> None:
        self._states: dict[tuple[str, ObjectRef], ObjectState] = {}
        self._in_work: dict[tuple[str, ObjectRef], ObjectState] = {}
        self._counts: Counter[State] = Counter()

    def put(self, environment: str, state: ObjectState) -> None:
        """Add an object, or change its state."""
        key = (environment, state.ref)
        known = self._states.get(key)
        if known is not None:
            self._counts[known.state] -= 1
        self._states[key] = state
        self._counts[state.state] += 1
        if state.state in _IN_WORK:
            self._in_work[key] = state
        else:
            self._in_work.pop(key, None)

    def remove(self, environment: str) -> None:
        """Remove the objects of an environment."""
        for key in [key for key in self._states if key[0] == environment]:
            self._counts[self._states.pop(key).state] -= 1
            self._in_work.pop(key, None)

    def lines(self, room: int) -> tuple[list[ObjectLine], str]:
        """The objects on so many lines; if there are more, those in work on one less, and the counts."""
        if len(self._states) <= room:
            return self._named(self._states, room), ""
        return self._named(self._in_work, max(0, room - 1)), self._summary()

    def _named(self, states: dict[tuple[str, ObjectRef], ObjectState], most: int) -> list[ObjectLine]:
        several = len({environment for environment, _ in states}) > 1
        by_state = sorted(states.items(), key=lambda item: _ORDER[item[1].state])  # stable: the oldest first
        return [_line(environment if several else "", state) for (environment, _), state in by_state[:most]]

    def _summary(self) -> str:
        parts = (f"{self._counts[state]} {state.value}" for state in State if self._counts[state])
        return f"{counted(len(self._states), 'object')}: {', '.join(parts)}"


def _line(environment: str, state: ObjectState) -> ObjectLine:
    name = f"{environment}: {state.ref.kind}/{state.ref.name}" if environment else ""
    reason = " ".join(printable(state.reason).split())
    return ObjectLine(
        printable(name or f"{state.ref.kind}/{state.ref.name}"),
        state.state,
        state.word or state.state,
        reason,
    )
