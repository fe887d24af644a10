"""Measure two programs in turn, and print their ratio beside what it must be."""

import statistics
from collections.abc import Callable
from dataclasses import dataclass

from pytest_benchmark.fixture import BenchmarkFixture

from tests.benchmarks.programs import Run

Attempt = Callable[[], Run]
"""One round: prepare what is not measured, then run the program once."""


@dataclass(frozen=True, slots=True)
class Sample:
    """All rounds of one program."""

    name: str
    runs: tuple[Run, ...]

    @property
    def wall(self) -> float:
        """The median wall time: a busy machine makes single rounds long, never short."""
        return statistics.median(run.wall for run in self.runs)

    @property
    def cpu(self) -> float:
        """The median processor time, which other programs of the machine disturb less."""
        return statistics.median(run.cpu for run in self.runs)

    def __str__(self) -> str:
        walls = sorted(run.wall for run in self.runs)
        return f"{self.name} {self.wall:.3f} s ({walls[0]:.3f}–{walls[-1]:.3f}, cpu {self.cpu:.3f})"


def measure(
    benchmark: BenchmarkFixture, ours: tuple[str, Attempt], *others: tuple[str, Attempt], rounds: int
) -> tuple[Sample, ...]:
    """Run all programs `rounds` times in turn, after one round that is not counted; ours comes first.

    In turn, so that what disturbs the machine for a while disturbs all of them. pytest-benchmark keeps
    the statistics of ours (with the little that it takes to start a program).
    """
    runs: dict[str, list[Run]] = {name: [] for name, _ in (ours, *others)}

    def run_others() -> None:
        for name, attempt in others:
            runs[name].append(attempt())

    def run_ours() -> None:
        runs[ours[0]].append(ours[1]())

    # pytest-benchmark is not typed
    benchmark.pedantic(  # type: ignore[no-untyped-call]
        run_ours, setup=run_others, rounds=rounds, iterations=1, warmup_rounds=1
    )
    counted = {name: values[1:] or values for name, values in runs.items()}
    return tuple(Sample(name, tuple(values)) for name, values in counted.items())


def report(work: str, ours: Sample, floor: Sample, *, at_most: float, plus: float = 0.0) -> None:
    """Print one line: ours, the floor, their ratio; is ours at most `at_most` floors and `plus` seconds?"""
    allowed = at_most * floor.wall + plus
    extra = f" + {plus * 1000:.0f} ms" if plus else ""
    _print(
        f"{work}: {ours}; {floor}; ratio {ours.wall / floor.wall:.2f} (cpu {ours.cpu / floor.cpu:.2f}), "
        f"must be ≤ {at_most:g}{extra}",
        ours.wall <= allowed,
        len(ours.runs),
    )


def report_faster(work: str, ours: Sample, peer: Sample, *, times: float) -> None:
    """Print one line: how many times faster than a peer ours is, and whether that is at least `times`."""
    _print(
        f"{work}: {ours}; {peer}; {peer.wall / ours.wall:.2f} times faster "
        f"(cpu {peer.cpu / ours.cpu:.2f}), must be ≥ {times:g}",
        peer.wall >= times * ours.wall,
        len(ours.runs),
    )


def report_limit(work: str, figure: float, unit: str, limit: float, rounds: int = 1) -> None:
    """Print one line: a figure, and whether it keeps within a limit of its own."""
    _print(f"{work}: {figure:.3g} {unit}, must be ≤ {limit:g} {unit}", figure <= limit, rounds)


def _print(line: str, met: bool, rounds: int) -> None:
    print(f"\n{'met    ' if met else 'NOT MET'} {line} [{rounds} rounds]", flush=True)
