"""Follow a collection's changes over one long answer after another."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from dlctl.cluster.protocol import WatchEvent
from dlctl.cluster.status_error import Expired
from dlctl.errors import ClusterError, Unreachable

Open = Callable[[Mapping[str, str], float], AbstractContextManager[Iterator[bytes]]]
"""Opens one watch by its query, with a time limit for each read."""

_GRACE = 10.0
"""Seconds beyond the time that was asked for, in which the server should have ended the watch."""


@dataclass(slots=True)
class Watch:
    """A watch that goes on where the server, or a broken connection, ended it too early."""

    open: Open
    query: Mapping[str, str]
    deadline: float
    clock: Callable[[], float]
    version: str = ""

    def events(self) -> Iterator[WatchEvent]:
        """Each object as it is now (ADDED), then each change, until the deadline."""
        broken = 0
        while (left := self.deadline - self.clock()) > 0 and broken < 3:
            try:
                yield from self._once(left)
                broken = 0
            except Expired:
                self.version = ""
            except Unreachable:
                broken += 1
                if broken == 3:
                    raise

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
    """The lines of a text that comes in parts of any length."""
    rest = b""
    for part in parts:
        *whole, rest = (rest + part).split(b"\n")
        yield from (line for line in whole if line.strip())
    if rest.strip():
        yield rest


def _error(status: Mapping[str, Any]) -> ClusterError:
    message = str(status.get("message") or "the server ended the watch")[:300]
    return Expired(message) if status.get("code") == 410 else ClusterError(message)
