"""Trainer's prototypes under the real controllers of Kubeflow Trainer and JobSet, on simulated nodes."""

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
from tests.prototypes.upstream import UPSTREAM_CRDS, apply

pytestmark = pytest.mark.controlplane

ENDLESS = {"command": ["/usr/sbin/sshd", "-D"]}
"""A program that the sandbox's simulated kubelets do not end by themselves."""
OWN = {"runtime": "runtime", "runtime_kind": "TrainingRuntime"}
"""The runtime that the component `runtime` makes."""
MPI = {"image": "registry.example.com/mpi:1", "command": ["mpirun", "train"], **OWN}


@pytest.fixture(scope="module")
def operated() -> Iterator[ControlPlane]:
    """The session's control plane with Kubeflow Trainer."""
    with passing_control_plane("trainer", NODES, ["trainer"]) as control_plane:
        yield control_plane


def start(
    cluster_app: AppOnCluster, params: Mapping[str, Any], runtime: Mapping[str, Any] | None = None
) -> None:
    """Apply a train-job called `job`, with a training-runtime called `runtime` where one is given."""
    if runtime is not None:
        cluster_app.components["runtime"] = {"prototype": "training-runtime", "params": dict(runtime)}
    cluster_app.components["job"] = {"prototype": "train-job", "params": dict(params)}
    cluster_app.write_app()
    cluster_app.run("apply", "lab", "--yes").ok()


def train(
    cluster_app: AppOnCluster, params: Mapping[str, Any], runtime: Mapping[str, Any] | None = None
) -> list[Json]:
    """The same, to its end; gives the pods that are there then."""
    start(cluster_app, params, runtime)
    wait(cluster_app, "condition=Complete")
    return pods_of(cluster_app)


def wait(cluster_app: AppOnCluster, condition: str, what: str = "trainjob/job") -> None:
    cluster_app.kubectl("wait", f"--for={condition}", what, "--timeout=80s")


def wait_until_ready(cluster_app: AppOnCluster, role: str) -> None:
    wait(cluster_app, f"jsonpath={{.status.jobsStatus[?(@.name=='{role}')].ready}}=1")


def of_role(pods: list[Json], role: str) -> list[Json]:
    return labelled(pods, "jobset.sigs.k8s.io/replicatedjob-name", role)


def hosts(cluster_app: AppOnCluster) -> list[str]:
    """The lines of the hostfile that mpirun reads."""
    data: dict[str, str] = cluster_app.get("configmap", "job-mpi-hostfile")["data"]
    return data["hostfile"].splitlines()


def without(params: Mapping[str, Any], *names: str) -> Json:
    """What is other projects' (queues, gangs) or a team's own (claims, classes) and not here."""
    return {name: value for name, value in params.items() if name not in names}


def test_the_runtimes_that_jobs_name_by_default_come_with_trainer(operated: ControlPlane) -> None:
    runtimes = {each["metadata"]["name"]: each for each in operated.get("clustertrainingruntimes")["items"]}

    assert {"torch-distributed", "deepspeed-distributed", "torchtune-llama3.2-1b"} <= set(runtimes)
    jobs = runtimes["deepspeed-distributed"]["spec"]["template"]["spec"]["replicatedJobs"]
    pods = [job["template"]["spec"]["template"]["spec"] for job in jobs]
    images = {container["image"] for pod in pods for container in pod["containers"]}
    assert images == {"ghcr.io/kubeflow/trainer/deepspeed-runtime:v2.3.0"}


@pytest.mark.parametrize(
    ("runtime", "params"),
    [
        (None, example("train-job", "smallest")),
        (example("training-runtime", "torch"), OWN),
        ({**example("training-runtime", "deepspeed"), "cluster_wide": False}, {**OWN, "command": ["mpirun"]}),
        (without(example("training-runtime", "mpi-gang"), "gang", "gang_timeout_seconds"), MPI),
    ],
    ids=["train-job-smallest", "torch", "deepspeed", "mpi"],
)
def test_an_example_ends_well(runtime: Json | None, params: Json, lab: AppOnCluster) -> None:
    pods = train(lab, params, runtime)

    assert reported(lab, "trainjob") == ("Current", "complete")
    assert [pod for pod in pods if pod["status"]["phase"] == "Succeeded"]


