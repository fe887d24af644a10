"""How long a server has answered nothing but that it cannot: what all requests to it share."""

import threading
import time
from collections.abc import Callable

LONGEST = 10.0
"""Seconds after the first failure in which requests are tried again."""
LONGEST_ASKED = 60.0
"""The same where the server requests a delay."""


class Outage:
    """The time since the first failure after the last answer of one server; for several threads.

    Each request tries again by itself, but none after the time that one of them would take: a server that is
    down for long is not asked by all requests, one after the other, for ten seconds each.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._since: float | None = None

    def left(self, asked: float | None = None) -> float:
        """A request has failed: the seconds in which it may be tried again. `asked`: the server's delay."""
        with self._lock:
            now = self._clock()
            if self._since is None:
                self._since = now
            longest = LONGEST if asked is None else LONGEST_ASKED
            return max(0.0, longest - (now - self._since))

    def ended(self) -> None:
        """The server has answered a request."""
        self._since = None
