"""Watch objects: a thread for each kind, and their news in one queue."""

import threading
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from functools import partial
from queue import Empty, SimpleQueue
from typing import Self

from msgspec import Struct

from dlctl.cluster.protocol import Cluster, Resource
from dlctl.errors import ClusterError, Forbidden
from dlctl.manifest import JsonObject, ObjectRef, ref_of
from dlctl.plan.live.objects.read import read_body

WATCH = 60.0
"""Seconds of one watch; the next one lists the objects again, so that a lost event is made up for."""

POLL = 2.0
"""Seconds between two reads of objects that cannot be watched."""

RELIST = 5.0
"""Seconds between two LISTs of a kind that cannot be watched."""


class Wanted(Struct, frozen=True):
    """What is watched of a kind: all objects of these namespaces with these labels, or only `refs`."""

    resource: Resource
    namespaces: frozenset[str]
    labels: str = ""
    refs: frozenset[ObjectRef] | None = None


def wanted_objects(resource: Resource, refs: Iterable[ObjectRef], labels: str) -> Wanted:
    """Single objects of a kind."""
    known = frozenset(refs)
    return Wanted(resource, frozenset(ref.namespace for ref in known), labels, known)


class News(Struct, frozen=True):
    """The present state of an object; None: it does not exist any more."""

    ref: ObjectRef
    body: JsonObject | None


class Watches:
    """Follows objects until `close`; as a context manager it closes at the end.

    Single objects of a kind that may not be watched in all namespaces are watched in each of their own. Where
    that is not allowed either, objects are read again and again. The threads end with the process, or with
    their watch.
    """

    def __init__(self, cluster: Cluster, wanted: Iterable[Wanted]) -> None:
        self._cluster = cluster
        self._wanted = tuple(wanted)
        self._news: SimpleQueue[News] = SimpleQueue()
        self._closed = threading.Event()
        self._broken = threading.Event()

    @property
    def broken(self) -> bool:
        """Whether a watch has failed, and none has told of anything since: what is known may be old."""
        return self._broken.is_set()

    def __enter__(self) -> Self:
        for each in self._wanted:
            if each.refs is not None and len(each.namespaces) > 1:
                self._start(partial(self._everywhere, each))
            else:
                self._start_within(each)
        return self

    def __exit__(self, *exception: object) -> None:
        self._closed.set()

    def news(self, seconds: float) -> list[News]:
        """What is new: waits for the first news for at most `seconds`, and takes all that is there."""
        found: list[News] = []
        try:
            found.append(self._news.get(timeout=max(seconds, 0.001)))
            while True:
                found.append(self._news.get_nowait())
        except Empty:
            return found

    def _start(self, work: Callable[[], None]) -> None:
        threading.Thread(target=work, daemon=True).start()

    def _start_within(self, wanted: Wanted) -> None:
        for namespace in sorted(wanted.namespaces):
            self._start(partial(self._within, wanted, namespace))

    def _everywhere(self, wanted: Wanted) -> None:
        try:
            self._watch(wanted, "")
        except Forbidden:
            self._start_within(wanted)

    def _within(self, wanted: Wanted, namespace: str) -> None:
        try:
            self._watch(wanted, namespace)
        except Forbidden:
            if wanted.refs is None:
                self._list_again(wanted, namespace)
            else:
                self._poll(wanted.resource, [ref for ref in wanted.refs if ref.namespace == namespace])

    def _watch(self, wanted: Wanted, namespace: str) -> None:
        """Watch a kind until the end. Raises Forbidden; other errors are tried again."""
        while not self._closed.is_set():
            try:
                for event, body in self._cluster.watch(
                    wanted.resource, namespace, labels=wanted.labels, timeout=WATCH
                ):
                    if self._closed.is_set():
                        return
                    self._broken.clear()
                    self._take(wanted, event, body)
            except Forbidden:
                raise
            except ClusterError:
                self._broken.set()
                self._closed.wait(POLL)

    def _take(self, wanted: Wanted, event: str, body: JsonObject) -> None:
        if event not in ("ADDED", "MODIFIED", "DELETED"):
            return
        resource = wanted.resource
        whole = {**body, "apiVersion": resource.api_version, "kind": resource.kind}
        ref = ref_of(whole)
        if wanted.refs is None or ref in wanted.refs:
            self._news.put(News(ref, None if event == "DELETED" else whole))

    def _poll(self, resource: Resource, refs: list[ObjectRef]) -> None:
        while not self._closed.is_set():
            for ref in refs:
                try:
                    self._news.put(News(ref, read_body(self._cluster, resource, ref)))
                except ClusterError:
                    continue
            self._closed.wait(POLL)

    def _list_again(self, wanted: Wanted, namespace: str) -> None:
        """Tell what is new in each LIST, and what is not in it any more; the first one is sent at once."""
        seen: Mapping[ObjectRef, JsonObject] = {}
        while not self._closed.is_set():
            with suppress(ClusterError):
                seen = self._listed(wanted, namespace, seen)
            self._closed.wait(RELIST)

    def _listed(
        self, wanted: Wanted, namespace: str, seen: Mapping[ObjectRef, JsonObject]
    ) -> Mapping[ObjectRef, JsonObject]:
        bodies = self._cluster.list(wanted.resource, namespace, labels=wanted.labels)
        found = {ref_of(body): body for body in bodies}
        for ref, body in found.items():
            if seen.get(ref) != body:
                self._news.put(News(ref, body))
        for ref in seen.keys() - found.keys():
            self._news.put(News(ref, None))
        return found
