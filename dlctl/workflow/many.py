"""The loop over environments: in parallel up to a limit, with one outcome for each, in order."""

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from typing import Generic, TypeVar

from msgspec import Struct, field

from dlctl.errors import DlctlError

Result = TypeVar("Result")

MAX_PARALLEL = 4
INTERRUPT_TIMEOUT = 1.0
"""Seconds to wait for running environments after an interrupt."""

POLL = 0.1
"""Seconds of one wait: an interrupt in the moment before a wait is not noticed until the wait ends."""

NOT_STARTED = "not started"
CUT_OFF = "interrupted before it finished; its cluster may have received changes"
"""What is known of an environment whose requests were not awaited any longer."""


class Limits(Struct, frozen=True):
    """The number of parallel environments, and of failures after which no more are started.

    `stop_after` 0 means no limit. `stop`, once set, starts no further environment.
    """

    max_parallel: int = MAX_PARALLEL
    stop_after: int = 0
    stop: threading.Event = field(default_factory=threading.Event)


class Outcome(Struct, Generic[Result], frozen=True):
    """The outcome of one environment: a result or an error.

    Neither if it was not `started`, or was cut off by an interrupt before it ended.
    """

    environment: str
    result: Result | None = None
    error: DlctlError | None = None
    started: bool = True

    @property
    def ended(self) -> bool:
        """Whether there is a result or an error."""
        return self.result is not None or self.error is not None


class Outcomes(Struct, Generic[Result], frozen=True):
    """One outcome for each environment, in the given order."""

    each: tuple[Outcome[Result], ...]
    interrupted: bool = False

    @property
    def results(self) -> tuple[Result, ...]:
        """The results of the successful environments."""
        return tuple(outcome.result for outcome in self.each if outcome.result is not None)

    @property
    def errors(self) -> tuple[DlctlError, ...]:
        """The errors of the failed environments; with several environments, each names its own."""
        failed = ((outcome.environment, outcome.error) for outcome in self.each if outcome.error)
        return self._named(failed)

    def left_out(self, errors_of: Callable[[Result], Iterable[DlctlError]]) -> tuple[DlctlError, ...]:
        """The errors of what results leave out; with several environments, each names its own."""
        found = ((each.environment, each.result) for each in self.each if each.result is not None)
        return self._named((name, error) for name, result in found for error in errors_of(result))

    def _named(self, errors: Iterable[tuple[str, DlctlError]]) -> tuple[DlctlError, ...]:
        if len(self.each) <= 1:
            return tuple(error for _, error in errors)
        from dlctl.report import named

        return tuple(named(name, error) for name, error in errors)

    @property
    def not_started(self) -> tuple[str, ...]:
        """The environments that were not started, because of an interrupt or `stop_after`."""
        return tuple(outcome.environment for outcome in self.each if not outcome.started)

    @property
    def cut_off(self) -> tuple[str, ...]:
        """The environments that were started, but had not ended when an interrupt was no longer awaited."""
        return tuple(each.environment for each in self.each if each.started and not each.ended)


def run_many(
    environments: Sequence[str],
    work: Callable[[str], Result],
    limits: Limits | None = None,
    *,
    failed: Callable[[Result], bool] = lambda result: False,
) -> Outcomes[Result]:
    """Call `work` for each environment. A DlctlError is the environment's outcome and stops no other.

    One environment, or `max_parallel` 1, runs in the caller's thread. An interrupt sets `limits.stop`,
    which `work` must check, and waits at most INTERRUPT_TIMEOUT seconds. `failed` decides which results
    count as failures for `limits.stop_after`.
    """
    run = _Run(work, limits or Limits(), failed)
    if len(environments) <= 1:
        return run.one_by_one(environments)
    with working_on_several():
        if run.limits.max_parallel <= 1:
            return run.one_by_one(environments)
        return run.in_parallel(environments)


def are_several() -> bool:
    """Whether the command now works on more than one environment or context, in this thread or another."""
    return bool(_SEVERAL)


_SEVERAL: list[None] = []
"""An item for each loop over several environments or contexts."""


@contextmanager
def working_on_several() -> Iterator[None]:
    """The block works on more than one environment or context."""
    _SEVERAL.append(None)
    try:
        yield
    finally:
        _SEVERAL.pop()


class _Run(Generic[Result]):
    def __init__(
        self, work: Callable[[str], Result], limits: Limits, failed: Callable[[Result], bool]
    ) -> None:
        self.work = work
        self.limits = limits
        self.failed = failed
        self.failures = 0
        self.started: set[str] = set()
        self.counting = threading.Lock()
        self.released = threading.Event()
        self.released.set()

    def one_by_one(self, environments: Sequence[str]) -> Outcomes[Result]:
        outcomes: dict[str, Outcome[Result]] = {}
        try:
            for name in environments:
                outcomes[name] = self.one(name)
        except KeyboardInterrupt:
            self.limits.stop.set()
        return self.outcomes(environments, outcomes)

    def in_parallel(self, environments: Sequence[str]) -> Outcomes[Result]:
        pool = ThreadPoolExecutor(min(self.limits.max_parallel, len(environments)))
        futures: dict[str, Future[Outcome[Result]]] = {}
        try:
            with self.held_back():
                for name in environments:
                    futures[name] = pool.submit(self.one, name)
            while wait(futures.values(), POLL).not_done:
                pass
        except KeyboardInterrupt:
            self.limits.stop.set()
            pool.shutdown(wait=False, cancel_futures=True)
            wait([future for future in futures.values() if not future.cancelled()], INTERRUPT_TIMEOUT)
        else:
            pool.shutdown()
        return self.outcomes(environments, dict(_finished(futures)))

    @contextmanager
    def held_back(self) -> Iterator[None]:
        """No environment is started before the end of the block, and none if it is interrupted."""
        self.released.clear()
        try:
            yield
        except KeyboardInterrupt:
            self.limits.stop.set()
            raise
        finally:
            self.released.set()

    def one(self, name: str) -> Outcome[Result]:
        self.released.wait()
        if self.limits.stop.is_set() or self.too_many_failures():
            return Outcome(name, started=False)
        self.started.add(name)
        outcome: Outcome[Result]
        try:
            outcome = Outcome(name, result=self.work(name))
        except DlctlError as error:
            outcome = Outcome(name, error=error)
        if outcome.result is None or self.failed(outcome.result):
            with self.counting:
                self.failures += 1
        return outcome

    def too_many_failures(self) -> bool:
        return 0 < self.limits.stop_after <= self.failures

    def outcomes(self, environments: Sequence[str], outcomes: dict[str, Outcome[Result]]) -> Outcomes[Result]:
        missing: dict[str, Outcome[Result]] = {
            name: Outcome(name, started=name in self.started) for name in environments
        }
        each = tuple(outcomes.get(name, missing[name]) for name in environments)
        return Outcomes(each, interrupted=self.limits.stop.is_set())


def _finished(
    futures: dict[str, Future[Outcome[Result]]],
) -> Iterator[tuple[str, Outcome[Result]]]:
    """The completed outcomes; an exception other than DlctlError is raised, as without threads."""
    for name, future in futures.items():
        if future.done() and not future.cancelled():
            yield name, future.result()
