"""`node check` on a large cluster against the bare LISTs that it needs."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from tests.benchmarks.big_cluster import filled
from tests.benchmarks.comparison import measure, report, report_limit
from tests.benchmarks.programs import DLCTL, Programs
from tests.conftest import REPOSITORY
from tests.controlplane import ControlPlane, shared_control_plane

FLOOR = (sys.executable, "-m", "tests.benchmarks.list_floor", "--check")
IN_REPOSITORY = {"PYTHONPATH": str(REPOSITORY)}
OPEN = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
CRD = {
    "apiVersion": "apiextensions.k8s.io/v1",
    "kind": "CustomResourceDefinition",
    "metadata": {"name": "tfjobs.kubeflow.org"},
    "spec": {
        "group": "kubeflow.org",
        "names": {"kind": "TFJob", "plural": "tfjobs"},
        "scope": "Namespaced",
        "versions": [{"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": OPEN}}],
    },
}
HOST = "kubernetes.io/hostname"
LABELS = {"app": "train"}
EVERYTHING = [{"operator": "Exists"}]
"""No controller runs that would take the taint of new nodes away, which are not ready."""


def _serving_jobs(name: str, folder: Path) -> ControlPlane:
    """A control plane that serves TFJob."""
    made = shared_control_plane(name, nodes="cpu-only=0")
    (folder / "crd.json").write_text(json.dumps(CRD))
    made.kubectl("apply", "-f", str(folder / "crd.json"))
    return made


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ControlPlane]:
    """A cluster of its own with 5,000 nodes and 20,000 pods."""
    made = _serving_jobs("large", tmp_path_factory.mktemp("crd"))
    with filled(made, 5_000, 20_000):
        yield made


@pytest.fixture(scope="module")
def medium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ControlPlane]:
    """A cluster of its own with 1,000 nodes and 4,000 pods."""
    made = _serving_jobs("medium", tmp_path_factory.mktemp("crd"))
    with filled(made, 1_000, 4_000):
        yield made


def _apart() -> dict[str, Any]:
    term = {"topologyKey": HOST, "labelSelector": {"matchLabels": LABELS}}
    return {"affinity": {"podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [term]}}}


def _spread() -> dict[str, Any]:
    constraint = {"maxSkew": 1, "topologyKey": HOST, "whenUnsatisfiable": "DoNotSchedule"}
    return {"topologySpreadConstraints": [{**constraint, "labelSelector": {"matchLabels": LABELS}}]}


def _near() -> dict[str, Any]:
    term = {"topologyKey": HOST, "labelSelector": {"matchLabels": LABELS}}
    return {"affinity": {"podAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [term]}}}


def _job(gpus: int, workers: int, **spec: Any) -> dict[str, Any]:
    main = {"name": "tensorflow", "image": "x", "resources": {"limits": {"nvidia.com/gpu": gpus}}}
    pod = {"containers": [main], "tolerations": EVERYTHING, **spec}
    template = {"metadata": {"labels": LABELS}, "spec": pod}
    roles = {
        "Worker": {"replicas": workers, "template": template},
        "PS": {"replicas": 2, "template": template},
    }
    metadata = {"name": "train", "namespace": "default"}
    head = {"apiVersion": "kubeflow.org/v1", "kind": "TFJob", "metadata": metadata}
    return {**head, "spec": {"tfReplicaSpecs": roles}}


JOBS = {
    "fits": _job(4, 64),
    "waits": _job(8, 4_000),
    "never": _job(16, 64),
    "spread": _job(1, 64, **_spread()),
    "apart": _job(1, 64, **_apart()),
    "near": _job(4, 64, **_near()),
}
STARTING = {"fits", "spread", "apart"}
"""Those that fit now; of the others something does not."""


def _code(name: str) -> int:
    return 0 if name in STARTING else 1


def _check(programs: Programs, cluster: ControlPlane, name: str) -> tuple[str, ...]:
    file = programs.folder / f"{name}.json"
    file.write_text(json.dumps(JOBS[name]))
    kubeconfig = str(cluster.kubeconfig)
    return (*DLCTL, "node", "check", "-f", str(file), "--all-contexts", "--kubeconfig", kubeconfig)


@pytest.mark.parametrize("name", JOBS)
def test_node_check_of_a_large_cluster(
    benchmark: BenchmarkFixture, programs: Programs, large: ControlPlane, name: str
) -> None:
    ours, floor = _check(programs, large, name), (*FLOOR, str(large.kubeconfig))
    first, bare = measure(
        benchmark,
        (f"dlctl node check ({name})", lambda: programs.run(*ours, codes=[_code(name)])),
        ("bare LISTs", lambda: programs.run(*floor, environ=IN_REPOSITORY)),
        rounds=2,
    )
    report(f"node check of 5000 nodes and 20000 pods, {name}", first, bare, at_most=1.5)
    report_limit(f"node check ({name}), memory", programs.peak(*ours, codes=[_code(name)]), "MB", 140)


@pytest.mark.parametrize("name", JOBS)
def test_node_check_of_a_thousand_nodes(
    benchmark: BenchmarkFixture, programs: Programs, medium: ControlPlane, name: str
) -> None:
    ours, floor = _check(programs, medium, name), (*FLOOR, str(medium.kubeconfig))
    first, bare = measure(
        benchmark,
        (f"dlctl node check ({name})", lambda: programs.run(*ours, codes=[_code(name)])),
        ("bare LISTs", lambda: programs.run(*floor, environ=IN_REPOSITORY)),
        rounds=3,
    )
    report(f"node check of 1000 nodes and 4000 pods, {name}", first, bare, at_most=1, plus=0.5)
