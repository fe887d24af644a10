"""Follow a collection's changes over one long answer after another."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from dlctl.cluster.http.status_error import Expired
from dlctl.cluster.protocol import WatchEvent
from dlctl.errors import ClusterError, Unreachable

Open = Callable[[Mapping[str, str], float], AbstractContextManager[Iterator[bytes]]]
"""Opens one watch by its query, with a time limit for each read."""

_ROUNDS = 2
"""Rounds without an event after which a connection that breaks once more is an error."""

_GRACE = 10.0
"""Seconds beyond the time that was asked for, in which the server should have ended the watch."""


@dataclass(slots=True)
class Watch:
    """A watch that goes on where the server, or a broken connection, ended it too early."""

    open: Open
    query: Mapping[str, str]
    deadline: float
    clock: Callable[[], float]
    pause: Callable[[int], None]
    version: str = ""

    def events(self) -> Iterator[WatchEvent]:
        """Each object as it is now (ADDED), then each change, until the deadline.

        After a round without an event it pauses, ever longer; three broken ones in a row end it.
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
                yield self._event(json.loads(line))

    def _event(self, event: Mapping[str, Any]) -> WatchEvent:
        kind, body = str(event.get("type")), event.get("object") or {}
        if kind == "ERROR":
            raise _error(body)
        self.version = str((body.get("metadata") or {}).get("resourceVersion") or self.version)
        return kind, body


def lines(parts: Iterable[bytes]) -> Iterator[bytes]:
    """The lines of a text that comes in parts of any length; an end without line end was cut off."""
    rest = b""
    for part in parts:
        *whole, rest = (rest + part).split(b"\n")
        yield from (line for line in whole if line.strip())


def _error(status: Mapping[str, Any]) -> ClusterError:
    message = str(status.get("message") or "the server ended the watch")[:300]
    return Expired(message) if status.get("code") == 410 else ClusterError(message)
