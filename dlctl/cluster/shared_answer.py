"""A request that several threads need at once is sent by one of them."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from typing import Generic, TypeVar

from dlctl.cluster.too_many_requests import TooManyRequests
from dlctl.errors import ClusterError, Unreachable

Value = TypeVar("Value")

KEPT = 5.0
"""Seconds for which a server that did not answer is not asked again. A command that goes on asks later."""


class SharedAnswer(Generic[Value]):
    """Calls `ask` in one thread; threads that need the answer meanwhile wait and get the same answer.

    Answers are numbered from 1. An error is raised in all threads that wait, and is not kept: the next
    call asks again. Only that the server does not answer, after all attempts, is kept for KEPT seconds.
    """

    def __init__(self, ask: Callable[[], Value], clock: Callable[[], float] = time.monotonic) -> None:
        self._ask = ask
        self._clock = clock
        self._lock = threading.Lock()  # never held while asking
        self._latest: tuple[int, Value] | None = None
        self._under_way: Future[tuple[int, Value]] | None = None
        self._failed: tuple[float, BaseException] | None = None

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
            if self._failed is not None and self._clock() - self._failed[0] < KEPT:
                raise self._failed[1]
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
            kept = isinstance(error, Unreachable | TooManyRequests)
            self._finish(self._latest, (self._clock(), error) if kept else None)
            asking.set_exception(error)
            raise
        numbered = (self._latest[0] if self._latest else 0) + 1, value
        self._finish(numbered, None)
        asking.set_result(numbered)
        return numbered

    def _finish(self, latest: tuple[int, Value] | None, failed: tuple[float, BaseException] | None) -> None:
        with self._lock:
            self._latest, self._under_way, self._failed = latest, None, failed


class HintedAnswer(SharedAnswer[Value]):
    """Another shared answer, with a hint added to its errors."""

    def __init__(self, shared: SharedAnswer[Value], hint: str) -> None:
        self._shared = shared
        self._hint = hint

    def once(self) -> Value:
        """The answer of the other one."""
        with self._hinting():
            return self._shared.once()

    def again(self) -> Value:
        """A new answer of the other one."""
        with self._hinting():
            return self._shared.again()

    @contextmanager
    def _hinting(self) -> Iterator[None]:
        try:
            yield
        except ClusterError as error:
            told = error.with_message(error.message)  # a copy: the others that wait get the same error
            told.hint = f"{error.hint}; {self._hint}" if error.hint else self._hint
            raise told from error
