"""The commands of every day, offline: `show`, `param set`, `generate`, `prototype list` and completion.

The floor is a bare interpreter; `show` of a thousand objects stands beside `helm template` of the same ones.
"""

import itertools
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from tests.benchmarks.apps import write_app, write_environment
from tests.benchmarks.comparison import Attempt, measure, report
from tests.benchmarks.helm_program import needed_helm
from tests.benchmarks.programs import BARE, DLCTL, Programs, Run
from tests.conftest import REPOSITORY

ROUNDS = 21
COMPLETE = {
    "_DLCTL_COMPLETE": "bash_complete",
    "COMP_WORDS": "dlctl param set cnn ",
    "COMP_CWORD": "4",
}


@pytest.fixture
def sample(programs: Programs) -> Programs:
    """A copy of the sample app."""
    shutil.copy(REPOSITORY / "dlctl.yaml", programs.folder)
    shutil.copytree(REPOSITORY / "environments", programs.folder / "environments")
    return programs


@pytest.fixture
def thousand(programs: Programs) -> Programs:
    """An app with one component of 1,000 ConfigMaps."""
    write_app(programs.folder, "files", 1, count=1000)
    write_environment(programs.folder, "bench", "bench", "none", "")
    return programs


def _changing(file: Path, before: str) -> Iterator[None]:
    """Changes a value of a file at each step, to one that it did not have before."""
    text = file.read_text()
    assert before in text
    for number in itertools.count(1):
        file.write_text(text.replace(before, f"{before}{number}"))
        yield


def _against_bare(
    benchmark: BenchmarkFixture, programs: Programs, work: str, ours: Attempt, milliseconds: int
) -> None:
    mine, bare = measure(
        benchmark,
        (f"dlctl {work}", ours),
        ("python -c pass", lambda: programs.run(*BARE)),
        rounds=ROUNDS,
    )
    report(work, mine, bare, at_most=1, plus=milliseconds / 1000)


def test_show_unchanged(benchmark: BenchmarkFixture, sample: Programs) -> None:
    def show() -> Run:
        return sample.run(*DLCTL, "show", "gke")

    _against_bare(benchmark, sample, "show of the sample app, nothing changed", show, 100)


def test_show_after_a_change(benchmark: BenchmarkFixture, sample: Programs) -> None:
    changes = _changing(sample.folder / "dlctl.yaml", "gs://kubeflow-models/inception")

    def show() -> Run:
        next(changes)
        return sample.run(*DLCTL, "show", "gke")

    _against_bare(benchmark, sample, "show of the sample app, one parameter changed", show, 170)


def test_show_of_a_thousand_after_a_change(benchmark: BenchmarkFixture, thousand: Programs) -> None:
    changes = _changing(thousand.folder / "dlctl.yaml", "text of file 0")

    def show() -> Run:
        next(changes)
        return thousand.run(*DLCTL, "show", "bench")

    _against_bare(benchmark, thousand, "show of 1,000 objects, one parameter changed", show, 270)


def test_show_of_a_thousand_with_helm(benchmark: BenchmarkFixture, thousand: Programs) -> None:
    helm = needed_helm()
    chart = thousand.folder / "chart"
    (chart / "templates").mkdir(parents=True)
    (chart / "Chart.yaml").write_text("apiVersion: v2\nname: bench\nversion: 0.1.0\n")
    (chart / "templates" / "objects.yaml").write_text(_HELM_TEMPLATE)
    assert thousand.run(helm, "template", str(chart)).out.count("kind: ConfigMap") == 1000
    assert thousand.run(*DLCTL, "show", "bench").out.count("kind: ConfigMap") == 1000
    ours, theirs = measure(
        benchmark,
        ("dlctl show", lambda: thousand.run(*DLCTL, "show", "bench")),
        ("helm template", lambda: thousand.run(helm, "template", str(chart))),
        rounds=ROUNDS,
    )
    report("show of 1,000 objects, nothing changed", ours, theirs, at_most=1.3)


_HELM_TEMPLATE = """\
{{- range $index := until 1000 }}
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ printf "part-00000-%d" $index }}
  namespace: bench
  labels:
    app.kubernetes.io/name: files
    app.kubernetes.io/instance: part-00000
    app.kubernetes.io/part-of: bench
    app.kubernetes.io/managed-by: helm
data:
  level: info
  text: text of file 0
  number: {{ $index | quote }}
{{- end }}
"""


def test_prototype_list(benchmark: BenchmarkFixture, sample: Programs) -> None:
    _against_bare(benchmark, sample, "prototype list", lambda: sample.run(*DLCTL, "prototype", "list"), 110)


def test_param_set(benchmark: BenchmarkFixture, sample: Programs) -> None:
    numbers = itertools.count(1)

    def set_() -> Run:
        return sample.run(*DLCTL, "param", "set", "cnn", "num_workers", str(next(numbers)))

    _against_bare(benchmark, sample, "param set", set_, 110)


def test_generate(benchmark: BenchmarkFixture, sample: Programs) -> None:
    numbers = itertools.count(1)
    text = (sample.folder / "dlctl.yaml").read_text()

    def generate() -> Run:
        (sample.folder / "dlctl.yaml").write_text(text)
        name = f"more-{next(numbers)}"
        return sample.run(*DLCTL, "generate", "tf-serving", name, "--model_path", "gs://models/more")

    _against_bare(benchmark, sample, "generate", generate, 110)


def test_completion_of_a_parameter(benchmark: BenchmarkFixture, sample: Programs) -> None:
    def complete() -> Run:
        return sample.run(*DLCTL, environ=COMPLETE)

    assert "batch_size" in complete().out
    _against_bare(benchmark, sample, "completion of a parameter's name", complete, 110)
