"""What `show` takes for apps that are four times as large: a quadratic step takes sixteen times as long."""

import time
from collections.abc import Callable

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from tests.benchmarks.comparison import measure, report
from tests.benchmarks.programs import Run
from tests.project import Project
from tests.render.growing_files import FACTOR, SIZES, Files

MOST = 9.0
"""Between 4 and 16, for machines whose caches and clocks differ."""
ROUNDS = 3


@pytest.mark.parametrize("made", SIZES, ids=lambda made: made.__name__)
def test_growth(benchmark: BenchmarkFixture, project: Project, made: Callable[[int], Files]) -> None:
    small = SIZES[made]
    large, little = measure(
        benchmark,
        (f"{small * FACTOR}", lambda: _shown(project, made(small * FACTOR))),
        (f"{small}", lambda: _shown(project, made(small))),
        rounds=ROUNDS,
    )
    report(f"show of an app with more {made.__name__}", large, little, at_most=MOST)


def _shown(project: Project, files: Files) -> Run:
    """One `show` in this process, of which nothing is stored; templates are compiled before."""
    project.write(files)
    project.run("show", "dev").ok()
    project.run("cache", "clear", "renderings").ok()
    wall, cpu = time.perf_counter(), time.process_time()
    shown = project.run("show", "dev").ok().out
    return Run(time.perf_counter() - wall, time.process_time() - cpu, shown)
