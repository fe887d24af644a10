"""Watch the objects of a target: a thread for each kind, and their news in one queue."""

import threading
from collections.abc import Callable, Iterable, Mapping
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


class News(Struct, frozen=True):
    """The present state of an object; None: it does not exist any more."""

    ref: ObjectRef
    body: JsonObject | None


class Watches:
    """Follows objects until `close`; as a context manager it closes at the end.

    Where a kind may not be watched in all namespaces, each namespace is watched; where that is not allowed
    either, the objects are read again and again. The threads end with the process, or with their watch.
    """

    def __init__(
        self, cluster: Cluster, selector: str, wanted: Mapping[Resource, Iterable[ObjectRef]]
    ) -> None:
        self._cluster = cluster
        self._selector = selector
        self._wanted = {resource: frozenset(refs) for resource, refs in wanted.items()}
        self._news: SimpleQueue[News] = SimpleQueue()
        self._closed = threading.Event()

    def __enter__(self) -> Self:
        for resource in self._wanted:
            self._start(partial(self._everywhere, resource))
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

    def _everywhere(self, resource: Resource) -> None:
        namespaces = {ref.namespace for ref in self._wanted[resource]}
        try:
            self._watch(resource, next(iter(namespaces)) if len(namespaces) == 1 else "")
        except Forbidden:
            for namespace in sorted(namespaces):
                self._start(partial(self._within, resource, namespace))

    def _within(self, resource: Resource, namespace: str) -> None:
        try:
            self._watch(resource, namespace)
        except Forbidden:
            self._poll(resource, [ref for ref in self._wanted[resource] if ref.namespace == namespace])

    def _watch(self, resource: Resource, namespace: str) -> None:
        """Watch a kind until the end. Raises Forbidden; other errors are tried again."""
        while not self._closed.is_set():
            try:
                for event, body in self._cluster.watch(
                    resource, namespace, labels=self._selector, timeout=WATCH
                ):
                    if self._closed.is_set():
                        return
                    self._take(resource, event, body)
            except Forbidden:
                raise
            except ClusterError:
                self._closed.wait(POLL)

    def _take(self, resource: Resource, event: str, body: JsonObject) -> None:
        if event not in ("ADDED", "MODIFIED", "DELETED"):
            return
        whole = {**body, "apiVersion": resource.api_version, "kind": resource.kind}
        ref = ref_of(whole)
        if ref in self._wanted[resource]:
            self._news.put(News(ref, None if event == "DELETED" else whole))

    def _poll(self, resource: Resource, refs: list[ObjectRef]) -> None:
        while not self._closed.is_set():
            for ref in refs:
                try:
                    self._news.put(News(ref, read_body(self._cluster, resource, ref)))
                except ClusterError:
                    continue
            self._closed.wait(POLL)
