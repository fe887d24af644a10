"""`node list` of a large cluster against the bare LISTs that it needs."""

import sys
from collections.abc import Iterator

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from tests.benchmarks.big_cluster import filled
from tests.benchmarks.comparison import measure, report, report_limit
from tests.benchmarks.programs import DLCTL, Programs
from tests.conftest import REPOSITORY
from tests.controlplane import ControlPlane, shared_control_plane

NODES, PODS = 5_000, 20_000
FLOOR = (sys.executable, "-m", "tests.benchmarks.list_floor")
IN_REPOSITORY = {"PYTHONPATH": str(REPOSITORY)}
FORMATS = ("table", "json")


@pytest.fixture(scope="module")
def large() -> Iterator[ControlPlane]:
    """A cluster of its own: what Kubernetes says is the most that one should have, in nodes."""
    made = shared_control_plane("large", nodes="cpu-only=0")
    with filled(made, NODES, PODS):
        yield made


@pytest.mark.parametrize("form", FORMATS)
def test_node_list(benchmark: BenchmarkFixture, programs: Programs, large: ControlPlane, form: str) -> None:
    kubeconfig = str(large.kubeconfig)
    ours = (*DLCTL, "node", "list", "--all-contexts", "--kubeconfig", kubeconfig, "-o", form)
    floor = (*FLOOR, kubeconfig)
    assert programs.run(*floor, environ=IN_REPOSITORY).out.split() == [str(NODES), "0", str(PODS)]
    first, bare = measure(
        benchmark,
        (f"dlctl node list -o {form}", lambda: programs.run(*ours)),
        ("bare LISTs", lambda: programs.run(*floor, environ=IN_REPOSITORY)),
        rounds=3,
    )
    report(f"node list of {NODES} nodes and {PODS} pods, {form}", first, bare, at_most=1.5)
    report_limit(f"node list -o {form}, memory", programs.peak(*ours), "MB", 300)
