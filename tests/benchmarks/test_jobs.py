"""`job list` of many jobs against the bare LISTs that it needs, and how many requests it makes.

The bare LISTs are parsed with Python's own json, as a script would: a list that parses nothing shows nothing.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from pytest_benchmark.fixture import BenchmarkFixture

from dlctl.labels import target_labels
from tests.benchmarks.apps import write_environment
from tests.benchmarks.big_cluster import with_jobs
from tests.benchmarks.comparison import measure, report, report_limit
from tests.benchmarks.programs import DLCTL, Programs
from tests.conftest import REPOSITORY
from tests.controlplane import ControlPlane, shared_control_plane
from tests.on_cluster.faults import between

JOBS, PODS = 1_000, 8
PAGE = 500
FLOOR = (sys.executable, "-m", "tests.benchmarks.list_floor", "--jobs")
IN_REPOSITORY = {"PYTHONPATH": str(REPOSITORY)}


@pytest.fixture(scope="module")
def many() -> Iterator[ControlPlane]:
    """A cluster of its own with the jobs of app `bench`, environment `many`."""
    made = shared_control_plane("jobs", nodes="cpu-only=0")
    with with_jobs(made, JOBS, PODS, target_labels("bench", "many")):
        yield made


@pytest.fixture
def app(programs: Programs, many: ControlPlane) -> Programs:
    """Programs in the app's folder, with its cluster."""
    uid = str(many.get("namespace", "kube-system")["metadata"]["uid"])
    head = {"apiVersion": "dlctl.dev/v1", "kind": "App", "name": "bench", "components": {}}
    (programs.folder / "dlctl.yaml").write_text(yaml.safe_dump(head))
    write_environment(programs.folder, "many", "default", many.context, uid)
    return Programs(programs.folder, {**programs.environ, "KUBECONFIG": str(many.kubeconfig)})


@pytest.mark.parametrize("form", ["table", "json"])
def test_job_list(benchmark: BenchmarkFixture, app: Programs, many: ControlPlane, form: str) -> None:
    ours = (*DLCTL, "job", "list", "many", "-o", form)
    floor = (*FLOOR, str(many.kubeconfig))
    assert app.run(*floor, environ=IN_REPOSITORY).out.split() == [str(JOBS), str(JOBS * PODS)]
    first, bare = measure(
        benchmark,
        (f"dlctl job list -o {form}", lambda: app.run(*ours)),
        ("bare LISTs", lambda: app.run(*floor, environ=IN_REPOSITORY)),
        rounds=5,
    )
    report(f"job list of {JOBS} jobs with {PODS} pods each, {form}", first, bare, at_most=1.5)


def test_requests(app: Programs, many: ControlPlane, tmp_path: Path) -> None:
    """One LIST of each kind and its further pages; the kinds and the cluster's identity are known."""
    with between(many, tmp_path) as server:
        own = yaml.safe_load(many.kubeconfig.read_text())
        own["clusters"][0]["cluster"] = {"server": server.url}
        kubeconfig = tmp_path / "between"
        kubeconfig.write_text(yaml.safe_dump(own))
        listed = (*DLCTL, "job", "list", "many", "--kubeconfig", str(kubeconfig))
        app.run(*listed)
        begun = len(server.seen)
        app.run(*listed)
        asked = [seen.path for seen in server.seen[begun:] if "/namespaces/default/" in seen.path]
    pages = -(-JOBS // PAGE) + -(-JOBS * PODS // PAGE)
    kinds = len(set(asked)) - 2  # of which there is nothing here
    report_limit("job list, LIST requests", len(asked), "requests", kinds + pages)
