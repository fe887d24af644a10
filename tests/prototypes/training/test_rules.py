"""What training prototypes refuse before an operator would: each rule, by parameters that break it."""

from pathlib import Path
from typing import Any

import pytest

from dlctl.errors import DlctlError, ParamError
from tests.prototypes.examples import render

IMAGE = {"image": "registry.example.com/train:1"}
MPI = {**IMAGE, "command": ["train"]}
ELASTIC = {**IMAGE, "num_workers": 2, "min_workers": 1, "max_workers": 4}
QUOTA = {"cpu": 8, "nvidia.com/gpu": 4}
V100 = {"name": "v100", "quota": QUOTA}
CODES = {"operator": "In", "values": [42]}
EXIT = {"action": "FailJob", "onExitCodes": CODES}
WORKERS = {"name": "workers", "clusters": [{"name": "east"}]}

REFUSED: tuple[tuple[str, dict[str, Any], str], ...] = (
    ("pytorch-job", {**IMAGE, "launcher": "torchrun"}, "set command"),
    (
        "pytorch-job",
        {**IMAGE, "launcher": "deepspeed", "command": ["t.py"], "nproc_per_node": "auto"},
        "set nproc_per_node to a number",
    ),
    ("pytorch-job", {**ELASTIC, "launcher": "deepspeed", "command": ["t.py"]}, "cannot be elastic"),
    ("training-runtime", {"scheduler_from_gang": False}, "scheduler_from_gang false is for gang"),
    ("kueue-queue", {"make_queue": False, "multikueue_configs": [WORKERS, WORKERS]}, "names must be unique"),
    ("pytorch-job", {**IMAGE, "num_gpus": 2, "nproc_per_node": 4}, "process needs its own GPU"),
    ("pytorch-job", {**IMAGE, "nproc_per_node": "gpu"}, "needs GPUs"),
    ("pytorch-job", {**ELASTIC, "min_workers": 5}, "not be larger than max_workers"),
    ("pytorch-job", {**ELASTIC, "num_workers": 0}, "be between min_workers and max_workers"),
    ("pytorch-job", {**IMAGE, "rdzv_id": "a"}, "elastic job needs workers"),
    (
        "pytorch-job",
        {**ELASTIC, "elastic_nproc_per_node": 2, "nproc_per_node": 2},
        "processes are set twice",
    ),
    ("pytorch-job", {**ELASTIC, "rdzv_backend": "etcd"}, "set rdzv_host and rdzv_port"),
    (
        "pytorch-job",
        {**IMAGE, "num_workers": 1, "gang": "volcano", "min_available": 3},
        "no pod would ever start",
    ),
    ("pytorch-job", {**ELASTIC, "gang": "volcano", "min_available": 3}, "no pod would ever start"),
    ("pytorch-job", {**IMAGE, "num_workers": 1, "pod_security": "restricted"}, "waits for the master"),
    ("mpi-job", {**IMAGE, "command": []}, "command is missing"),
    ("mpi-job", {**MPI, "num_gpus": 1, "slots_per_worker": 2}, "process needs its own GPU"),
    ("mpi-job", {**MPI, "launcher": "none", "mpirun_args": ["-v"]}, "mpirun_args has no effect"),
    ("mpi-job", {**MPI, "launcher": "horovod", "mpi_implementation": "MPICH"}, "are for OpenMPI"),
    ("mpi-job", {**MPI, "api": "v1", "mpi_implementation": "Intel"}, "use api v2beta1"),
    ("mpi-job", {**MPI, "api": "v1", "ssh_auth_mount_path": "/keys"}, "does not support mpi_implementation"),
    ("mpi-job", {**MPI, "api": "v1", "gang": "kueue", "queue": "q"}, "Kueue supports MPIJob v2beta1 only"),
    ("mpi-job", {**MPI, "run_as_user": 1000}, "only root can read"),
    ("mpi-job", {**MPI, "pod_security": "restricted"}, "only root can read"),
    ("mpi-job", {**MPI, "api": "v1", "pod_security": "restricted"}, "(for kubectl) to the launcher"),
    ("mpi-job", {**MPI, "rdma": True, "host_network": True}, "port 22 is the node's"),
    (
        "mpi-job",
        {**MPI, "gang": "volcano", "launcher_creation_policy": "WaitForWorkersReady", "min_available": 2},
        "includes the launcher would wait",
    ),
    ("mpi-job", {**MPI, "gang": "volcano", "min_available": 3}, "no pod would ever start"),
    (
        "paddle-job",
        {**IMAGE, "api": "paddle-operator", "scheduling_policy": {"scheduleTimeoutSeconds": 9}},
        "does not know scheduleTimeoutSeconds",
    ),
    ("paddle-job", {**IMAGE, "gang": "volcano", "scheduling_policy": {"minAvailable": 1}}, "set one of them"),
    ("batch-job", {**IMAGE, "num_workers": 2, "env_vars": {"RANK": "0"}}, "leave them out of env_vars"),
    ("batch-job", {**IMAGE, "gang": "volcano", "min_available": 2}, "no pod would ever start"),
    (
        "batch-job",
        {**IMAGE, "restart_policy": "OnFailure", "pod_failure_rules": [EXIT]},
        "for restart_policy Never",
    ),
    ("batch-job", {**IMAGE, "pod_failure_rules": [{**EXIT, "action": "FailIndex"}]}, "set it too"),
    ("batch-job", {**IMAGE, "work_queue": True}, "set completion_mode to NonIndexed"),
    ("batch-job", {**IMAGE, "success_rules": [{"count": 1}]}, "are for Indexed jobs"),
    ("batch-job", {**IMAGE, "num_workers": 2, "success_rules": [{"count": 3}]}, "larger than completions"),
    ("batch-job", {**IMAGE, "num_workers": 2, "success_rules": [{"indexes": "0-2"}]}, "must be smaller"),
    ("batch-job", {**IMAGE, "pod_replacement_policy": "TerminatingOrFailed"}, "ignore_disruptions to false"),
    (
        "batch-job",
        {**IMAGE, "pod_failure_rules": [{"action": "Count", "onExitCodes": {**CODES, "containerName": "a"}}]},
        "a container that the pods do not have",
    ),
    ("queue", {"api": "kube-batch", "capability": {"cpu": 1}}, "kube-batch queues support only weight"),
    ("queue", {"api": "kube-batch", "reclaimable": False}, "kube-batch queues support only weight"),
    ("queue", {"parent": "queue"}, "its own parent"),
    (
        "queue",
        {"deserved": {"cpu": 2}, "capability": {"cpu": "1500m"}},
        "must not be larger than",
    ),
    ("queue", {"guarantee": {"cpu": 2}, "deserved": {"memory": "1Gi"}}, "set deserved to at least"),
    ("queue", {"guarantee": {"cpu": 2}, "capability": {"cpu": 1}}, "not be larger than capability"),
    (
        "queue",
        {"guarantee": {"memory": "2Gi"}, "deserved": {"memory": "2G"}},
        "set deserved to at least",
    ),
    ("kueue-queue", {"flavors": [V100, V100]}, "have the same"),
    ("kueue-queue", {"flavors": [V100, {"name": "t4", "quota": {"cpu": 1}}]}, "for the same resources"),
    ("kueue-queue", {"flavors": [{**V100, "borrowing_limit": {"cpu": 1}}]}, "no effect without a cohort"),
    ("kueue-queue", {"flavors": [{**V100, "lending_limit": {"cpu": 1}}]}, "no effect without a cohort"),
    (
        "kueue-queue",
        {"flavors": [{**V100, "borrowing_limit": {"memory": "1Gi"}}], "cohort_name": "all"},
        "for resources with a quota",
    ),
    (
        "kueue-queue",
        {
            "flavors": [V100, {"name": "t4", "quota": QUOTA, "lending_limit": {"cpu": "8001m"}}],
            "cohort_name": "all",
        },
        "lending_limit must not be larger",
    ),
    ("kueue-queue", {"flavors": [{"name": "v100"}]}, "each with its quota"),
    ("kueue-queue", {"make_queue": False}, "nothing to create"),
    ("kueue-queue", {"make_queue": False, "flavors": [V100], "local_queues": []}, "belong to the queue"),
    (
        "kueue-queue",
        {
            "flavors": [V100],
            "all_namespaces": True,
            "namespace_expressions": [{"key": "a", "operator": "Exists"}],
        },
        "each select the namespaces",
    ),
    (
        "kueue-queue",
        {"flavors": [V100], "cohort_name": "all", "borrow_within_cohort": "LowerPriority"},
        "set reclaim_within_cohort",
    ),
    ("kueue-queue", {"flavors": [V100], "topology_levels": ["rack"]}, "needs node_labels"),
    (
        "kueue-queue",
        {
            "flavors": [{**V100, "node_labels": {"a": "b"}}],
            "topology_levels": ["kubernetes.io/hostname", "example.com/rack"],
        },
        "be the last of topology_levels",
    ),
    ("mpi-job", {**IMAGE, "command": ["a"], "main_container": "mpi"}, "are for api v1"),
    ("training-runtime", {"torch_env_targets": {"launch": ["a"]}}, "that does not exist"),
    (
        "training-runtime",
        {**IMAGE, "framework": "jax", "torch_env_targets": {"node": ["a"]}},
        "framework torch and torchtune",
    ),
    (
        "batch-job",
        {**IMAGE, "gang": "kueue", "queue": "a", "min_resources": {"cpu": 1}},
        "volcano and coscheduling",
    ),
    ("job-set", {**IMAGE, "gang": "coscheduling", "min_task_member": {"a": 1}}, "need Volcano"),
    ("pytorch-job", {**IMAGE, "standalone": True}, "elastic job needs workers"),
    ("volcano-job", {**IMAGE, "tasks": [{"name": "a", "replicas": 1}] * 2}, "have the same"),
    (
        "volcano-job",
        {**IMAGE, "tasks": [{"name": "a", "replicas": 1}, {"name": "b", "replicas": 1, "depends_on": ["c"]}]},
        "a task that does not exist",
    ),
    (
        "volcano-job",
        {**IMAGE, "tasks": [{"name": "a", "replicas": 1, "depends_on": ["a"]}]},
        "every task depends on another",
    ),
    ("volcano-job", {**IMAGE, "tasks": [{"name": "a", "replicas": 1, "memory": "1Gi"}]}, "computes"),
    (
        "volcano-job",
        {
            **IMAGE,
            "min_available": 3,
            "tasks": [{"name": "a", "replicas": 1}, {"name": "b", "replicas": 1, "depends_on": ["a"]}],
        },
        "no pod would ever start",
    ),
    (
        "volcano-job",
        {**IMAGE, "policies": [{"event": "PodFailed", "action": a} for a in ("RestartJob", "AbortJob")]},
        "for the same event or exit code",
    ),
    (
        "volcano-job",
        {**IMAGE, "policies": [{"exit_code": 3, "action": a} for a in ("RestartJob", "AbortJob")]},
        "for the same event or exit code",
    ),
    ("volcano-job", {**IMAGE, "plugins": {"pytorch": []}}, "name a task master"),
    ("volcano-job", {**IMAGE, "plugins": {"pytorch": ["--master=main"]}}, "a task that does not exist"),
    ("volcano-job", {**IMAGE, "plugins": {"tensorflow": ["--ps=server"]}}, "a task that does not exist"),
    ("volcano-job", {**IMAGE, "queue": "root"}, "queue does not accept jobs"),
    (
        "volcano-job",
        {**IMAGE, "policies": [{"event": e, "action": "RestartJob"} for e in ("*", "PodFailed")]},
        "a policy for a single",
    ),
    (
        "volcano-job",
        {**IMAGE, "network_topology": "soft", "highest_tier_allowed": 1},
        "network_topology hard",
    ),
    (
        "paddle-edl",
        {
            **IMAGE,
            "entrypoint": "python t.py",
            "pserver_resources": {"requests": {"cpu": "2"}, "limits": {"cpu": "1"}},
        },
        "requests in pserver_resources",
    ),
    (
        "paddle-edl",
        {
            **IMAGE,
            "entrypoint": "python t.py",
            "master_resources": {"requests": {"cpu": "2"}, "limits": {"cpu": "1"}},
        },
        "requests in master_resources",
    ),
    ("train-job", {"gang": "kueue"}, "LocalQueue in queue"),
    ("train-job", {"gang": "kube-batch"}, "volcano and coscheduling only"),
    ("train-job", {"initializer_secret": "keys"}, "no effect without"),
    ("train-job", {"num_gpus": 1, "num_proc_per_node": 2}, "process needs its own GPU"),
    ("train-job", {"env_vars": {"PET_NNODES": "1"}}, "leave them out"),
    ("train-job", {"env_vars": {"OMPI_MCA_plm_rsh_args": "-4"}}, "leave them out"),
    ("training-runtime", {"framework": "torch", "make_launcher": False}, "make_launcher false is for"),
    ("training-runtime", {"framework": "mpi"}, "MPI and sshd"),
    ("training-runtime", {"num_proc_per_node": 2}, "in the train-job"),
    (
        "training-runtime",
        {"framework": "deepspeed", "num_gpus": 1, "num_proc_per_node": 2},
        "process needs its own GPU",
    ),
    ("training-runtime", {"network_topology": "soft"}, "set gang to volcano"),
    (
        "training-runtime",
        {"gang": "volcano", "network_topology": "soft", "highest_tier_allowed": 1},
        "network_topology hard",
    ),
    ("training-runtime", {"gang": "kube-batch"}, "volcano and coscheduling only"),
    ("training-runtime", {"gang_timeout_seconds": 9}, "is for gang coscheduling only"),
    (
        "training-runtime",
        {"framework": "deepspeed", "rdma": True, "host_network": True, "ssh_port": 22},
        "port 22 is the node's",
    ),
    (
        "notebook",
        {"dataset": "imagenet", "dataset_path": "/home/jovyan"},
        "dataset_path and home_path must be",
    ),
)


