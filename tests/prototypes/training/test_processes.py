"""Who starts how many processes, and how they find each other."""

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.prototypes.training.objects import Json, bodies, variables

IMAGE = {"image": "registry.example.com/train:1"}
HOSTFILE_LINE = re.compile(r"^(\S+)\s+slots=(\d+)$")
"""A line as DeepSpeed reads it (deepspeed/launcher/runner.py, _parse_hostfile)."""


def _words(role: Json) -> list[str]:
    container = role["template"]["spec"]["containers"][0]
    return [*container.get("command", ()), *container.get("args", ())]


def test_deepspeed_hostfile_names_the_pods_of_the_job_in_the_order_of_their_ranks(tmp_path: Path) -> None:
    params = {**IMAGE, "launcher": "deepspeed", "command": ["t.py"], "num_workers": 2, "num_gpus": 4}
    objects = bodies("pytorch-job", params, tmp_path, name="bert")
    lines = [HOSTFILE_LINE.match(line) for line in objects["ConfigMap"]["data"]["hostfile"].splitlines()]
    assert [line and line.groups() for line in lines] == [
        ("bert-master-0", "4"),
        ("bert-worker-0", "4"),
        ("bert-worker-1", "4"),
    ]
    roles = objects["PyTorchJob"]["spec"]["pytorchReplicaSpecs"]
    assert _words(roles["Master"]) == _words(roles["Worker"])
    assert "--no_ssh" in _words(roles["Worker"])
    assert "--node_rank=$(PET_NODE_RANK)" in _words(roles["Worker"])
    (mount,) = roles["Worker"]["template"]["spec"]["containers"][0]["volumeMounts"]
    assert f"--hostfile={mount['mountPath']}/hostfile" in _words(roles["Worker"])


@pytest.mark.parametrize(
    ("params", "processes"),
    [
        ({}, "1"),
        ({"num_gpus": 8}, None),
        ({"num_gpus": 8, "launcher": "torchrun", "command": ["t.py"]}, "8"),
        ({"nproc_per_node": "auto"}, "auto"),
        ({"nproc_per_node": 3}, "3"),
        ({"nproc_per_node": None}, None),
        ({"nproc_per_node": "num_gpus", "num_gpus": 2, "launcher": "torchrun", "command": ["t.py"]}, "2"),
    ],
)
def test_processes_of_a_node_are_a_text(params: Json, processes: str | None, tmp_path: Path) -> None:
    spec = bodies("pytorch-job", {**IMAGE, **params}, tmp_path)["PyTorchJob"]["spec"]
    assert spec.get("nprocPerNode") == processes


def test_an_elastic_job_has_no_master_and_starts_with_its_smallest_gang(tmp_path: Path) -> None:
    params = {**IMAGE, "num_workers": 3, "min_workers": 2, "max_workers": 5, "gang": "volcano"}
    spec = bodies("pytorch-job", params, tmp_path)["PyTorchJob"]["spec"]
    assert set(spec["pytorchReplicaSpecs"]) == {"Worker"}
    assert spec["elasticPolicy"] == {"minReplicas": 2, "maxReplicas": 5, "rdzvBackend": "c10d"}
    assert spec["runPolicy"]["schedulingPolicy"]["minAvailable"] == 2


def test_a_job_that_is_not_elastic_states_the_masters_single_replica(tmp_path: Path) -> None:
    spec = bodies("pytorch-job", IMAGE, tmp_path)["PyTorchJob"]["spec"]
    assert {role: body["replicas"] for role, body in spec["pytorchReplicaSpecs"].items()} == {"Master": 1}
    assert "elasticPolicy" not in spec


MPI = {**IMAGE, "command": ["python", "train.py"]}


@settings(max_examples=15, deadline=None)
@given(workers=st.integers(1, 64), gpus=st.integers(0, 16), launcher=st.booleans())
def test_mpirun_starts_one_process_per_slot(
    workers: int, gpus: int, launcher: bool, tmp_path_factory: pytest.TempPathFactory
) -> None:
    params = {**MPI, "num_workers": workers, "num_gpus": gpus, "run_launcher_as_worker": launcher}
    spec = bodies("mpi-job", params, tmp_path_factory.mktemp("app"))["MPIJob"]["spec"]
    words = _words(spec["mpiReplicaSpecs"]["Launcher"])
    assert spec["slotsPerWorker"] == max(gpus, 1)
    assert words[words.index("-np") + 1] == str(spec["slotsPerWorker"] * (workers + launcher))
    assert words[-2:] == ["python", "train.py"]


def test_open_mpi_hands_every_variable_on(tmp_path: Path) -> None:
    params = {**MPI, "num_gpus": 1, "nccl_debug": "INFO", "nccl_ib_hca": "mlx5", "env_vars": {"SEED": "7"}}
    launcher = bodies("mpi-job", params, tmp_path)["MPIJob"]["spec"]["mpiReplicaSpecs"]["Launcher"]
    words = _words(launcher)
    handed = {words[index + 1] for index, word in enumerate(words) if word == "-x"}
    own = variables(launcher["template"]["spec"]["containers"][0])
    assert own == {"NCCL_DEBUG": "INFO", "NCCL_IB_HCA": "mlx5", "SEED": "7"}
    assert handed == {*own, "PATH", "LD_LIBRARY_PATH"}


