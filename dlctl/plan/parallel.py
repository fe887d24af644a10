"""Call a function for many items in parallel threads."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from queue import Empty, SimpleQueue
from typing import Self, TypeVar

INTERRUPT_TIMEOUT = 0.7
"""Seconds to wait for running calls after an interrupt; the server may hang."""

POLL = 0.1
"""Seconds between two checks of `stop`."""

Item = TypeVar("Item")
Result = TypeVar("Result")
Other = TypeVar("Other")


def in_parallel(call: Callable[[Item], Result], items: Iterable[Item], threads: int) -> list[Result]:
    """The results in the order of the items. The first error cancels pending calls and is raised."""
    todo = list(items)
    if len(todo) <= 1 or threads <= 1:
        return [call(item) for item in todo]
    with _Pool(min(threads, len(todo))) as pool:
        return list(pool.executor.map(call, todo))


def both(first: Callable[[], Result], second: Callable[[], Other], threads: int = 2) -> tuple[Result, Other]:
    """The results of two calls at once, the first one in the caller's thread. Its error is raised first."""
    if threads <= 1:
        return first(), second()
    with _Pool(1) as pool:
        beside = pool.executor.submit(second)
        return first(), beside.result()


def as_done(
    call: Callable[[Item], Result],
    items: Iterable[Item],
    threads: int,
    stop: Callable[[], bool] | None = None,
) -> Iterator[tuple[Item, Result]]:
    """Pairs of item and result as they complete, in the caller's thread.

    An error of `call`, an interrupt, a true answer of `stop`, or closing the iterator cancels pending calls.
    Running calls are waited for; after an interrupt or a stop at most INTERRUPT_TIMEOUT seconds. An interrupt
    is then raised.
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
    finished: "SimpleQueue[Future[Result]]", count: int, stop: Callable[[], bool] | None
) -> Iterator["Future[Result]"]:
    """This many futures as they complete; fewer once `stop` is true."""
    taken = 0
    while taken < count and not (stop is not None and stop()):
        try:
            future = finished.get(timeout=POLL)
        except Empty:
            continue
        taken += 1
        yield future


def _begun(pool: "_Pool", left: dict["Future[Result]", Item]) -> Iterator[tuple[Item, Result]]:
    """Results of running calls that end soon; pending calls are cancelled, hanging calls abandoned."""
    pool.abandon()
    begun = [future for future in left if not future.cancelled()]
    for future in wait(begun, INTERRUPT_TIMEOUT).done:
        if future.exception() is None:
            yield left[future], future.result()


class _Pool:
    """A thread pool; its threads are waited for at the end, except after an interrupt or `abandon`."""

    def __init__(self, threads: int) -> None:
        self.executor = ThreadPoolExecutor(threads)
        self.abandoned = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        interrupted = kind is not None and issubclass(kind, KeyboardInterrupt)
        self.executor.shutdown(wait=not (self.abandoned or interrupted), cancel_futures=True)

    def abandon(self) -> None:
        """Cancel pending calls, and do not wait for running ones."""
        self.abandoned = True
        self.executor.shutdown(wait=False, cancel_futures=True)