@pytest.mark.parametrize(("prototype", "params", "message"), REFUSED)
def test_rule_refuses(prototype: str, params: dict[str, Any], message: str, tmp_path: Path) -> None:
    with pytest.raises(ParamError) as raised:
        render(prototype, params, tmp_path)
    assert message in _text(raised.value)


ACCEPTED: tuple[tuple[str, dict[str, Any]], ...] = (
    (
        "queue",
        {
            "guarantee": {"cpu": "500m"},
            "deserved": {"cpu": "0.5", "memory": "1Gi"},
            "capability": {"pods": 1},
        },
    ),
    (
        "volcano-job",
        {
            **IMAGE,
            "policies": [{"event": "*", "action": "RestartJob"}, {"exit_code": 3, "action": "AbortJob"}],
        },
    ),
    ("volcano-job", {**IMAGE, "plugins": {"pytorch": ["-master=worker", "--port=1234"]}}),
    ("kueue-queue", {"flavors": [{**V100, "lending_limit": {"cpu": 1}}], "cohort_name": "all"}),
    ("kueue-queue", {"flavors": [V100], "reclaim_within_cohort": "Any"}),
    ("pytorch-job", {**ELASTIC, "pod_security": "restricted"}),
    ("pytorch-job", {**IMAGE, "num_workers": 1, "pod_security": "restricted", "run_as_user": 1000}),
    ("paddle-job", {**IMAGE, "num_ps": 1, "clean_pod_policy": "None"}),
)