def test_a_model_is_tuned_after_it_and_its_data_were_fetched(lab: AppOnCluster) -> None:
    volume = {
        "apiVersion": "v1",
        "kind": "PersistentVolume",
        "metadata": {"name": lab.namespace},
        "spec": {
            "capacity": {"storage": "20Gi"},
            "accessModes": ["ReadWriteOnce"],
            "hostPath": {"path": "/data"},
            "claimRef": {"namespace": lab.namespace, "name": "initializer-job"},
        },
    }
    lab.kubectl("create", "--filename=-", body=volume)

    pods = train(lab, example("train-job", "fine-tuning"))

    assert reported(lab, "trainjob") == ("Current", "complete")
    (tuner,) = of_role(pods, "node")
    for role, uri in (
        ("dataset-initializer", "hf://tatsu-lab/alpaca/data"),
        ("model-initializer", "hf://meta-llama/Llama-3.2-1B-Instruct"),
    ):
        (pod,) = of_role(pods, role)
        (container,) = pod["spec"]["containers"]
        assert environment(pod)["STORAGE_URI"] == uri
        assert container["envFrom"] == [{"secretRef": {"name": "hugging-face-token"}}]
        assert pod["status"]["startTime"] <= tuner["status"]["startTime"]
    assert environment(tuner)["PET_NPROC_PER_NODE"] == "2"
    assert tuner["spec"]["nodeName"].startswith("v100x8-ib100-")


def test_torchrun_is_told_of_every_node(lab: AppOnCluster) -> None:
    pods = of_role(train(lab, {**example("train-job", "smallest"), "num_nodes": 3}), "node")

    reported = [environment(pod) for pod in pods]
    assert {variables["PET_NNODES"] for variables in reported} == {"3"}
    assert {variables["PET_NPROC_PER_NODE"] for variables in reported} == {"1"}
    assert {variables["PET_MASTER_ADDR"] for variables in reported} == {"job-node-0-0.job"}
    assert {(pod["spec"]["hostname"], pod["spec"]["subdomain"]) for pod in pods} == {
        (f"job-node-0-{rank}", "job") for rank in range(3)
    }
    (rank,) = (each for each in pods[0]["spec"]["containers"][0]["env"] if each["name"] == "PET_NODE_RANK")
    annotation = "batch.kubernetes.io/job-completion-index"
    assert rank["valueFrom"]["fieldRef"]["fieldPath"] == f"metadata.annotations['{annotation}']"
    assert sorted(pod["metadata"]["annotations"][annotation] for pod in pods) == ["0", "1", "2"]


@pytest.mark.parametrize(
    ("launcher_computes", "of_job"), [(True, None), (False, None), (True, 4), (False, 4)]
)
def test_mpirun_reaches_the_nodes_that_were_asked_for(
    launcher_computes: bool, of_job: int | None, lab: AppOnCluster
) -> None:
    runtime = {
        "framework": "deepspeed",
        "num_nodes": 3,
        "num_gpus": 2,
        "run_launcher_as_node": launcher_computes,
    }
    start(lab, {**OWN, **ENDLESS, **({"num_nodes": of_job} if of_job else {})}, runtime)
    wait_until_ready(lab, "launcher")

    computing = of_job or 3
    nodes = computing - launcher_computes
    pods = pods_of(lab)
    (launcher,) = of_role(pods, "launcher")
    assert len(of_role(pods, "node")) == nodes
    listed = [f"job-node-0-{index}.job slots=2" for index in range(nodes)]
    assert sorted(hosts(lab)) == sorted([*listed, *(["job-launcher-0-0.job slots=2"] * launcher_computes)])
    assert environment(launcher)["OMPI_MCA_orte_default_hostfile"] == "/etc/mpi/hostfile"
    assert reported(lab, "trainjob") == ("Current", "running")
    limits = [pod["spec"]["containers"][0]["resources"].get("limits", {}) for pod in pods]
    assert [each["nvidia.com/gpu"] for each in limits if each] == ["2"] * computing


