"""Follow the logs of a job: new lines, restarts, new pods, until it is final."""

import queue
import time
from collections.abc import Callable, Iterable, Iterator

from msgspec import Struct
from msgspec.structs import replace

from dlctl.cluster.protocol import Cluster, Resource
from dlctl.jobs.live import PODS
from dlctl.jobs.logs.choice import Choice, ChosenPod, fits, pods_in_order, sources_of
from dlctl.jobs.logs.feeds import Contact, Watched, start_feed
from dlctl.jobs.logs.model import Entry, LogLine, LogNotice, LogOptions, LogSource
from dlctl.jobs.logs.owned import OwnedBy
from dlctl.jobs.logs.streams import StreamEnded, Streams
from dlctl.jobs.model import Job
from dlctl.manifest import JsonObject, ObjectRef
from dlctl.status.model import Phase, text_at

GRACE = 2.0
"""Seconds after the end of a job for the last states of its pods to arrive."""
SILENT = 30.0
"""Seconds without a line after the end of a job in which its last logs may be read."""
REFRESH = 0.2
"""Seconds between two looks at all pods; more where a look takes long."""
Judged = Callable[[JsonObject, tuple[JsonObject, ...]], Job]
"""What is known of a job, by its object and its pods."""


class Followed(Struct, frozen=True):
    """The job that is followed. Its pods are among those with these `labels`; empty for all of the namespace.

    A server is never `final`. `pods` are those that it had when it was found; `role_labels` have their roles.
    """

    resource: Resource
    ref: ObjectRef
    body: JsonObject
    pods: tuple[JsonObject, ...]
    judged: Judged
    labels: str = ""
    controllers: frozenset[str] = frozenset()
    role_labels: tuple[str, ...] = ()


class _PodSeen(Struct, frozen=True):
    type: str
    body: JsonObject


class _JobSeen(Struct, frozen=True):
    type: str
    body: JsonObject


