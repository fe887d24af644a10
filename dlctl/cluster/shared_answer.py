"""A request that several threads need at once is sent by one of them."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Generic, TypeVar

Value = TypeVar("Value")


class SharedAnswer(Generic[Value]):
    """Calls `ask` in one thread; threads that need the answer meanwhile wait and get the same answer.

    Answers are numbered from 1. An error is raised in all threads that wait, and is not kept: the next
    call asks again.
    """

    def __init__(self, ask: Callable[[], Value]) -> None:
        self._ask = ask
        self._lock = threading.Lock()  # never held while asking
        self._latest: tuple[int, Value] | None = None
        self._under_way: Future[tuple[int, Value]] | None = None

    def once(self) -> Value:
        """The answer; `ask` is called only if there is none yet."""
        return self.newer_than(0)[1]

    def again(self) -> Value:
        """A new answer, or the one that another thread is waiting for."""
        return self.newer_than(self._latest[0] if self._latest else 0)[1]

    def newer_than(self, seen: int) -> tuple[int, Value]:
        """The number of an answer, higher than `seen`, and the answer."""
        with self._lock:
            if self._latest is not None and self._latest[0] > seen:
                return self._latest
            waited_for = self._under_way
            if waited_for is None:
                asking = self._under_way = Future()
        if waited_for is not None:
            return waited_for.result()
        return self._answer(asking)

    def _answer(self, asking: "Future[tuple[int, Value]]") -> tuple[int, Value]:
        try:
            value = self._ask()
        except BaseException as error:
            self._finish(self._latest)
            asking.set_exception(error)
            raise
        numbered = (self._latest[0] if self._latest else 0) + 1, value
        self._finish(numbered)
        asking.set_result(numbered)
        return numbered

    def _finish(self, latest: tuple[int, Value] | None) -> None:
        with self._lock:
            self._latest, self._under_way = latest, None