def test_gpus_and_rdma_take_a_job_to_the_nodes_that_have_them(lab: AppOnCluster) -> None:
    runtime = without(
        example("training-runtime", "gpu-rdma-gang"), "gang", "queue", "priority_class", "dataset"
    )
    params = without(example("train-job", "gpu-rdma-gang"), "gang", "queue", "dataset", "results")
    params |= {**OWN, "gpu_model": "V100", "env_vars": {"SEED": "7"}}

    pods = train(lab, params, {**runtime, "gpu_model": "V100"})

    assert len(pods) == 4
    assert all(pod["spec"]["nodeName"].startswith("v100x8-ib100-") for pod in pods)
    container = pods[0]["spec"]["containers"][0]
    assert container["resources"]["limits"] == {"nvidia.com/gpu": "8", "rdma/hca_shared_devices_a": "1"}
    assert container["securityContext"]["capabilities"]["add"] == ["IPC_LOCK"]
    assert "/dev/shm" in {mount["mountPath"] for mount in container["volumeMounts"]}
    reported = environment(pods[0])
    assert (reported["NCCL_DEBUG"], reported["SEED"], reported["PET_NPROC_PER_NODE"]) == ("INFO", "7", "8")


def runtime_of_every_role(cluster_app: AppOnCluster, name: str) -> Json:
    """A runtime as a team writes its own, with what fetches data and models, nodes and a launcher."""
    roles = {"dataset-initializer": "dataset-initializer", "model-initializer": "model-initializer"}
    return {
        "apiVersion": "trainer.kubeflow.org/v1alpha1",
        "kind": "TrainingRuntime",
        "metadata": {"name": name, "namespace": cluster_app.namespace},
        "spec": {
            "template": {
                "spec": {
                    "replicatedJobs": [
                        role_of_runtime(role, container)
                        for role, container in {**roles, "node": "node", "launcher": "node"}.items()
                    ]
                }
            }
        },
    }


def role_of_runtime(role: str, container: str) -> Json:
    mount = {"name": "initializer", "mountPath": "/workspace"}
    spec = {
        "containers": [{"name": container, "image": "registry.example.com/a:1", "volumeMounts": [mount]}],
        "volumes": [{"name": "initializer", "emptyDir": {}}],
    }
    return {"name": role, "template": {"spec": {"template": {"spec": spec}}}}


@pytest.mark.parametrize(
    "params",
    [
        *(
            without(example("train-job", name), "gang", "queue")
            for name in ("smallest", "fine-tuning", "gpu-rdma-gang", "everything")
        ),
        {"cpu": 0.5, "memory": "1024Mi", "memory_limit": "1.5Gi", "shm_size": "1024Mi", "num_gpus": 1},
    ],
    ids=["smallest", "fine-tuning", "gpu-rdma-gang", "everything", "odd quantities"],
)
def test_a_job_that_is_there_is_not_changed_by_its_next_apply(params: Json, lab: AppOnCluster) -> None:
    """Trainer's webhook writes the object anew, and nearly all of it is immutable."""
    if params.get("runtime_kind") == "TrainingRuntime":
        lab.kubectl("create", "--filename=-", body=runtime_of_every_role(lab, params["runtime"]))
    start(lab, params)

    assert "1 unchanged" in lab.run("apply", "lab", "--yes").ok().err
    assert lab.run("diff", "lab").code == 0


def test_status_tells_what_a_job_does(lab: AppOnCluster) -> None:
    params = {"image": "registry.example.com/a:1", "num_gpus": 1, **ENDLESS}
    start(lab, {**params, "suspend": True})
    wait(lab, "condition=Suspended")
    assert reported(lab, "trainjob") == ("Current", "suspended")

    lab.components["job"] = {"prototype": "train-job", "params": params}
    lab.write_app()
    lab.run("apply", "lab", "--yes").ok()
    wait_until_ready(lab, "node")
    assert reported(lab, "trainjob") == ("Current", "running")

    lab.run("delete", "lab", "--yes").ok()
    assert lab.names("trainjob") == []
    assert reported(lab, "trainjob")[0] == "NotFound"


def test_a_job_for_which_there_is_no_node_is_told_from_one_that_runs(lab: AppOnCluster) -> None:
    """So that the tests above can fail: the same job for other GPUs stays where it is."""
    start(lab, {"image": "registry.example.com/a:1", "num_gpus": 1, "gpu_model": "A100"})

    unplaced = "jsonpath={.status.conditions[?(@.type=='PodScheduled')].reason}=Unschedulable"
    selected = "--selector=jobset.sigs.k8s.io/jobset-name=job"
    lab.kubectl("wait", "--for=create", "pod", selected, "--timeout=60s")
    lab.kubectl("wait", f"--for={unplaced}", "pod", selected, "--timeout=60s")
    status, message = reported(lab, "trainjob")
    assert status == "InProgress"
    assert message.startswith("waiting for the pods of node; unschedulable: 0/")


