"""The same call for many items at once, over a few threads."""

import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from queue import Empty, SimpleQueue
from typing import Self, TypeVar

INTERRUPT_TIMEOUT = 2.0
"""Seconds that an interrupt leaves to what has begun; a server that hangs is not waited for."""

POLL = 0.1
"""Seconds between two looks at `stop`."""

Item = TypeVar("Item")
Result = TypeVar("Result")


def in_parallel(call: Callable[[Item], Result], items: Iterable[Item], threads: int) -> list[Result]:
    """The results in the order of the items; the first error stops what has not begun, and is raised."""
    todo = list(items)
    if len(todo) <= 1 or threads <= 1:
        return [call(item) for item in todo]
    with _Pool(min(threads, len(todo))) as pool:
        return list(pool.executor.map(call, todo))


def as_done(
    call: Callable[[Item], Result],
    items: Iterable[Item],
    threads: int,
    stop: threading.Event | None = None,
) -> Iterator[tuple[Item, Result]]:
    """Pairs of item and result as they come, in the caller's thread.

    An error of `call`, an interrupt, `stop`, or closing the iterator stops what has not begun. What has
    begun is waited for; after an interrupt or `stop` no longer than INTERRUPT_TIMEOUT. An interrupt is
    then raised.
    """
    todo = list(items)
    if len(todo) <= 1 or threads <= 1:
        yield from ((item, call(item)) for item in todo)
        return
    with _Pool(min(threads, len(todo))) as pool:
        left: dict[Future[Result], Item] = {pool.executor.submit(call, item): item for item in todo}
        finished: SimpleQueue[Future[Result]] = SimpleQueue()
        for future in left:
            future.add_done_callback(finished.put)
        try:
            for future in _taken(finished, len(left), stop):
                yield left.pop(future), future.result()
        except KeyboardInterrupt:
            yield from _begun(pool, left)
            raise
        if left:
            yield from _begun(pool, left)


def _taken(
    finished: "SimpleQueue[Future[Result]]", count: int, stop: threading.Event | None
) -> Iterator["Future[Result]"]:
    """So many futures as they finish; fewer once `stop` is set."""
    taken = 0
    while taken < count and not (stop is not None and stop.is_set()):
        try:
            future = finished.get(timeout=POLL)
        except Empty:
            continue
        taken += 1
        yield future


def _begun(pool: "_Pool", left: dict["Future[Result]", Item]) -> Iterator[tuple[Item, Result]]:
    """What was begun and ends soon; nothing else is begun, and what hangs is left behind."""
    pool.abandon()
    begun = [future for future in left if not future.cancelled()]
    for future in wait(begun, INTERRUPT_TIMEOUT).done:
        if future.exception() is None:
            yield left[future], future.result()


class _Pool:
    """Threads that are waited for at the end, but not after an interrupt and not once abandoned."""

    def __init__(self, threads: int) -> None:
        self.executor = ThreadPoolExecutor(threads)
        self.abandoned = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        interrupted = kind is not None and issubclass(kind, KeyboardInterrupt)
        self.executor.shutdown(wait=not (self.abandoned or interrupted), cancel_futures=True)

    def abandon(self) -> None:
        """Begin nothing else, and do not wait for what has begun."""
        self.abandoned = True
        self.executor.shutdown(wait=False, cancel_futures=True)
