"""Many environments in one command: one after the other and in parallel, over a network with latency.

What latency costs falls with `--max-parallel`; what a process costs at all, to start and to render and
compare in one Python, does not. So the ratio grows with the latency; it is small, since one environment
after the other waits for a round trip or two only. That all of them take little more than a single one is
what users see: that has a limit of its own, and a loop of commands another one.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from tests.benchmarks.comparison import measure, report, report_faster
from tests.benchmarks.many_environments import OBJECTS, Fleet
from tests.benchmarks.programs import Programs, Run
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


@pytest.mark.parametrize(
    ("verb", "latency"), [("diff", LATENCY), ("diff", 10 * LATENCY), ("apply", LATENCY), ("status", LATENCY)]
)
def test_nothing_changed(benchmark: BenchmarkFixture, fleet: Fleet, verb: str, latency: float) -> None:
    with fleet.reached_in(latency):
        together, one_by_one, single = measure(
            benchmark,
            ("--max-parallel 16", lambda: fleet.run(verb, ENVIRONMENTS)),
            ("--max-parallel 1", lambda: fleet.run(verb, 1)),
            ("a single environment", lambda: fleet.run_one(verb)),
            rounds=ROUNDS,
        )
    work = f"{verb} of {_work(latency)}, nothing changed"
    report(work, together, single, at_most=3)
    report_faster(work, together, one_by_one, times=1.5)


def test_diff_of_one_change_each(benchmark: BenchmarkFixture, fleet: Fleet) -> None:
    fleet.change("256Mi")
    with fleet.reached_in(LATENCY):
        together, one_by_one, single = measure(
            benchmark,
            ("--max-parallel 16", lambda: fleet.run("diff", ENVIRONMENTS, codes=(1,))),
            ("--max-parallel 1", lambda: fleet.run("diff", 1, codes=(1,))),
            ("a single environment", lambda: fleet.run_one("diff", codes=(1,))),
            rounds=ROUNDS,
        )
    work = f"diff of {_work(LATENCY)}, one change each"
    report(work, together, single, at_most=3)
    report_faster(work, together, one_by_one, times=1.5)


def test_one_command_against_a_loop_of_commands(benchmark: BenchmarkFixture, fleet: Fleet) -> None:
    with fleet.reached_in(LATENCY):
        together, loop = measure(
            benchmark,
            ("--max-parallel 16", lambda: fleet.run("diff", ENVIRONMENTS)),
            ("a command for each", lambda: fleet.one_command_each("diff")),
            rounds=3,
        )
    report_faster(f"diff of {_work(LATENCY)}, nothing changed", together, loop, times=4)


def test_what_the_proxy_costs(benchmark: BenchmarkFixture, fleet: Fleet) -> None:
    """Without latency, against the server itself: the proxy must not be what limits."""
    with fleet.reached_in(0) as proxy:

        def diff_at(server: str) -> Run:
            fleet.reach(server)
            return fleet.run("diff", ENVIRONMENTS)

        through, direct = measure(
            benchmark,
            ("through the proxy", lambda: diff_at(proxy)),
            ("direct", lambda: diff_at(fleet.control_plane.server)),
            rounds=ROUNDS,
        )
    report(f"diff of {_work(0)}, through the proxy", through, direct, at_most=1.2)


def _work(latency: float) -> str:
    return f"{ENVIRONMENTS} environments of {OBJECTS} objects, {latency * 1000:.0f} ms a request"
