"""What a caller may choose about a run, and the world that it runs in."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from dlctl.plan.options import THREADS


@dataclass(frozen=True, slots=True)
class Clock:
    """Time as the engine knows it: `now` counts seconds, `sleep` lets them pass."""

    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep


@dataclass(frozen=True, slots=True)
class DeployOptions:
    """How a plan is carried out.

    `force_conflicts` as the plan was made. `timeout` is in seconds: for CRDs to be served, for an
    object that is replaced to be gone, and, for each wave of a deletion, for all of it to be gone.
    `wait` false does not wait for deletions. `stop`, once set, lets nothing new begin.
    """

    force_conflicts: bool = False
    timeout: float = 60.0
    wait: bool = True
    threads: int = THREADS
    stop: threading.Event = field(default_factory=threading.Event)
    clock: Clock = field(default_factory=Clock)
