"""How long a server has answered nothing but that it cannot: what all requests to it share."""

import threading
import time
from collections.abc import Callable

from msgspec import Struct

LONGEST = 10.0
"""Seconds after the first failure in which requests are tried again."""


class Limit(Struct, frozen=True):
    """The time limit of a request with its waits: its seconds, and when they are over."""

    seconds: float
    end: float


class Outage:
    """The time since the first failure after the last answer of one server; for several threads.

    Each request tries again by itself, but none after the time that one of them would take: a server that is
    down for long is not asked by all requests, one after the other, for ten seconds each.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._since: float | None = None

    def limit(self, seconds: float) -> Limit:
        """The time limit of a request that begins now."""
        return Limit(seconds, self._clock() + seconds)

    def left(self, limit: Limit, *, asked: bool = False) -> float:
        """A request has failed: the seconds in which it may be tried again, all within its limit.

        They are LONGEST at most, unless the server has `asked` for a delay.
        """
        with self._lock:
            now = self._clock()
            if self._since is None:
                self._since = now
            longest = limit.seconds if asked else min(LONGEST, limit.seconds)
            return max(0.0, min(self._since + longest, limit.end) - now)

    def ended(self) -> None:
        """The server has answered a request."""
        self._since = None
