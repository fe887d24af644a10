"""How many requests are under way at once: as many as there are connections, and soon more of them."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

EAGER = 2
"""Requests that open a connection each at once: a TLS handshake costs both sides milliseconds."""
PATIENCE = 0.03
"""Seconds in which an open connection may become free, before a request opens another one."""


class Turns:
    """The turns of the requests to one server; safe to use from several threads.

    A server that answers within milliseconds answers a dozen requests over two connections before a third
    one is open; a slower one gets a connection for each thread after a moment.
    """

    def __init__(self, patience: float = PATIENCE) -> None:
        self._patience = patience
        self._free = threading.Condition()
        self._running = 0
        self._open = EAGER

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait until a connection is likely to be free, but not for long."""
        with self._free:
            self._free.wait_for(lambda: self._running < self._open, self._patience)
            self._running += 1
            self._open = max(self._open, self._running)
        try:
            yield
        finally:
            with self._free:
                self._running -= 1
                self._free.notify()
