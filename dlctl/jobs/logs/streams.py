"""Logs that are followed at once, up to a limit: each in a thread, all of them into one queue."""

import threading
from collections.abc import Iterable, Iterator

from msgspec import Struct

from dlctl.cluster.protocol import Cluster
from dlctl.jobs.logs.bounded import Bounded
from dlctl.jobs.logs.model import Entry, LogNotice, LogOptions, LogSource
from dlctl.jobs.logs.run_log import RunLog

KEPT = 2000
"""Entries that wait to be printed; logs are not read faster than that."""
Key = tuple[str, str, str]


class StreamEnded(Struct, frozen=True):
    """A log has been read to its end."""

    key: Key


class Streams:
    """The logs that are read. What comes of them is put into `items`, with all else that happens."""

    def __init__(self, cluster: Cluster, most: int) -> None:
        self.stop = threading.Event()
        self.items: Bounded[object] = Bounded(KEPT, self.stop)
        self._cluster = cluster
        self._most = most
        self._begun: set[Key] = set()
        self._active: dict[Key, LogSource] = {}
        self._waiting: dict[Key, tuple[LogSource, LogOptions]] = {}
        self._full = False

    @property
    def active(self) -> tuple[LogSource, ...]:
        """The logs that are being read, and those that wait for others to end."""
        return (*self._active.values(), *(source for source, _ in self._waiting.values()))

    def knows(self, source: LogSource) -> bool:
        """Whether a log is read, or was."""
        return source.key in self._begun

    def has_read(self, source: LogSource) -> bool:
        """Whether some run of its container is read, or was."""
        return any(uid == source.uid and name == source.container for uid, name, _ in self._begun)

    def add(self, sources: Iterable[LogSource], options: LogOptions) -> None:
        """Read these logs, as soon as there is room."""
        for source in sources:
            self._begun.add(source.key)
            self._waiting[source.key] = source, options

    def ended(self, key: Key) -> None:
        """Take note that a log was read to its end."""
        self._active.pop(key, None)

    def start(self) -> Iterator[LogNotice]:
        """Begin to read what waits, where there is room: the chief first, a container's runs in order."""
        for source, options in sorted(self._waiting.values(), key=lambda one: not one[0].chief):
            if len(self._active) >= self._most:
                if not self._full:
                    self._full = True
                    yield LogNotice(f"{self._most} logs are followed at the same time, the others wait")
                return
            if not self._is_busy(source):
                del self._waiting[source.key]
                self._active[source.key] = source
                threading.Thread(target=self._read, args=(source, options), daemon=True).start()

    def _is_busy(self, source: LogSource) -> bool:
        return any(
            (each.uid, each.container) == (source.uid, source.container) for each in self._active.values()
        )

    def _read(self, source: LogSource, options: LogOptions) -> None:
        try:
            for entry in self._entries(source, options):
                if not self.items.fill(entry):
                    return
        finally:
            self.items.fill(StreamEnded(source.key))

    def _entries(self, source: LogSource, options: LogOptions) -> Iterator[Entry]:
        return RunLog(self._cluster, source, options, self.items.pause).entries()
