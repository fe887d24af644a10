"""What colours cost on a terminal."""

import sys
import time

from pytest_benchmark.fixture import BenchmarkFixture

from tests.benchmarks.comparison import measure, report
from tests.benchmarks.programs import Programs, Run
from tests.terminal import on_terminal

DIFF = """\
import sys, time
from dlctl.cli.output.views.diff_view import print_diff
from dlctl.cli.output.streams import data
kinds = ("+", "-", " ")
text = "".join(f"{kinds[n % 3]}  key-{n}: some value\\n" for n in range(20_000))
began = time.process_time()
(print_diff if sys.argv[1] == "coloured" else data)(text)
print("took", time.process_time() - began)
"""
ROUNDS = 11


def test_diff_of_many_lines(benchmark: BenchmarkFixture, programs: Programs) -> None:
    def printed(how: str) -> Run:
        began = time.perf_counter()
        command = (sys.executable, "-c", DIFF, how)
        shown = on_terminal(command, cwd=programs.folder, environ=programs.environ)
        assert shown.text.count("\n") == 20_001
        return Run(time.perf_counter() - began, float(shown.text.rpartition("took")[2]), shown.text)

    coloured, plain = measure(
        benchmark,
        ("coloured", lambda: printed("coloured")),
        ("plain", lambda: printed("plain")),
        rounds=ROUNDS,
    )
    report("diff of 20,000 lines on a terminal", coloured, plain, at_most=2)
