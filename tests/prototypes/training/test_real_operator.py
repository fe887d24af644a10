"""Training prototypes under the real training operator and the real scheduler, on simulated nodes."""

import json
import time
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from tests.controlplane import ControlPlane, passing_control_plane
from tests.on_cluster.app_on_cluster import AppOnCluster
from tests.prototypes.training.objects import Json
from tests.prototypes.training.real_operators import (
    NODES,
    environment,
    example,
    labelled,
    pods_of,
    reported,
)

pytestmark = pytest.mark.controlplane

NEEDS_MORE_THAN_THE_OPERATOR = ("gang", "queue", "priority_class", "dataset")
"""Volcano, a PriorityClass and a claim: other projects' or a team's own, and not here."""


@pytest.fixture(scope="module")
def operated() -> Iterator[ControlPlane]:
    """The session's control plane with a training operator."""
    with passing_control_plane("training-operator", NODES, ["training-operator"]) as control_plane:
        yield control_plane


def start(cluster_app: AppOnCluster, prototype: str, params: Mapping[str, Any]) -> None:
    """Apply a component called `job`."""
    cluster_app.components["job"] = {"prototype": prototype, "params": dict(params)}
    cluster_app.write_app()
    cluster_app.run("apply", "lab", "--yes").ok()


def train(cluster_app: AppOnCluster, prototype: str, params: Mapping[str, Any], kind: str) -> list[Json]:
    """Apply a component called `job`, follow it to its end, and give its pods."""
    start(cluster_app, prototype, params)
    cluster_app.kubectl("wait", "--for=condition=Succeeded", f"{kind}/job", "--timeout=80s")
    return pods_of(cluster_app)


def of_role(pods: list[Json], role: str) -> list[Json]:
    return labelled(pods, "training.kubeflow.org/replica-type", role)


@pytest.mark.parametrize(
    ("prototype", "name", "kind", "decisive"),
    [
        ("tf-job", "chief", "tfjob", "chief"),
        ("tf-job", "parameter-servers", "tfjob", "chief"),
        ("tf-cnn", "cpu", "tfjob", "worker"),
        ("tf-cnn", "gpu", "tfjob", "worker"),
        ("pytorch-job", "one-machine", "pytorchjob", "master"),
        ("paddle-job", "single", "paddlejob", "worker"),
        ("xgboost-job", "workers", "xgboostjob", "master"),
        ("mpi-job", "training-operator", "mpijob", "launcher"),
    ],
)
def test_an_example_ends_well(prototype: str, name: str, kind: str, decisive: str, lab: AppOnCluster) -> None:
    pods = train(lab, prototype, example(prototype, name), kind)

    assert reported(lab, kind) == ("Current", "succeeded")
    ended = [pod for pod in pods if pod["status"]["phase"] == "Succeeded"]
    assert of_role(ended, decisive)


def test_each_pod_of_a_tf_job_knows_the_cluster(lab: AppOnCluster) -> None:
    # Without a master, the job lasts until every worker has ended, so that all are there to be seen.
    params = {**example("tf-job", "parameter-servers"), "num_masters": 0, "success_policy": "AllWorkers"}

    pods = train(lab, "tf-job", params, "tfjob")

    workers = {
        pod["metadata"]["name"]: json.loads(environment(pod)["TF_CONFIG"]) for pod in of_role(pods, "worker")
    }
    assert len(workers) == 4
    assert workers["job-worker-3"]["task"] == {"type": "worker", "index": 3}
    for config in workers.values():
        assert {role: len(hosts) for role, hosts in config["cluster"].items()} == {"worker": 4, "ps": 2}


def test_pytorch_job_ends_and_each_pod_knows_its_rank(lab: AppOnCluster) -> None:
    params = {**example("pytorch-job", "one-machine"), "num_workers": 2, "clean_pod_policy": "None"}

    pods = train(lab, "pytorch-job", params, "pytorchjob")

    assert reported(lab, "pytorchjob") == ("Current", "succeeded")
    ranks = {pod["metadata"]["name"]: environment(pod)["RANK"] for pod in pods}
    assert ranks == {"job-master-0": "0", "job-worker-0": "1", "job-worker-1": "2"}
    assert {environment(pod)["WORLD_SIZE"] for pod in pods} == {"3"}


