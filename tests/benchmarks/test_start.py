"""How long the command line takes to say anything at all."""

from pathlib import Path

from pytest_benchmark.fixture import BenchmarkFixture

from tests.benchmarks.comparison import measure, report, report_limit
from tests.benchmarks.programs import BARE, DLCTL, Programs

REPOSITORY = Path(__file__).resolve().parents[2]
COMPLETE = {"_DLCTL_COMPLETE": "bash_complete", "COMP_WORDS": "dlctl show ", "COMP_CWORD": "2"}
ROUNDS = 21


def test_version(benchmark: BenchmarkFixture, programs: Programs) -> None:
    ours, bare = measure(
        benchmark,
        ("dlctl --version", lambda: programs.run(*DLCTL, "--version")),
        ("python -c pass", lambda: programs.run(*BARE)),
        rounds=ROUNDS,
    )
    report("dlctl --version", ours, bare, at_most=2, plus=0.06)


def test_completion(benchmark: BenchmarkFixture, programs: Programs) -> None:
    here = Programs(REPOSITORY, programs.environ)
    assert "minikube" in here.run(*DLCTL, environ=COMPLETE).out
    ours, bare = measure(
        benchmark,
        ("completion", lambda: here.run(*DLCTL, environ=COMPLETE)),
        ("python -c pass", lambda: here.run(*BARE)),
        rounds=ROUNDS,
    )
    report("completion of an environment", ours, bare, at_most=2, plus=0.06)


def test_show_one(benchmark: BenchmarkFixture, programs: Programs) -> None:
    here = Programs(REPOSITORY, programs.environ)
    ours, _ = measure(
        benchmark,
        ("dlctl show", lambda: here.run(*DLCTL, "show", "minikube", "-c", "cnn")),
        ("python -c pass", lambda: here.run(*BARE)),
        rounds=ROUNDS,
    )
    report_limit(f"show of one component ({ours})", ours.wall, "s", 0.25, len(ours.runs))
