"""The same call for many items at once, over a few threads."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, as_completed, wait
from contextlib import contextmanager
from typing import TypeVar

INTERRUPT_TIMEOUT = 2.0
"""Seconds that an interrupt leaves to what has begun; a server that hangs is not waited for."""

Item = TypeVar("Item")
Result = TypeVar("Result")


def in_parallel(call: Callable[[Item], Result], items: Iterable[Item], threads: int) -> list[Result]:
    """The results in the order of the items; the first error stops what has not begun, and is raised."""
    todo = list(items)
    if len(todo) <= 1 or threads <= 1:
        return [call(item) for item in todo]
    with _pool(min(threads, len(todo))) as pool:
        return list(pool.map(call, todo))


def as_done(
    call: Callable[[Item], Result], items: Iterable[Item], threads: int
) -> Iterator[tuple[Item, Result]]:
    """Pairs of item and result as they come, in the caller's thread.

    An error of `call`, an interrupt, or closing the iterator stops what has not begun. What has
    begun is waited for; after an interrupt no longer than PATIENCE, and then the interrupt is raised.
    """
    todo = list(items)
    if len(todo) <= 1 or threads <= 1:
        yield from ((item, call(item)) for item in todo)
        return
    with _pool(min(threads, len(todo))) as pool:
        items_of: dict[Future[Result], Item] = {pool.submit(call, item): item for item in todo}
        left = dict(items_of)
        try:
            for future in as_completed(items_of):
                yield left.pop(future), future.result()
        except KeyboardInterrupt:
            pool.shutdown(wait=False, cancel_futures=True)
            begun = [future for future in left if not future.cancelled()]
            for future in wait(begun, INTERRUPT_TIMEOUT).done:
                if future.exception() is None:
                    yield left[future], future.result()
            raise


@contextmanager
def _pool(threads: int) -> Iterator[ThreadPoolExecutor]:
    """Threads that are waited for at the end, but not after an interrupt."""
    pool = ThreadPoolExecutor(threads)
    patient = True
    try:
        yield pool
    except KeyboardInterrupt:
        patient = False
        raise
    finally:
        pool.shutdown(wait=patient, cancel_futures=True)
