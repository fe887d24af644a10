"""`node check` of TrainJobs, whose pods are in the runtime that they name, against the real Trainer."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.controlplane import ControlPlane, alone_on, passing_control_plane
from tests.on_cluster.app_on_cluster import AppOnCluster, Body
from tests.output_schemas import checked
from tests.project import Project
from tests.prototypes.training.real_operators import app_in_own_namespace

pytestmark = pytest.mark.controlplane

VERSION = "trainer.kubeflow.org/v1alpha1"
GPU = "nvidia.com/gpu"
TOLERATION = {"key": GPU, "operator": "Exists"}
ENDLESS = ["/usr/sbin/sshd", "-D"]
"""A program that the sandbox's simulated kubelets do not end by themselves."""
RUNTIME_KINDS = ("ClusterTrainingRuntime", "TrainingRuntime")


@pytest.fixture(scope="module")
def two_gpu_nodes() -> Iterator[ControlPlane]:
    """A cluster with Kubeflow Trainer, and two nodes of eight GPUs for the jobs of this module alone."""
    with passing_control_plane("train-fit", "v100x8-ib100=2,cpu-only=1", ["trainer"]) as control_plane:
        yield control_plane


@pytest.fixture
def lab(project: Project, two_gpu_nodes: ControlPlane) -> Iterator[AppOnCluster]:
    """An app in a namespace of its own there; the GPUs are free again at the end."""
    with alone_on(two_gpu_nodes.name), app_in_own_namespace(project, two_gpu_nodes) as made:
        yield made
        made.kubectl("delete", "trainjobs", "--all", "--wait=false")
        until(lambda: not pods_of(made))


def until(found: Callable[[], bool]) -> None:
    """Wait until something is so."""
    end = time.monotonic() + 60
    while not found():
        assert time.monotonic() < end
        time.sleep(0.1)


def pods_of(app: AppOnCluster) -> list[Any]:
    items: list[Any] = app.control_plane.get("--namespace", app.namespace, "pods")["items"]
    return items


def placed(app: AppOnCluster, job: str) -> list[bool]:
    """For each pod of a TrainJob, whether it has a node."""
    label = "jobset.sigs.k8s.io/jobset-name"
    pods = [each for each in pods_of(app) if each["metadata"]["labels"].get(label) == job]
    return sorted(bool(each["spec"].get("nodeName")) for each in pods)


def runtime(app: AppOnCluster, kind: str, gpus: int, nodes: int) -> str:
    """Somebody makes a runtime on the cluster: so many nodes of so many GPUs. Its name."""
    limits = {"limits": {GPU: str(gpus)}}
    main = {"name": "node", "image": "x", "command": ENDLESS, "resources": limits}
    pod = {"template": {"spec": {"containers": [main], "tolerations": [TOLERATION]}}}
    metadata = {"labels": {"trainer.kubeflow.org/trainjob-ancestor-step": "trainer"}}
    jobs = [{"name": "node", "template": {"metadata": metadata, "spec": pod}}]
    named = {"name": app.namespace, "labels": {"trainer.kubeflow.org/framework": "torch"}}
    head = {"apiVersion": VERSION, "kind": kind, "metadata": named}
    policy = {"numNodes": nodes, "torch": {}}
    spec = {"mlPolicy": policy, "template": {"spec": {"replicatedJobs": jobs}}}
    app.kubectl("create", "--filename=-", body={**head, "spec": spec})
    return app.namespace


def train_job(name: str, kind: str, runtime: str, **trainer: Any) -> Body:
    spec = {"runtimeRef": {"kind": kind, "name": runtime}, "trainer": trainer}
    return {"apiVersion": VERSION, "kind": "TrainJob", "metadata": {"name": name}, "spec": spec}


def verdict(app: AppOnCluster, component: str) -> tuple[str, int | None]:
    """What `node check` answers, and of how many pods."""
    found = app.run("node", "check", "lab", "-c", component, "-o", "json")
    (item,) = checked(found.out, "FitList")["items"]
    (group,) = item["groups"]
    return item["verdict"], group["pods"]


@pytest.mark.timeout(240)
@pytest.mark.parametrize("kind", RUNTIME_KINDS)
def test_the_pods_of_a_runtime_are_placed_as_it_was_said(kind: str, lab: AppOnCluster) -> None:
    name = runtime(lab, kind, 8, 2)
    lab.component("fits", train_job("fits", kind, name))
    assert verdict(lab, "fits") == ("fits", 2)
    lab.run("apply", "lab", "--yes", "-c", "fits").ok()
    until(lambda: placed(lab, "fits") == [True, True])

    lab.component("waits", train_job("waits", kind, name, numNodes=1))
    assert verdict(lab, "waits") == ("waits", 1)
    lab.run("apply", "lab", "--yes", "-c", "waits").ok()
    until(lambda: placed(lab, "waits") == [False])
    lab.kubectl("delete", "trainjob", "fits")
    until(lambda: placed(lab, "waits") == [True])


@pytest.mark.timeout(240)
def test_a_job_asks_for_more_than_its_runtime(lab: AppOnCluster) -> None:
    name = runtime(lab, "TrainingRuntime", 8, 2)
    lab.component("many", train_job("many", "TrainingRuntime", name, numNodes=3))
    assert verdict(lab, "many") == ("never", 3)
    lab.run("apply", "lab", "--yes", "-c", "many").ok()
    until(lambda: placed(lab, "many") == [False, True, True])
    lab.kubectl("delete", "trainjob", "many")

    own = {"limits": {GPU: "4"}, "requests": {GPU: "4"}}
    half = train_job("half", "TrainingRuntime", name, numNodes=3, resourcesPerNode=own)
    lab.component("half", half)
    until(lambda: not pods_of(lab))
    assert verdict(lab, "half") == ("fits", 3)
    lab.run("apply", "lab", "--yes", "-c", "half").ok()
    until(lambda: placed(lab, "half") == [True, True, True])
