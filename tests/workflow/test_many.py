"""The loop over environments: one outcome for each, in order, whatever the threads did."""

import itertools
import signal
import threading
from collections.abc import Callable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlctl.errors import PlanError
from dlctl.workflow import many
from dlctl.workflow.many import Limits, Outcome, run_many

NAMES = ("a", "b", "c", "d", "e", "f")
LIMIT = 20.0
"""Seconds that a test waits for what must happen at once."""
EITHER = pytest.mark.parametrize("max_parallel", [1, 3])


def one_after_the_other(order: Sequence[str]) -> Callable[[str], str]:
    """Work that is begun in any order and ends in this one."""
    ended = {name: threading.Event() for name in order}
    before = dict(zip(order[1:], order, strict=False))

    def work(name: str) -> str:
        if name in before:
            assert ended[before[name]].wait(LIMIT)
        ended[name].set()
        return name.upper()

    return work


def interrupt() -> None:
    """Ctrl-C, as the thread that started all others sees it."""
    main_thread = threading.main_thread().ident
    assert main_thread is not None
    signal.pthread_kill(main_thread, signal.SIGINT)


@given(st.permutations(NAMES))
def test_outcomes_are_in_the_order_given_whatever_ends_first(order: list[str]) -> None:
    outcomes = run_many(NAMES, one_after_the_other(order), Limits(max_parallel=len(NAMES)))
    assert outcomes.results == tuple(name.upper() for name in NAMES)
    assert [outcome.environment for outcome in outcomes.each] == list(NAMES)
    assert not outcomes.interrupted


@pytest.mark.parametrize("max_parallel", [2, 3, 6])
def test_so_many_are_worked_on_at_once_and_no_more(max_parallel: int) -> None:
    together = threading.Barrier(max_parallel)
    lock = threading.Lock()
    at_work = itertools.count(1)
    begun = ended = peak = 0

    def work(name: str) -> str:
        nonlocal begun, ended, peak
        with lock:
            begun = next(at_work)
            peak = max(peak, begun - ended)
        together.wait(LIMIT)
        with lock:
            ended += 1
        return name

    assert run_many(NAMES, work, Limits(max_parallel)).results == NAMES
    assert peak == max_parallel


@pytest.mark.parametrize(("names", "max_parallel"), [(("a",), 8), (NAMES, 1)])
def test_one_environment_or_one_at_a_time_needs_no_thread(names: tuple[str, ...], max_parallel: int) -> None:
    outcomes = run_many(names, lambda name: threading.get_ident(), Limits(max_parallel))
    assert set(outcomes.results) == {threading.get_ident()}


@EITHER
def test_an_error_is_the_outcome_of_its_environment_alone(max_parallel: int) -> None:
    def work(name: str) -> str:
        if name in ("b", "e"):
            raise PlanError(f"no {name}", hint="do so")
        return name

    outcomes = run_many(NAMES, work, Limits(max_parallel))
    assert outcomes.results == ("a", "c", "d", "f")
    assert [error.message for error in outcomes.errors] == ["b: no b", "e: no e"]
    assert {error.hint for error in outcomes.errors} == {"do so"}
    assert outcomes.not_started == ()


def test_the_error_of_a_single_environment_is_as_it_was_raised() -> None:
    def work(name: str) -> str:
        raise PlanError("no")

    assert [error.message for error in run_many(["a"], work).errors] == ["no"]


@pytest.mark.parametrize("stop_after", [1, 2, 5])
def test_after_so_many_failures_nothing_more_is_started(stop_after: int) -> None:
    begun: list[str] = []

    def work(name: str) -> str:
        begun.append(name)
        raise PlanError("no")

    outcomes = run_many(NAMES, work, Limits(1, stop_after))
    assert begun == list(NAMES[:stop_after])
    assert outcomes.not_started == NAMES[stop_after:]
    assert len(outcomes.errors) == stop_after
    assert not outcomes.interrupted


def test_in_parallel_what_is_at_work_goes_on_and_nothing_more_is_started() -> None:
    begun: list[str] = []
    together = threading.Barrier(2)

    def work(name: str) -> str:
        begun.append(name)
        together.wait(LIMIT)
        raise PlanError("no")

    outcomes = run_many(NAMES, work, Limits(2, 1))
    assert sorted(begun) == ["a", "b"]
    assert outcomes.not_started == NAMES[2:]


def test_results_may_count_as_failures() -> None:
    stopped = run_many(NAMES, str.upper, Limits(1, 2), failed=lambda result: result in "BC")
    assert stopped.results == ("A", "B", "C")  # they are results all the same
    assert stopped.errors == ()
    assert stopped.not_started == ("d", "e", "f")


@EITHER
def test_without_a_limit_all_are_tried(max_parallel: int) -> None:
    def work(name: str) -> str:
        raise PlanError("no")

    assert len(run_many(NAMES, work, Limits(max_parallel, 0)).errors) == len(NAMES)


def test_an_interrupt_of_one_by_one_starts_nothing_more() -> None:
    limits = Limits(1)

    def work(name: str) -> str:
        if name == "c":
            interrupt()
        return name

    outcomes = run_many(NAMES, work, limits)
    assert outcomes.interrupted
    assert outcomes.results == ("a", "b")
    assert outcomes.cut_off == ("c",)  # never "not started": it may have written
    assert outcomes.not_started == ("d", "e", "f")
    assert limits.stop.is_set()


def test_an_interrupt_in_parallel_waits_for_what_heeds_it_and_starts_nothing_more() -> None:
    limits = Limits(2)
    together = threading.Barrier(2)

    def work(name: str) -> str:
        together.wait(LIMIT)
        if name == "a":
            interrupt()
        assert limits.stop.wait(LIMIT)
        return name

    outcomes = run_many(NAMES, work, limits)
    assert outcomes.interrupted
    assert outcomes.results == ("a", "b")
    assert outcomes.not_started == NAMES[2:]


def test_an_interrupt_does_not_wait_for_what_hangs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(many, "WRITES_TIMEOUT", 0.2)
    hangs = threading.Event()
    ended = threading.Event()
    limits = Limits(2)

    def work(name: str) -> str:
        if name == "b":
            ended.set()
            return name
        assert ended.wait(LIMIT)
        interrupt()
        assert hangs.wait(LIMIT)
        return name

    cut_off = threading.Event()
    try:
        outcomes = run_many(["a", "b"], work, limits, cut_off=cut_off.set)
    finally:
        hangs.set()
    assert outcomes.interrupted
    assert cut_off.is_set()
    assert outcomes.each == (Outcome("a"), Outcome("b", result="b"))


@EITHER
def test_a_programming_error_is_raised(max_parallel: int) -> None:
    def work(name: str) -> str:
        if name == "b":
            raise ZeroDivisionError("a defect")
        return name

    with pytest.raises(ZeroDivisionError, match="a defect"):
        run_many(NAMES, work, Limits(max_parallel))


def test_no_environments_no_outcomes() -> None:
    assert run_many([], str.upper).each == ()