@pytest.mark.parametrize("implementation", ["Intel", "MPICH"])
def test_hydra_gets_no_flags_of_open_mpi(implementation: str, tmp_path: Path) -> None:
    params = {**MPI, "mpi_implementation": implementation, "num_workers": 2, "env_vars": {"SEED": "7"}}
    launcher = bodies("mpi-job", params, tmp_path)["MPIJob"]["spec"]["mpiReplicaSpecs"]["Launcher"]
    assert shlex.join(_words(launcher)) == "mpirun -n 2 python train.py"
    assert ("command" in launcher["template"]["spec"]["containers"][0]) == (implementation == "MPICH")


def test_the_launcher_asks_for_none_of_what_workers_compute_with(tmp_path: Path) -> None:
    params = {**MPI, "num_gpus": 8, "cpu": 96, "memory": "900Gi", "rdma": True, "gpu_model": "V100"}
    roles = bodies("mpi-job", params, tmp_path)["MPIJob"]["spec"]["mpiReplicaSpecs"]
    launcher = roles["Launcher"]["template"]["spec"]
    assert "resources" not in launcher["containers"][0]
    assert "affinity" not in launcher
    assert roles["Worker"]["template"]["spec"]["containers"][0]["resources"]["limits"] == {
        "nvidia.com/gpu": 8,
        "rdma/hca_shared_devices_a": 1,
    }


def test_a_gang_does_not_wait_for_a_launcher_that_waits_for_the_workers(tmp_path: Path) -> None:
    params = {**MPI, "num_workers": 4, "gang": "volcano"}
    together = bodies("mpi-job", params, tmp_path / "a")["MPIJob"]["spec"]
    later = bodies("mpi-job", {**params, "launcher_creation_policy": "WaitForWorkersReady"}, tmp_path / "b")[
        "MPIJob"
    ]["spec"]
    members = [job["runPolicy"]["schedulingPolicy"]["minAvailable"] for job in (together, later)]
    assert members == [5, 4]


def test_mpi_v1_has_none_of_the_fields_that_came_later(tmp_path: Path) -> None:
    job = bodies("mpi-job", {**MPI, "api": "v1"}, tmp_path)["MPIJob"]
    assert job["apiVersion"] == "kubeflow.org/v1"
    assert set(job["spec"]) == {"slotsPerWorker", "runPolicy", "mpiReplicaSpecs"}


def test_a_job_of_one_pod_is_a_plain_one(tmp_path: Path) -> None:
    objects = bodies("batch-job", IMAGE, tmp_path)
    assert set(objects) == {"Job"}
    assert not {"completionMode", "completions", "parallelism"} & set(objects["Job"]["spec"])
    assert "env" not in objects["Job"]["spec"]["template"]["spec"]["containers"][0]


def test_workers_of_a_job_find_the_first_one_by_its_service(tmp_path: Path) -> None:
    objects = bodies("batch-job", {**IMAGE, "num_workers": 3}, tmp_path, name="caffe")
    job, service = objects["Job"]["spec"], objects["Service"]
    pod: Any = job["template"]["spec"]
    host, _, domain = variables(pod["containers"][0])["MASTER_ADDR"].partition(".")
    assert (job["completionMode"], job["completions"], job["parallelism"]) == ("Indexed", 3, 3)
    assert (host, domain) == ("caffe-0", service["metadata"]["name"])
    assert pod["subdomain"] == service["metadata"]["name"]
    assert service["spec"]["selector"] == {"batch.kubernetes.io/job-name": objects["Job"]["metadata"]["name"]}
    assert variables(pod["containers"][0])["WORLD_SIZE"] == "3"


@pytest.mark.parametrize(("policy", "ignored"), [("Never", True), ("OnFailure", False)])
def test_an_evicted_pod_is_no_failure_where_kubernetes_can_tell(
    policy: str, ignored: bool, tmp_path: Path
) -> None:
    job = bodies("batch-job", {**IMAGE, "restart_policy": policy}, tmp_path)["Job"]["spec"]
    assert ("podFailurePolicy" in job) == ignored


def test_rules_for_failed_pods_come_before_that_for_evicted_ones(tmp_path: Path) -> None:
    """The API takes the first rule that fits, and exit codes only in ascending order."""
    given = [{"action": "FailJob", "onExitCodes": {"operator": "In", "values": [42, 3]}}]
    job = bodies("batch-job", {**IMAGE, "pod_failure_rules": given}, tmp_path)["Job"]["spec"]
    own, evicted = job["podFailurePolicy"]["rules"]
    assert own == {"action": "FailJob", "onExitCodes": {"operator": "In", "values": [3, 42]}}
    assert evicted["action"] == "Ignore"
