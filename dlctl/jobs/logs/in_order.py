"""The logs of several containers, one after the other, or by time; the next ones are read ahead."""

import heapq
import queue
import threading
from collections.abc import Iterator, Sequence

from dlctl.cluster.protocol import Cluster
from dlctl.jobs.logs.bounded import Bounded
from dlctl.jobs.logs.model import Entry, LogLine, LogOptions, LogSource
from dlctl.jobs.logs.run_log import RunLog

AHEAD = 8
"""Logs that are read at once."""
POLL = 0.2
KEPT = 500
"""Entries of each that wait to be printed."""


class LogReader:
    """Reads one log in a thread; what is not taken from it waits, up to a limit."""

    def __init__(
        self, cluster: Cluster, source: LogSource, options: LogOptions, stop: threading.Event
    ) -> None:
        self._queue: Bounded[Entry | None] = Bounded(KEPT, stop)
        self._log = RunLog(cluster, source, options, self._queue.pause)
        threading.Thread(target=self._read, daemon=True).start()

    def entries(self) -> Iterator[Entry]:
        """The entries to the end of the log."""
        while (entry := self._next()) is not None:
            yield entry

    def _next(self) -> Entry | None:
        """The next entry, waited for in short waits: an interrupt is not noticed until a wait ends."""
        while True:
            try:
                return self._queue.get(timeout=POLL)
            except queue.Empty:
                continue

    def _read(self) -> None:
        try:
            for entry in self._log.entries():
                if not self._queue.fill(entry):
                    return
        finally:
            self._queue.fill(None)


def in_order(cluster: Cluster, sources: Sequence[LogSource], options: LogOptions) -> Iterator[Entry]:
    """All entries of the first log, then those of the second, and so on."""
    stop = threading.Event()
    readers: list[LogReader] = []
    try:
        for position in range(len(sources)):
            begun = sources[len(readers) : position + AHEAD]
            readers.extend(LogReader(cluster, source, options, stop) for source in begun)
            yield from readers[position].entries()
    finally:
        stop.set()


def by_time(cluster: Cluster, sources: Sequence[LogSource], options: LogOptions) -> Iterator[Entry]:
    """The entries of all logs by the times of their lines; all logs are read at once."""
    stop = threading.Event()
    try:
        readers = [LogReader(cluster, source, options, stop).entries() for source in sources]
        yield from heapq.merge(*readers, key=_time)
    finally:
        stop.set()


def _time(entry: Entry) -> str:
    return entry.time if isinstance(entry, LogLine) else ""
