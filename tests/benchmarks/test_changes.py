"""A prune of 1,000 objects, and one changed of 1,000, against bare requests and kubectl in one run."""

import json
import re
from pathlib import Path

from pytest_benchmark.fixture import BenchmarkFixture

from tests.benchmarks.apps import write_app
from tests.benchmarks.cluster_work import Work, make_work
from tests.benchmarks.comparison import measure, report, report_faster
from tests.benchmarks.programs import DLCTL, Programs, Run
from tests.controlplane import ControlPlane

OBJECTS = 1000
ROUNDS = 3


def test_prune(benchmark: BenchmarkFixture, online: Programs, control_plane: ControlPlane) -> None:
    """The floor deletes the same objects by name, in the foreground; it neither looks nor waits."""
    work = make_work(online, control_plane, "files", 1, count=OBJECTS + 1)
    namespace, other = work.namespace(), work.namespace()

    def prune() -> Run:
        write_app(online.folder, "files", 1, count=OBJECTS + 1)
        work.apply(namespace)
        write_app(online.folder, "files", 1, count=1)
        return online.run(*DLCTL, "apply", namespace, "--prune", "--yes")

    def floor() -> Run:
        write_app(online.folder, "files", 1, count=OBJECTS + 1)
        file = work.file(other, "json")
        work.floor(file)
        return work.floor(file, "delete")

    ours, bare = measure(benchmark, ("dlctl apply --prune", prune), ("bare DELETEs", floor), rounds=ROUNDS)
    report(f"prune of {OBJECTS} ConfigMaps", ours, bare, at_most=1.3, plus=1)
    for name in (namespace, other):
        work.clear(name)


def test_one_changed(benchmark: BenchmarkFixture, online: Programs, control_plane: ControlPlane) -> None:
    """The floor reads all objects, and writes one."""
    work = make_work(online, control_plane, "files", OBJECTS)
    namespace, other = work.namespace(), work.namespace()
    work.apply(namespace)
    everything, one = _files(work, other)
    work.floor(work.file(other, "json"))
    rounds = iter(range(10 * ROUNDS))

    def change() -> Run:
        path = online.folder / "dlctl.yaml"
        path.write_text(
            re.sub("text of file 7( .*)?\n", f"text of file 7 {next(rounds)}\n", path.read_text())
        )
        return work.apply(namespace)

    work.kubectl_apply(str(everything))
    ours, bare, kubectl = measure(
        benchmark,
        ("dlctl apply", change),
        ("bare LIST and PATCH", lambda: work.floor(str(one), "list")),
        ("kubectl apply", lambda: work.kubectl_apply(str(everything))),
        rounds=ROUNDS,
    )
    report(f"apply of {OBJECTS} ConfigMaps, one changed", ours, bare, at_most=3, plus=0.3)
    report_faster(f"apply of {OBJECTS} ConfigMaps, one changed", ours, kubectl, times=2)
    for name in (namespace, other):
        work.clear(name)


def _files(work: Work, namespace: str) -> tuple[Path, Path]:
    """All objects for kubectl, and one for the floor."""
    folder = work.programs.folder
    one = folder / "one.json"
    one.write_text(json.dumps(work.objects(namespace)[:1]))
    return Path(work.file(namespace, "yaml")), one
