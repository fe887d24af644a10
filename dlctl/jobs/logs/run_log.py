"""The log of one run of a container, read to its end over as many connections as it takes."""

from collections.abc import Callable, Iterator

from dlctl.cluster.protocol import Cluster, LogQuery, Resource
from dlctl.errors import ClusterError, Forbidden, NotFound, Unauthorized
from dlctl.jobs.logs.containers import ContainerRun, run_of
from dlctl.jobs.logs.lines import last_segment, lines_of
from dlctl.jobs.logs.model import Entry, LogLine, LogNotice, LogOptions, LogSource
from dlctl.jobs.logs.seen import Seen
from dlctl.status.model import text_at

PODS = Resource("", "v1", "Pod", "pods", namespaced=True)
ATTEMPTS = 6
"""Attempts in a row without a line, where the log is not followed."""
FIRST, LONGEST = 1.0, 20.0
"""Seconds between two attempts: the first ones, the longest ones."""
Pause = Callable[[float], bool]
"""Waits so many seconds; false where the command ends meanwhile."""


class RunLog:
    """Reads one run. `pause` waits between attempts."""

    def __init__(self, cluster: Cluster, source: LogSource, options: LogOptions, pause: Pause) -> None:
        self._cluster = cluster
        self._source = source
        self._options = options
        self._pause = pause
        self._seen = Seen()
        self._follow = options.follow and not source.ended and not source.previous
        self._previous = source.previous
        self._of_another = False
        self._failures = 0

    def entries(self) -> Iterator[Entry]:
        """Its lines, each once; a notice where it cannot be read. It ends with the run, if it is followed."""
        while True:
            try:
                yield from self._read()
                if not (self._follow or self._of_another) or not self._goes_on():
                    return
                wait = FIRST if self._follow and not self._of_another else 0.0
            except (Forbidden, Unauthorized, NotFound) as error:
                if not (isinstance(error, NotFound) and self._options.follow):
                    yield self._failed(error)
                return
            except ClusterError as error:
                self._failures += 1
                if not self._options.follow and self._failures >= ATTEMPTS:
                    yield self._failed(error)
                    return
                if self._failures == ATTEMPTS:
                    yield LogNotice(f"{self._source.replica}: {error.message}; trying again")
                wait = min(FIRST * 2 ** (self._failures - 1), LONGEST)
            if wait and not self._pause(wait):
                return

    def _read(self) -> Iterator[Entry]:
        """What comes over one connection; no lines where the log that was opened is that of another run."""
        self._seen.resume()
        with self._cluster.stream_log(self._source.namespace, self._source.pod, self._query()) as parts:
            self._of_another = self._options.follow and self._is_of_another()
            if not self._of_another:
                yield from self._lines(parts)
            elif not self._goes_on():
                self._follow = self._of_another = False
                yield self._gone()

    def _lines(self, parts: Iterator[bytes]) -> Iterator[LogLine]:
        for line in lines_of(parts):
            new = self._seen.new(line)
            if new is not None:
                self._failures = 0
                yield LogLine(self._source, new[0], last_segment(new[1]))

    def _query(self) -> LogQuery:
        asked, since = self._options, self._seen.since
        query = LogQuery(self._source.container, self._follow, self._previous, since_time=since)
        if since:
            return query
        return LogQuery(
            query.container, query.follow, query.previous, asked.tail, asked.since_seconds, asked.since_time
        )

    def _is_of_another(self) -> bool:
        """Whether the log that was opened is that of another run.

        It is asked for as that of the present run, or of the one before: the container may have been
        restarted since its pod was read.
        """
        try:
            run = self._run_now()
        except (Forbidden, NotFound):
            return False
        return run is None or (run.before if self._previous else run.id) != self._source.run

    def _goes_on(self) -> bool:
        """Whether a stream that ended has to be opened again: for what follows, or for its last lines."""
        run = self._run_now()
        if run is None:
            return False
        self._previous = run.before == self._source.run
        self._follow = run.id == self._source.run and not run.ended
        return self._previous or run.id == self._source.run

    def _run_now(self) -> ContainerRun | None:
        """The present run of the container; None where another pod has the name."""
        pod = self._cluster.get(PODS, self._source.pod, self._source.namespace)
        if text_at(pod, "metadata", "uid") != self._source.uid:
            return None
        return run_of(pod, self._source.container)

    def _gone(self) -> LogNotice:
        name, container = self._source.replica, self._source.container
        return LogNotice(f"{name}: the log of an earlier instance of container {container} is no longer kept")

    def _failed(self, error: ClusterError) -> LogNotice:
        return LogNotice(f"{self._source.replica}: {error.message}", failed=True)
