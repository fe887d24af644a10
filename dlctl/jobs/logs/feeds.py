"""Watches that go on until they are stopped: of the pods of a job, and of the job itself."""

import threading
from collections.abc import Callable

from msgspec import Struct

from dlctl.cluster.protocol import Cluster, Resource
from dlctl.errors import ClusterError, Forbidden, Unreachable
from dlctl.jobs.logs.model import LogNotice
from dlctl.manifest import JsonObject

WATCH = 300.0
"""Seconds of one watch; the next one begins with what there is."""
POLL = 5.0
"""Seconds between two lists, where watches are forbidden."""
LONGEST = 20.0
_REPORTED = 3
"""Failures in a row after which it is said; one is enough where there was no answer for seconds."""
Give = Callable[[str, JsonObject], bool]
"""Takes an event: its type, and the object. False where the command ends."""


class Watched(Struct, frozen=True):
    """What is watched."""

    resource: Resource
    namespace: str
    labels: str = ""
    fields: str = ""


class Contact:
    """Whether a cluster answers its feeds: once a notice that it does not, and once that it does again."""

    def __init__(self, report: Callable[[LogNotice], bool]) -> None:
        self._report = report
        self._lock = threading.Lock()
        self._lost = False

    def lost(self, error: ClusterError) -> None:
        """A feed has failed, and the request was tried again for seconds."""
        if self._becomes(lost=True):
            self._report(LogNotice(f"{error.message}; trying again"))

    def answered(self) -> None:
        """A feed has got something."""
        if self._lost and self._becomes(lost=False):
            self._report(LogNotice("the cluster can be read again"))

    def _becomes(self, *, lost: bool) -> bool:
        with self._lock:
            changed, self._lost = self._lost is not lost, lost
        return changed


def start_feed(
    cluster: Cluster,
    watched: Watched,
    stop: threading.Event,
    give: Give,
    report: Callable[[LogNotice], bool],
    contact: Contact,
) -> None:
    """Watch in a thread until `stop` is set."""
    feed = _Feed(cluster, watched, stop, give, report, contact)
    threading.Thread(target=feed.run, daemon=True).start()


class _Feed:
    def __init__(
        self,
        cluster: Cluster,
        watched: Watched,
        stop: threading.Event,
        give: Give,
        report: Callable[[LogNotice], bool],
        contact: Contact,
    ) -> None:
        self._contact = contact
        self._cluster = cluster
        self._watched = watched
        self._stop = stop
        self._give = give
        self._report = report

    def run(self) -> None:
        failures, read = 0, self._watch
        while not self._stop.is_set():
            try:
                read()
                failures = 0
            except Forbidden as error:
                if read == self._poll:
                    self._report(LogNotice(f"{error.message}; new pods are not seen"))
                    return
                read = self._poll
            except ClusterError as error:
                failures += 1
                if failures >= _REPORTED or isinstance(error, Unreachable):
                    self._contact.lost(error)
                self._stop.wait(min(2.0**failures, LONGEST))

    def _watch(self) -> None:
        one = self._watched
        for kind, body in self._cluster.watch(
            one.resource, one.namespace, labels=one.labels, fields=one.fields, timeout=WATCH
        ):
            self._contact.answered()
            if self._stop.is_set() or (kind != "BOOKMARK" and not self._give(kind, body)):
                return

    def _poll(self) -> None:
        one = self._watched
        for body in self._cluster.list(one.resource, one.namespace, labels=one.labels, fields=one.fields):
            self._contact.answered()
            if not self._give("ADDED", body):
                return
        self._stop.wait(POLL)
