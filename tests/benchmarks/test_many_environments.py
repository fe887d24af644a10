"""Many environments in one command: one after the other, and side by side, over a network with latency."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from tests.benchmarks.comparison import measure, report_faster
from tests.benchmarks.many_environments import OBJECTS, Fleet
from tests.benchmarks.programs import Programs
from tests.controlplane import ControlPlane

ENVIRONMENTS = 16
LATENCY = 0.02
ROUNDS = 7


@pytest.fixture
def fleet(programs: Programs, control_plane: ControlPlane, tmp_path: Path) -> Iterator[Fleet]:
    """All environments, applied."""
    own = Programs(programs.folder, {**programs.environ, "KUBECONFIG": str(tmp_path / "kubeconfig")})
    made = Fleet(own, control_plane, ENVIRONMENTS)
    made.reach(control_plane.server)
    made.run("apply", 4)
    yield made
    made.clear()


@pytest.mark.parametrize("verb", ["diff", "apply", "status"])
def test_nothing_changed(benchmark: BenchmarkFixture, fleet: Fleet, verb: str) -> None:
    with fleet.reached_in(LATENCY):
        together, one_by_one = measure(
            benchmark,
            ("--max-parallel 16", lambda: fleet.run(verb, ENVIRONMENTS)),
            ("--max-parallel 1", lambda: fleet.run(verb, 1)),
            rounds=ROUNDS,
        )
    report_faster(f"{verb} of {_what()}, nothing changed", together, one_by_one, times=4)


def test_diff_of_one_change_each(benchmark: BenchmarkFixture, fleet: Fleet) -> None:
    fleet.change("256Mi")
    with fleet.reached_in(LATENCY):
        together, one_by_one = measure(
            benchmark,
            ("--max-parallel 16", lambda: fleet.run("diff", ENVIRONMENTS, codes=(1,))),
            ("--max-parallel 1", lambda: fleet.run("diff", 1, codes=(1,))),
            rounds=ROUNDS,
        )
    report_faster(f"diff of {_what()}, one change each", together, one_by_one, times=4)


def test_what_the_proxy_costs(benchmark: BenchmarkFixture, fleet: Fleet) -> None:
    """Without latency it may not be what limits: the same command straight to the server is the measure."""
    with fleet.reached_in(0):
        through, _ = measure(
            benchmark,
            ("through the proxy, 0 ms", lambda: fleet.run("diff", ENVIRONMENTS)),
            ("same again", lambda: fleet.run("diff", ENVIRONMENTS)),
            rounds=ROUNDS,
        )
    print(through)


def _what() -> str:
    return f"{ENVIRONMENTS} environments of {OBJECTS} objects, {LATENCY * 1000:.0f} ms a request"