@pytest.mark.parametrize(("prototype", "params"), ACCEPTED)
def test_rules_let_through_what_works(prototype: str, params: dict[str, Any], tmp_path: Path) -> None:
    assert render(prototype, params, tmp_path)


LONGEST: tuple[tuple[str, dict[str, Any], int], ...] = (
    ("pytorch-job", {**IMAGE, "num_workers": 11}, 63 - len("-worker-10")),
    ("pytorch-job", {**ELASTIC, "max_workers": 101}, 63 - len("-worker-100")),
    ("mpi-job", {**MPI, "num_workers": 101}, 63 - len("-worker-100")),
    ("batch-job", {**IMAGE, "num_workers": 11}, 63 - len("-10")),
    ("volcano-job", {**IMAGE, "tasks": [{"name": "trainer", "replicas": 11}]}, 63 - len("-trainer-10")),
    ("train-job", {"num_nodes": 2}, 63 - len("-launcher-0-0-x1y2z")),
    (
        "train-job",
        {"dataset_uri": "hf://tatsu-lab/alpaca", "runtime": "ours"},
        63 - len("-dataset-initializer-0-0-x1y2z"),
    ),
    ("train-job", {"runtime": "torchtune-llama3.2-1b"}, 63 - len("-dataset-initializer-0-0-x1y2z")),
    ("notebook", {}, 52),
)


