"""The same call for many items at once, over a few threads."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


def in_parallel(call: Callable[[Item], Result], items: Iterable[Item], threads: int) -> list[Result]:
    """The results in the order of the items; the first error stops what has not begun, and is raised."""
    todo = list(items)
    if len(todo) <= 1 or threads <= 1:
        return [call(item) for item in todo]
    pool = ThreadPoolExecutor(min(threads, len(todo)))
    try:
        return list(pool.map(call, todo))
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def as_done(
    call: Callable[[Item], Result], items: Iterable[Item], threads: int
) -> Iterator[tuple[Item, Result]]:
    """Pairs of item and result as they come, in the caller's thread.

    An error of `call`, an interrupt, or closing the iterator stops what has not begun; what has
    begun is waited for.
    """
    todo = list(items)
    if len(todo) <= 1 or threads <= 1:
        yield from ((item, call(item)) for item in todo)
        return
    pool = ThreadPoolExecutor(min(threads, len(todo)))
    try:
        items_of: dict[Future[Result], Item] = {pool.submit(call, item): item for item in todo}
        for future in as_completed(items_of):
            yield items_of[future], future.result()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