def test_a_job_that_is_too_slow_has_failed(lab: AppOnCluster) -> None:
    start(lab, {"image": "registry.example.com/a:1", **ENDLESS, "active_deadline_seconds": 1})
    wait(lab, "condition=Failed")

    status, message = reported(lab, "trainjob")
    assert status == "Failed"
    assert "deadline" in message


def test_a_runtime_and_its_jobs_come_and_go_together(lab: AppOnCluster) -> None:
    start(lab, {**OWN, **ENDLESS}, {})
    wait_until_ready(lab, "node")

    lab.run("delete", "lab", "--yes").ok()

    assert lab.names("trainjob") == lab.names("trainingruntime") == []


def test_job_sets_are_accepted_stay_as_they_are_and_run(lab: AppOnCluster) -> None:
    """The prototype job-set, by the controllers and webhooks of JobSet alone, which write objects back."""
    absent = (
        "gang",
        "queue",
        "gang_timeout_seconds",
        "min_available",
        "dataset",
        "results",
        "priority_class",
    )
    for name in ("smallest", "gpu-rdma-gang", "kueue", "everything", "driver-and-workers"):
        params = without(example("job-set", name), *absent)
        lab.components[name] = {"prototype": "job-set", "params": params}
    lab.write_app()

    lab.run("apply", "lab", "--yes").ok()
    assert "5 unchanged" in lab.run("apply", "lab", "--yes").ok().err
    wait(lab, "condition=Completed", "jobset/smallest")

    pods = labelled(pods_of(lab), "jobset.sigs.k8s.io/jobset-name", "gpu-rdma-gang")
    coordinators = {pod["metadata"]["annotations"]["jobset.sigs.k8s.io/coordinator"] for pod in pods}
    assert (len(pods), coordinators) == (4, {"gpu-rdma-gang-node-0-0.gpu-rdma-gang"})
    items = lab.run("job", "list", "lab", "-o", "json").ok().json["items"]
    phases = {each["object"]["name"]: each["phase"] for each in items}
    assert (phases["smallest"], phases["gpu-rdma-gang"]) == ("Succeeded", "Starting")


def test_what_trainer_refuses_is_an_error_that_says_so(lab: AppOnCluster) -> None:
    lab.components["job"] = {"prototype": "train-job", "params": {"runtime": "nobodys"}}
    lab.write_app()

    outcome = lab.run("apply", "lab", "--yes")

    assert outcome.code == 1
    assert "specified clusterTrainingRuntime must be created before the TrainJob" in outcome.err


@pytest.mark.parametrize(
    ("params", "kind", "wired"),
    [
        (
            {"gang": "coscheduling"},
            "podgroups.scheduling.x-k8s.io",
            ("labels", "scheduling.x-k8s.io/pod-group"),
        ),
        (
            {"gang": "volcano", "queue": "research"},
            "podgroups.scheduling.volcano.sh",
            ("annotations", "scheduling.k8s.io/group-name"),
        ),
    ],
)
def test_all_pods_of_a_job_are_one_gang(
    params: Json, kind: str, wired: tuple[str, str], lab: AppOnCluster
) -> None:
    files = sorted(UPSTREAM_CRDS.glob(f"*/{kind}.yaml"))
    if not files:
        pytest.skip(f"the upstream CRD is not there: no {kind}.yaml in {UPSTREAM_CRDS.name} beside this one")
    apply(lab.control_plane, "--filename", str(files[0]))
    lab.kubectl("wait", "--for=create", f"crd/{kind}", "--timeout=60s")
    wait(lab, "condition=Established", f"crd/{kind}")
    runtime = {"framework": "deepspeed", "num_nodes": 3, "cpu": 2, "gang": params["gang"]}

    start(lab, {**OWN, **ENDLESS, **params}, runtime)
    lab.kubectl("wait", "--for=create", f"{kind}/job", "--timeout=80s")
    lab.kubectl("wait", "--for=create", "job.batch/job-launcher-0", "--timeout=80s")

    group = lab.get(kind, "job")["spec"]
    assert (group["minMember"], group["minResources"]) == (3, {"cpu": "6"})
    assert group.get("queue") == params.get("queue")
    part, key = wired
    for role in ("node", "launcher"):
        template = lab.get("job.batch", f"job-{role}-0")["spec"]["template"]
        assert template["metadata"][part][key] == "job"
        assert template["spec"]["schedulerName"] != "default-scheduler"