@pytest.mark.parametrize(("prototype", "params", "longest"), LONGEST)
def test_name_leaves_room_for_what_is_appended(
    prototype: str, params: dict[str, Any], longest: int, tmp_path: Path
) -> None:
    assert render(prototype, params, tmp_path / "fits", name="n" * longest)
    with pytest.raises(ParamError, match="too long"):
        render(prototype, params, tmp_path / "long", name="n" * (longest + 1))


NAMES: tuple[tuple[str, dict[str, Any], str], ...] = (
    ("pytorch-job", IMAGE, "3d"),
    ("mpi-job", MPI, "3d"),
    ("batch-job", {**IMAGE, "num_workers": 2}, "3d"),
    ("volcano-job", IMAGE, "3d"),
    ("train-job", {}, "3d"),
    ("notebook", {}, "3d"),
    ("queue", {}, "root"),
    ("priority", {"value": 1}, "system-high"),
)


@pytest.mark.parametrize(("prototype", "params", "name"), NAMES)
def test_name_that_the_cluster_refuses_is_refused(
    prototype: str, params: dict[str, Any], name: str, tmp_path: Path
) -> None:
    with pytest.raises(ParamError, match="use a different --name"):
        render(prototype, params, tmp_path, name=name)


def _text(error: ParamError) -> str:
    problems: tuple[DlctlError, ...] = error.problems or (error,)
    return "\n".join(f"{problem}: {problem.hint}" for problem in problems)
