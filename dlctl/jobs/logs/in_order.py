"""The logs of several containers, one after the other, or by time; the next ones are read ahead."""

import heapq
import queue
import threading
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Self

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


class _Readers:
    """The readers of logs, `ahead` of which are read at once; a context manager that ends them."""

    def __init__(
        self, cluster: Cluster, sources: Sequence[LogSource], options: LogOptions, ahead: int
    ) -> None:
        self._read = partial(LogReader, cluster, options=options)
        self._sources = sources
        self._ahead = ahead
        self._stop = threading.Event()
        self._begun: list[LogReader] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self._stop.set()

    def each(self) -> Iterator[Iterator[Entry]]:
        """The entries of each log; with those of one, the next logs begin to be read."""
        for position in range(len(self._sources)):
            begun = self._sources[len(self._begun) : position + self._ahead]
            self._begun.extend(self._read(source=source, stop=self._stop) for source in begun)
            yield self._begun[position].entries()


def in_order(cluster: Cluster, sources: Sequence[LogSource], options: LogOptions) -> Iterator[Entry]:
    """All entries of the first log, then those of the second, and so on."""
    with _Readers(cluster, sources, options, AHEAD) as readers:
        for entries in readers.each():
            yield from entries


def by_time(
    cluster: Cluster, sources: Sequence[LogSource], options: LogOptions, most: int
) -> Iterator[Entry]:
    """The entries of all logs by the times of their lines; `most` logs are read at once.

    Of so many logs, only what is printed next is kept. Where there are more, each is kept whole.
    """
    with _Readers(cluster, sources, options, most) as readers:
        whole = len(sources) > most
        logs = [list(entries) if whole else entries for entries in readers.each()]
        yield from heapq.merge(*logs, key=_time)


def _time(entry: Entry) -> str:
    return entry.time if isinstance(entry, LogLine) else ""
