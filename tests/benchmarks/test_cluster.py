"""`apply` and `diff` against bare requests and against kubectl, on one control plane in one run."""

from dataclasses import dataclass

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from tests.benchmarks.cluster_work import Work, make_work
from tests.benchmarks.comparison import Sample, measure, report, report_faster, report_limit
from tests.benchmarks.helm_program import needed_helm
from tests.benchmarks.programs import DLCTL, Programs
from tests.controlplane import ControlPlane


@dataclass(frozen=True, slots=True)
class Size:
    """An app: so many components of a prototype, each of `count` objects, measured so many times."""

    prototype: str
    components: int
    count: int
    rounds: int

    @property
    def objects(self) -> int:
        """How many objects that gives."""
        return self.components * self.count

    def __str__(self) -> str:
        noun = "ConfigMaps" if self.prototype == "files" else "Deployments"
        return f"{self.objects} {noun} of {self.components} component{'s' if self.components > 1 else ''}"


SIZES = [
    Size("files", 1000, 1, 5),
    Size("files", 1, 1000, 5),
    Size("web", 1000, 1, 3),
    Size("files", 1000, 10, 1),
]


@pytest.fixture(params=SIZES, ids=str)
def size(request: pytest.FixtureRequest) -> Size:
    """Each size in turn."""
    chosen: Size = request.param
    return chosen


@pytest.fixture
def work(online: Programs, control_plane: ControlPlane, size: Size) -> Work:
    """The app of that size."""
    params = {"count": size.count} if size.prototype == "files" else {}
    return make_work(online, control_plane, size.prototype, size.components, **params)


def test_apply_new(benchmark: BenchmarkFixture, work: Work, size: Size) -> None:
    ours, floor, kubectl = measure(
        benchmark,
        ("dlctl apply", lambda: work.new("apply")),
        ("bare PATCHes", lambda: work.new("floor")),
        ("kubectl apply", lambda: work.new("kubectl")),
        rounds=size.rounds,
    )
    report(f"apply of {size}, new", ours, floor, at_most=1.3)
    report_faster(f"apply of {size}, new", ours, kubectl, times=1.8)


def test_apply_new_with_helm(benchmark: BenchmarkFixture, work: Work, size: Size) -> None:
    """Helm keeps a release in one Secret, which is too small for the largest size."""
    _needs_helm(size)
    ours, helm = measure(
        benchmark,
        ("dlctl apply", lambda: work.new("apply")),
        ("helm install", lambda: work.new("helm")),
        rounds=size.rounds,
    )
    report_faster(f"apply of {size}, new", ours, helm, times=1)


def test_nothing_changed_with_helm(benchmark: BenchmarkFixture, work: Work, size: Size) -> None:
    _needs_helm(size)
    namespace, other = work.namespace(), work.namespace()
    chart = work.chart(other)
    work.apply(namespace)
    work.helm(other, chart)
    ours, helm = measure(
        benchmark,
        ("dlctl apply", lambda: work.apply(namespace)),
        ("helm upgrade", lambda: work.helm(other, chart)),
        rounds=size.rounds,
    )
    report_faster(f"apply of {size}, nothing changed", ours, helm, times=1)
    for name in (namespace, other):
        work.clear(name)


def _needs_helm(size: Size) -> None:
    needed_helm()
    if size.objects > 1000:
        pytest.skip("a Helm release of this size does not fit a Secret")


def test_nothing_changed(benchmark: BenchmarkFixture, work: Work, size: Size) -> None:
    """Unchanged `apply`, then `diff`; each program put its own objects there before."""
    namespace, other = work.namespace(), work.namespace()
    file = work.file(other, "yaml")
    peak = work.programs.peak(*DLCTL, "apply", namespace)
    work.kubectl_apply(file)
    ours, kubectl = measure(
        benchmark,
        ("dlctl apply", lambda: work.apply(namespace)),
        ("kubectl apply", lambda: work.kubectl_apply(file)),
        rounds=size.rounds,
    )
    report_faster(f"apply of {size}, nothing changed", ours, kubectl, times=2)
    diffs = [(work.diff(namespace), work.kubectl_diff(file)) for _ in range(size.rounds)]
    report_faster(
        f"diff of {size}, nothing changed",
        Sample("dlctl diff", tuple(ours for ours, _ in diffs)),
        Sample("kubectl diff", tuple(theirs for _, theirs in diffs)),
        times=4,
    )
    report_limit(f"apply of {size}, new, memory", peak, "MB", 150)
    again = work.programs.peak(*DLCTL, "apply", namespace)
    report_limit(f"apply of {size}, nothing changed, memory", again, "MB", 150)
    for name in (namespace, other):
        work.clear(name)
