"""Watch a collection over a sequence of long responses."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from typing import Any

from msgspec import Struct

from dlctl.cluster.http.expired import Expired
from dlctl.cluster.protocol import WatchEvent
from dlctl.errors import ClusterError, Unreachable

Open = Callable[[Mapping[str, str], float], AbstractContextManager[Iterator[bytes]]]
"""Opens one watch by its query, with a time limit for the whole of it."""

_ROUNDS = 2
"""After this many watches in a row without an event, a broken connection is an error."""

_GRACE = 10.0
"""Extra seconds for the server to end the watch after the requested time."""


class Watch(Struct):
    """A watch that is resumed when the server or a broken connection ends it early.

    `event` reads and checks one line.
    """

    open: Open
    event: Callable[[bytes], WatchEvent]
    query: Mapping[str, str]
    deadline: float
    clock: Callable[[], float]
    pause: Callable[[int], object]
    version: str = ""

    def events(self) -> Iterator[WatchEvent]:
        """Each current object (ADDED), then each change, until the deadline.

        After a watch without events there is a pause with back-off; three broken ones in a row are an error.
        """
        empty = 0
        while (left := self.deadline - self.clock()) > 0:
            try:
                for event in self._once(left):
                    empty = 0
                    yield event
            except Expired:
                self.version = ""
            except Unreachable:
                if empty >= _ROUNDS:
                    raise
            empty += 1
            if empty > 1:
                self.pause(empty)

    def _once(self, left: float) -> Iterator[WatchEvent]:
        seconds = max(1, round(left))
        query = {**self.query, "watch": "1", "allowWatchBookmarks": "true", "timeoutSeconds": str(seconds)}
        if self.version:
            query["resourceVersion"] = self.version
        with self.open(query, seconds + _GRACE) as parts:
            for line in lines(parts):
                yield self._noted(self.event(line))

    def _noted(self, event: WatchEvent) -> WatchEvent:
        kind, body = event
        if kind == "ERROR":
            raise _error(body)
        self.version = body["metadata"].get("resourceVersion") or self.version
        return event


def lines(parts: Iterable[bytes]) -> Iterator[bytes]:
    """The lines of a text that arrives in parts; an incomplete last line is dropped."""
    rest = b""
    for part in parts:
        *whole, rest = (rest + part).split(b"\n")
        yield from (line for line in whole if line.strip())


def _error(status: Mapping[str, Any]) -> ClusterError:
    message = str(status.get("message") or "the server ended the watch")[:300]
    return Expired(message) if status.get("code") == 410 else ClusterError(message)
