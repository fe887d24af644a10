"""Options of runs, and their clock."""

import math
import threading
import time
from collections.abc import Callable

from msgspec import Struct, field

from dlctl.plan.options import THREADS
from dlctl.status import NO_RULES, Rules


class Clock(Struct, frozen=True):
    """The clock of the engine: `now` in seconds, and `sleep`."""

    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep


def _nothing() -> None:
    """What is done before a wave without a lock."""


def _nobody() -> str:
    """Who has taken over a lock that is not there."""
    return ""


class DeployOptions(Struct, frozen=True):
    """Options for executing a plan.

    `force_conflicts` must be as for the plan. `timeout` in seconds applies to CRDs, to the deletion of a
    replaced object, and to each wave of a deletion. `deadline` is the end of the whole run, by the clock.
    `rules` are those of custom kinds. Without `wait`, deletions are not waited for. `stop`, once set, starts
    no further step of any environment. `before_wave` takes the lock, where it is not held; it raises
    DlctlError. `lock_taken_by` says who has taken it over meanwhile: then no further step is started.
    """

    force_conflicts: bool = False
    timeout: float = 60.0
    deadline: float = math.inf
    wait: bool = True
    rules: Rules = NO_RULES
    threads: int = THREADS
    stop: threading.Event = field(default_factory=threading.Event)
    clock: Clock = field(default_factory=Clock)
    before_wave: Callable[[], None] = _nothing
    lock_taken_by: Callable[[], str] = _nobody

    @property
    def is_stopped(self) -> bool:
        """Whether no further step is started."""
        return self.stop.is_set() or bool(self.lock_taken_by())

    @property
    def is_over(self) -> bool:
        """Whether the whole run has reached its time limit."""
        return self.clock.now() >= self.deadline