def test_the_workers_of_a_paddle_job_find_each_other(lab: AppOnCluster) -> None:
    # A program that does not end: pods that still run when their job has succeeded go away.
    params = {**example("paddle-job", "parameter-servers"), "command": ["/usr/sbin/sshd", "-D"]}

    start(lab, "paddle-job", params)
    lab.kubectl("wait", "--for=condition=Running", "paddlejob/job", "--timeout=80s")

    assert reported(lab, "paddlejob") == ("Current", "running")
    workers = of_role(pods_of(lab), "worker")
    assert {environment(pod)["PADDLE_NNODES"] for pod in workers} == {"6"}


def test_the_training_operator_does_not_act_on_the_bounds_of_an_elastic_paddle_job(
    lab: AppOnCluster,
) -> None:
    """As the prototype's description says; when this fails, the operator has learnt it."""
    params = example("paddle-job", "kubeflow-elastic")
    del params["results"], params["cpu"], params["memory"]

    pods = train(lab, "paddle-job", params, "paddlejob")

    assert {environment(pod)["PADDLE_NNODES"] for pod in pods} == {"4"}
    assert not lab.control_plane.get("--namespace", lab.namespace, "hpa")["items"]


def test_the_launcher_of_an_mpi_job_knows_its_hosts(lab: AppOnCluster) -> None:
    pods = train(lab, "mpi-job", example("mpi-job", "training-operator"), "mpijob")

    (launcher,) = of_role(pods, "launcher")
    assert environment(launcher)["OMPI_MCA_orte_default_hostfile"] == "/etc/mpi/hostfile"
    hosts = lab.get("configmap", "job-config")["data"]["hostfile"]
    assert hosts.splitlines() == ["job-worker-0 slots=1", "job-worker-1 slots=1"]


def test_gpus_and_rdma_take_a_job_to_the_nodes_that_have_them(lab: AppOnCluster) -> None:
    params = example("tf-job", "gpu-rdma-gang")
    for name in NEEDS_MORE_THAN_THE_OPERATOR:
        del params[name]

    pods = train(lab, "tf-job", {**params, "clean_pod_policy": "None"}, "tfjob")

    placed = [pod["spec"]["nodeName"] for pod in pods]
    assert len(placed) == len(set(placed)) == 4
    assert all(node.startswith("v100x8-ib100-") for node in placed)
    container = pods[0]["spec"]["containers"][0]
    assert container["resources"]["limits"] == {"nvidia.com/gpu": "8", "rdma/hca_shared_devices_a": "1"}
    assert container["securityContext"]["capabilities"]["add"] == ["IPC_LOCK"]
    assert environment(pods[0])["NCCL_DEBUG"] == "INFO"
    assert "TF_CONFIG" in environment(pods[0])


def test_a_gpu_model_that_no_node_has_is_not_placed(lab: AppOnCluster) -> None:
    """So that the test above can fail: the same job for other GPUs stays where it is."""
    params = {"image": "registry.example.com/a:1", "num_workers": 1, "num_gpus": 1, "gpu_model": "A100"}
    start(lab, "tf-job", params)

    unplaced = "--for=jsonpath={.status.conditions[?(@.type=='PodScheduled')].reason}=Unschedulable"
    lab.kubectl("wait", "--for=create", "pod/job-worker-0", "--timeout=60s")
    lab.kubectl("wait", unplaced, "pod/job-worker-0", "--timeout=60s")


def test_a_job_that_ended_is_run_again_only_when_it_is_replaced(lab: AppOnCluster) -> None:
    params = {**example("pytorch-job", "one-machine"), "clean_pod_policy": "None"}
    train(lab, "pytorch-job", params, "pytorchjob")
    lab.components["job"] = {"prototype": "pytorch-job", "params": {**params, "args": ["--lr=2"]}}
    lab.write_app()

    assert "it has finished (succeeded); this change does not start it again" in lab.run("diff", "lab").out
    time.sleep(1.1)  # the server's times are whole seconds
    applied = lab.run("apply", "lab", "--yes").ok()
    assert "it has finished (succeeded); this change does not start it again" in applied.err
    assert reported(lab, "pytorchjob") == (
        "Failed",
        "it succeeded before its spec was last changed; it was not run again ('apply --replace' runs it)",
    )
    assert "--replace" in lab.run("diff", "lab").err

    lab.run("apply", "lab", "--yes", "--replace").ok()
    lab.kubectl("wait", "--for=condition=Succeeded", "pytorchjob/job", "--timeout=80s")
    assert reported(lab, "pytorchjob") == ("Current", "succeeded")
    (master,) = of_role(pods_of(lab), "master")
    assert master["spec"]["containers"][0]["args"] == ["--lr=2"]