class Following:
    """One run of `job logs -f`; `job` is the job as it was seen last, None once it was deleted."""

    def __init__(
        self, cluster: Cluster, followed: Followed, choice: Choice, options: LogOptions, most: int
    ) -> None:
        self._cluster = cluster
        self._followed = followed
        self._choice = choice
        self._options = options
        self._streams = Streams(cluster, most)
        uid = text_at(followed.body, "metadata", "uid")
        self._owned = OwnedBy(cluster, uid, followed.controllers)
        self._pods = {text_at(pod, "metadata", "uid"): pod for pod in followed.pods}
        self._body = followed.body
        self._uid = uid
        self._changed = False
        self._next_refresh = 0.0
        self._over: float | None = None
        self._last_line = time.monotonic()
        self._waits_for = ""
        self._uids: dict[str, str] = {}
        self.job: Job | None = followed.judged(self._body, followed.pods)

    def entries(self) -> Iterator[Entry]:
        """Lines and notices as they come. Raises KeyboardInterrupt at once."""
        try:
            yield from self._refresh(first=True)
            self._watch()
            while not self._is_over():
                yield from self._next()
        finally:
            self._streams.stop.set()

    def _watch(self) -> None:
        put, stop, one = self._streams.items.fill, self._streams.stop, self._followed
        contact = Contact(put)
        pods = Watched(PODS, one.ref.namespace, one.labels)
        itself = Watched(one.resource, one.ref.namespace, fields=f"metadata.name={one.ref.name}")
        start_feed(self._cluster, pods, stop, lambda kind, body: put(_PodSeen(kind, body)), put, contact)
        start_feed(self._cluster, itself, stop, lambda kind, body: put(_JobSeen(kind, body)), put, contact)

    def _next(self) -> Iterator[Entry]:
        try:
            item = self._streams.items.get(timeout=REFRESH)
        except queue.Empty:
            item = None
        if isinstance(item, LogLine | LogNotice):
            self._last_line = time.monotonic()
            yield item
        elif isinstance(item, StreamEnded):
            self._streams.ended(item.key)
            yield from self._streams.start()
        elif isinstance(item, _PodSeen | _JobSeen):
            self._note(item)
        if self._changed and (item is None or time.monotonic() > self._next_refresh):
            yield from self._refresh()

    def _note(self, seen: _PodSeen | _JobSeen) -> None:
        uid = text_at(seen.body, "metadata", "uid")
        if isinstance(seen, _PodSeen):
            if seen.type == "DELETED":
                self._changed |= self._pods.pop(uid, None) is not None
            elif uid in self._pods or self._owned(seen.body):
                self._put(uid, seen.body)
        elif uid == self._uid:
            self._body, self._changed = seen.body, True
            if seen.type == "DELETED":
                self._end(None)

    def _put(self, uid: str, pod: JsonObject) -> None:
        """Keep a pod, and not the one that had its name before. A list that is repeated changes nothing."""
        known = text_at(self._pods.get(uid), "metadata", "resourceVersion")
        if known and known == text_at(pod, "metadata", "resourceVersion"):
            return
        name = text_at(pod, "metadata", "name")
        for other in [key for key, each in self._pods.items() if text_at(each, "metadata", "name") == name]:
            if other != uid:
                del self._pods[other]
        self._pods[uid], self._changed = pod, True

    def _refresh(self, *, first: bool = False) -> Iterator[LogNotice]:
        """Begin to read the logs that are new, and see how far the job is."""
        self._changed, begun = False, time.monotonic()
        pods = tuple(self._pods.values())
        options = self._options if first else LogOptions(follow=True)
        for pod in pods_in_order(pods, self._followed.role_labels):
            if fits(pod, self._choice):
                yield from self._new_runs(pod, options)
        yield from self._streams.start()
        if self._over is None or self.job is not None:
            self.job = self._followed.judged(self._body, pods)
            if self.job.final:
                self._end(self.job)
            else:
                yield from self._why_nothing(self.job)
        now = time.monotonic()
        self._next_refresh = now + max(REFRESH, 2 * (now - begun))

    def _new_runs(self, pod: ChosenPod, options: LogOptions) -> Iterator[LogNotice]:
        new = [source for source in _runs(pod, self._choice) if not self._streams.knows(source)]
        for source in new:
            again = self._streams.has_read(source)
            if again:
                code = f" (exit {source.exit_code})" if source.exit_code is not None else ""
                yield LogNotice(f"{source.replica}: container {source.container} restarted{code}")
                missed = [each for each in _runs(pod, self._choice, previous=True) if _same(each, source)]
                self._streams.add((m for m in missed if not self._streams.knows(m)), LogOptions(follow=True))
            elif self._uids.get(source.replica, source.uid) != source.uid:
                yield LogNotice(f"{source.replica}: new pod {source.pod}")
            self._uids[source.replica] = source.uid
            self._streams.add([source], LogOptions(follow=True) if again else options)

    def _why_nothing(self, job: Job) -> Iterator[LogNotice]:
        """Why no log is read. That a job runs is no news after its logs: its end is seen after its pods'."""
        if job.phase is Phase.RUNNING and not job.reason.text and self._uids:
            return
        text = ": ".join(filter(None, (job.phase.value, job.reason.text)))
        if not self._streams.active and text != self._waits_for:
            self._waits_for = text
            yield LogNotice(f"{self._followed.ref.name} is {text}")

    def _end(self, job: Job | None) -> None:
        self.job = job
        if self._over is None:
            self._over = self._last_line = time.monotonic()

    def _is_over(self) -> bool:
        """After the end of the job: all logs are read, except those of containers that run on."""
        now = time.monotonic()
        if self._over is None or now - self._over < GRACE or not self._streams.items.empty():
            return False
        running = {source.key for pod in self._pods.values() for source in self._unended(pod)}
        left = [source for source in self._streams.active if source.key not in running]
        return not left or now - self._last_line > SILENT

    def _unended(self, pod: JsonObject) -> Iterable[LogSource]:
        ordered = pods_in_order([pod], self._followed.role_labels)
        every = (source for each in ordered for source in _runs(each, self._choice))
        return (source for source in every if not source.ended)


def _runs(pod: ChosenPod, choice: Choice, *, previous: bool = False) -> list[LogSource]:
    found = (each for each in sources_of(pod, choice, previous=previous) if isinstance(each, LogSource))
    return [replace(each, ended=each.ended or previous) for each in found]


def _same(one: LogSource, other: LogSource) -> bool:
    return (one.uid, one.container) == (other.uid, other.container)
