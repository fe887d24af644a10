"""Tasks, runtimes and queues fit together."""

from pathlib import Path

import pytest

from tests.prototypes.training.objects import Json, bodies, variables

IMAGE = {"image": "registry.example.com/train:1"}


def test_a_volcano_gang_leaves_out_tasks_that_come_later(tmp_path: Path) -> None:
    tasks = [
        {"name": "launcher", "replicas": 1, "depends_on": ["worker"], "computes": False},
        {"name": "worker", "replicas": 4},
    ]
    spec = bodies("volcano-job", {**IMAGE, "tasks": tasks}, tmp_path)["Job"]["spec"]
    assert spec["minAvailable"] == 4
    assert spec["tasks"][0]["dependsOn"] == {"name": ["worker"]}


def test_a_volcano_task_has_its_own_program_and_resources(tmp_path: Path) -> None:
    tasks = [
        {"name": "ps", "replicas": 1, "computes": False, "cpu": 4, "memory": "8Gi", "command": ["serve"]},
        {"name": "worker", "replicas": 2, "completes_job": True},
    ]
    params = {**IMAGE, "tasks": tasks, "command": ["train"], "num_gpus": 2, "cpu": 32, "rdma": True}
    ps, worker = bodies("volcano-job", params, tmp_path)["Job"]["spec"]["tasks"]
    server, trainer = (task["template"]["spec"]["containers"][0] for task in (ps, worker))
    assert (server["command"], trainer["command"]) == (["serve"], ["train"])
    assert server["resources"] == {"requests": {"cpu": "4", "memory": "8Gi"}}
    assert trainer["resources"]["requests"] == {"cpu": "32"}
    assert trainer["resources"]["limits"] == {"nvidia.com/gpu": 2, "rdma/hca_shared_devices_a": 1}
    assert "capabilities" not in server["securityContext"]
    assert worker["policies"] == [{"event": "TaskCompleted", "action": "CompleteJob"}]


def test_a_train_job_patches_containers_that_the_runtime_has(tmp_path: Path) -> None:
    jobs = ["node", "launcher"]
    runtime = bodies("training-runtime", {"framework": "deepspeed"}, tmp_path / "runtime")["TrainingRuntime"]
    params = {"runtime_jobs": jobs, "dataset": "corpus"}
    job = bodies("train-job", params, tmp_path / "job")["TrainJob"]
    (patch,) = job["spec"]["runtimePatches"]
    patched = patch["trainingRuntimeSpec"]["template"]["spec"]["replicatedJobs"]
    assert _containers(patched) == _containers(runtime["spec"]["template"]["spec"]["replicatedJobs"])


def _containers(replicated_jobs: list[Json]) -> dict[str, list[str]]:
    return {
        job["name"]: [c["name"] for c in job["template"]["spec"]["template"]["spec"]["containers"]]
        for job in replicated_jobs
    }


@pytest.mark.parametrize("framework", ["torch", "deepspeed", "mpi"])
def test_one_role_of_a_runtime_gets_the_jobs_program(framework: str, tmp_path: Path) -> None:
    params = {**IMAGE, "framework": framework}
    spec = bodies("training-runtime", params, tmp_path)["TrainingRuntime"]["spec"]
    label = "trainer.kubeflow.org/trainjob-ancestor-step"
    steps = {
        job["name"]: job["template"].get("metadata", {}).get("labels", {}).get(label)
        for job in spec["template"]["spec"]["replicatedJobs"]
    }
    assert [name for name, step in steps.items() if step == "trainer"] == [
        "node" if framework == "torch" else "launcher"
    ]
    assert len({"torch", "mpi"} & set(spec["mlPolicy"])) == 1


@pytest.mark.parametrize(("gang", "waits"), [("none", True), ("volcano", False), ("coscheduling", False)])
def test_a_launcher_in_a_gang_does_not_wait_for_the_nodes(gang: str, waits: bool, tmp_path: Path) -> None:
    params = {"framework": "deepspeed", "gang": gang}
    spec = bodies("training-runtime", params, tmp_path)["TrainingRuntime"]["spec"]
    launcher = spec["template"]["spec"]["replicatedJobs"][1]
    assert ("dependsOn" in launcher) == waits
    assert ("podGroupPolicy" in spec) != waits


def test_a_runtime_leaves_the_name_of_the_pod_group_to_trainer(tmp_path: Path) -> None:
    params = {"gang": "volcano", "queue": "research"}
    spec = bodies("training-runtime", params, tmp_path)["TrainingRuntime"]["spec"]
    pod = spec["template"]["spec"]["replicatedJobs"][0]["template"]["spec"]["template"]
    assert pod["spec"]["schedulerName"] == "volcano"
    assert "metadata" not in pod
    assert spec["template"]["metadata"]["annotations"] == {"scheduling.volcano.sh/queue-name": "research"}


QUEUE = "scheduling.volcano.sh/queue-name"
NODES = [
    ({"num_nodes": 4}, 3),
    ({"num_nodes": 4, "run_launcher_as_node": False}, 4),
    ({}, 1),
]


@pytest.mark.parametrize(("params", "nodes"), NODES)
def test_an_mpi_runtime_has_one_launcher_whatever_its_nodes(params: Json, nodes: int, tmp_path: Path) -> None:
    """Trainer 2.3 gives the role with the job's program mlPolicy.numNodes pods (core/trainingruntime.go)."""
    runtime = {"framework": "deepspeed", **params}
    spec = bodies("training-runtime", runtime, tmp_path)["TrainingRuntime"]["spec"]
    node, launcher = spec["template"]["spec"]["replicatedJobs"]
    assert spec["mlPolicy"]["numNodes"] == 1
    assert (node["template"]["spec"]["parallelism"], node["template"]["spec"]["completions"]) == (
        nodes,
        nodes,
    )
    assert "parallelism" not in launcher["template"]["spec"]


@pytest.mark.parametrize(
    ("gang", "label", "queue"),
    [
        ({"gang": "kueue", "queue": "research"}, "research", None),
        ({"gang": "volcano", "queue": "research"}, None, "research"),
        ({"gang": "volcano"}, None, None),
        ({"gang": "coscheduling"}, None, None),
    ],
)
def test_a_train_job_waits_in_the_queue_of_its_gang(
    gang: Json, label: str | None, queue: str | None, tmp_path: Path
) -> None:
    job = bodies("train-job", gang, tmp_path)["TrainJob"]
    assert job["metadata"]["labels"].get("kueue.x-k8s.io/queue-name") == label
    templates = [patch["trainingRuntimeSpec"]["template"] for patch in job["spec"].get("runtimePatches", ())]
    assert templates == ([{"metadata": {"annotations": {QUEUE: queue}}}] if queue else [])


@pytest.mark.parametrize(
    ("gang", "scheduler", "label", "queue"),
    [
        ({"gang": "volcano", "queue": "serving"}, "volcano", None, "serving"),
        ({"gang": "kueue", "queue": "serving"}, None, "serving", None),
        ({}, None, None, None),
    ],
)
def test_each_group_of_a_leader_worker_set_is_a_gang_of_its_controller(
    gang: Json, scheduler: str | None, label: str | None, queue: str | None, tmp_path: Path
) -> None:
    objects = bodies("leader-worker-set", {**IMAGE, "size": 4, **gang}, tmp_path)
    assert list(objects) == ["LeaderWorkerSet"], "the controller makes a PodGroup of each group"
    metadata = objects["LeaderWorkerSet"]["metadata"]
    worker = objects["LeaderWorkerSet"]["spec"]["leaderWorkerTemplate"]["workerTemplate"]
    assert worker["spec"].get("schedulerName") == scheduler
    assert "metadata" not in worker, "the controller writes the name of the PodGroup itself"
    assert metadata["labels"].get("kueue.x-k8s.io/queue-name") == label
    assert metadata.get("annotations", {}).get(QUEUE) == queue


def test_the_pods_of_a_group_are_close_together_and_those_of_another_are_not_asked(tmp_path: Path) -> None:
    params = {**IMAGE, "size": 2, "topology_key": "example.com/rack", "topology_required": True}
    objects = bodies("leader-worker-set", params, tmp_path)
    pod = objects["LeaderWorkerSet"]["spec"]["leaderWorkerTemplate"]["workerTemplate"]["spec"]
    (term,) = pod["affinity"]["podAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"]
    assert term["matchLabelKeys"] == ["leaderworkerset.sigs.k8s.io/group-key"]


def test_a_leader_has_a_template_of_its_own_only_where_it_differs(tmp_path: Path) -> None:
    template = "leaderWorkerTemplate"
    same = bodies("leader-worker-set", {**IMAGE, "size": 2}, tmp_path / "same")
    assert "leaderTemplate" not in same["LeaderWorkerSet"]["spec"][template]
    params = {**IMAGE, "size": 2, "port": 8000, "roles": {"worker": {"num_gpus": 8}}}
    objects = bodies("leader-worker-set", params, tmp_path / "other")
    found = objects["LeaderWorkerSet"]["spec"][template]
    leader, worker = (found[f"{role}Template"]["spec"]["containers"][0] for role in ("leader", "worker"))
    assert leader["readinessProbe"]["tcpSocket"] == {"port": 8000}
    assert "resources" not in leader
    assert worker["resources"] == {"limits": {"nvidia.com/gpu": "8"}}
    assert objects["Service"]["metadata"]["name"] == "leader-worker-set-leader"


JOBS = [
    {"name": "data"},
    {"name": "driver", "computes": False, "depends_on": {"data": "Complete"}},
    {"name": "worker", "replicas": 2, "parallelism": 4, "completions": 3},
]


@pytest.mark.parametrize(
    ("params", "pods"),
    [
        ({"replicated_jobs": JOBS}, 7),
        ({"replicated_jobs": JOBS, "min_available": 2}, 2),
        ({"replicated_jobs": [JOBS[0], JOBS[2]], "startup_policy_order": "InOrder"}, 1),
    ],
)
def test_the_gang_of_a_job_set_leaves_out_jobs_that_come_later(
    params: Json, pods: int, tmp_path: Path
) -> None:
    objects = bodies("job-set", {**IMAGE, "gang": "volcano", **params}, tmp_path)
    assert objects["PodGroup"]["spec"]["minMember"] == pods


def test_a_role_of_a_job_set_that_coordinates_has_its_own_resources_alone(tmp_path: Path) -> None:
    params = {**IMAGE, "replicated_jobs": JOBS, "num_gpus": 2, "cpu": 32, "rdma": True}
    jobs = bodies("job-set", {**params, "roles": {"driver": {"cpu": 1}}}, tmp_path)["JobSet"]["spec"]
    data, driver, worker = (
        job["template"]["spec"]["template"]["spec"]["containers"][0] for job in jobs["replicatedJobs"]
    )
    assert driver["resources"] == {"requests": {"cpu": "1"}}
    assert worker["resources"]["limits"] == {"nvidia.com/gpu": "2", "rdma/hca_shared_devices_a": "1"}
    assert data["resources"] == worker["resources"]
    assert jobs["replicatedJobs"][1]["dependsOn"] == [{"name": "data", "status": "Complete"}]


def test_exit_codes_of_a_job_set_are_in_the_order_of_the_api(tmp_path: Path) -> None:
    rule = {"action": "FailJob", "onExitCodes": {"operator": "In", "values": [42, 3]}}
    entry = {"name": "worker", "restart_policy": "Never", "pod_failure_rules": [rule]}
    body = bodies("job-set", {**IMAGE, "replicated_jobs": [entry]}, tmp_path)["JobSet"]
    policy = body["spec"]["replicatedJobs"][0]["template"]["spec"]["podFailurePolicy"]
    assert policy["rules"][0]["onExitCodes"]["values"] == [3, 42]


def test_jobs_that_restart_in_place_are_as_the_controller_requires(tmp_path: Path) -> None:
    params = {**IMAGE, "replicated_jobs": [{"name": "worker", "parallelism": 2}], "max_restarts": 3}
    body = bodies("job-set", {**params, "restart_strategy": "InPlaceRestart"}, tmp_path)["JobSet"]
    job = body["spec"]["replicatedJobs"][0]["template"]["spec"]
    assert (job["backoffLimit"], job["podReplacementPolicy"]) == (2147483647, "Failed")
    assert job["completions"] == job["parallelism"] == 2


def test_sshd_of_mpi_images_starts_under_the_restricted_standard_too(tmp_path: Path) -> None:
    user = {"run_as_user": 1000, "ssh_auth_mount_path": "/home/u/.ssh", "sshd_config": "/home/u/.sshd_config"}
    mpi = {**IMAGE, "command": ["train"], "pod_security": "restricted", **user}
    roles = bodies("mpi-job", mpi, tmp_path / "job")["MPIJob"]["spec"]["mpiReplicaSpecs"]
    runtime = {**IMAGE, "framework": "mpi", "pod_security": "restricted"}
    spec = bodies("training-runtime", runtime, tmp_path / "runtime")["TrainingRuntime"]["spec"]
    node = spec["template"]["spec"]["replicatedJobs"][0]["template"]["spec"]
    for template in (roles["Worker"]["template"], node["template"]):
        (container,) = template["spec"]["containers"]
        assert container["securityContext"]["capabilities"] == {"add": ["NET_BIND_SERVICE"], "drop": ["ALL"]}
    (launcher,) = roles["Launcher"]["template"]["spec"]["containers"]
    assert launcher["securityContext"]["capabilities"] == {"drop": ["ALL"]}


def test_a_cluster_wide_runtime_has_no_namespace(tmp_path: Path) -> None:
    runtime = bodies("training-runtime", {"cluster_wide": True}, tmp_path)["ClusterTrainingRuntime"]
    assert "namespace" not in runtime["metadata"]


def test_a_job_with_gpu_model_may_get_the_flavor_of_that_model(tmp_path: Path) -> None:
    product = "Tesla-V100-SXM2-32GB"
    flavors = [{"name": "v100", "quota": {"cpu": 1}, "node_labels": {"nvidia.com/gpu.product": product}}]
    quota = bodies("kueue-queue", {"flavors": flavors}, tmp_path / "queue", name="v100")
    params = {**IMAGE, "num_gpus": 1, "gpu_model": "V100", "gang": "kueue", "queue": "v100"}
    job = bodies("batch-job", params, tmp_path / "job")["Job"]
    affinity = job["spec"]["template"]["spec"]["affinity"]["nodeAffinity"]
    (term, *_) = affinity["requiredDuringSchedulingIgnoredDuringExecution"]["nodeSelectorTerms"]
    assert product in term["matchExpressions"][0]["values"]
    assert quota["ResourceFlavor"]["spec"]["nodeLabels"][term["matchExpressions"][0]["key"]] == product
    assert job["metadata"]["labels"]["kueue.x-k8s.io/queue-name"] == quota["LocalQueue"]["metadata"]["name"]
    assert "suspend" not in job["spec"]


def test_each_flavor_has_its_quota_in_the_order_of_the_covered_resources(tmp_path: Path) -> None:
    flavors = [
        {"name": "a", "quota": {"nvidia.com/gpu": 8, "cpu": 64, "memory": "1Ti"}},
        {"name": "b", "quota": {"memory": "2Ti", "cpu": 32, "nvidia.com/gpu": 0}},
    ]
    spec = bodies("kueue-queue", {"flavors": flavors}, tmp_path)["ClusterQueue"]["spec"]
    (group,) = spec["resourceGroups"]
    orders = [[resource["name"] for resource in flavor["resources"]] for flavor in group["flavors"]]
    assert orders == [group["coveredResources"]] * 2
    first = [flavor["resources"][0] for flavor in group["flavors"]]
    assert [(each["name"], each["nominalQuota"]) for each in first] == [
        ("nvidia.com/gpu", 8),
        ("nvidia.com/gpu", 0),
    ]


def test_only_the_queues_own_namespace_may_use_it(tmp_path: Path) -> None:
    flavors = [{"name": "a", "quota": {"cpu": 1}}]
    objects = bodies("kueue-queue", {"flavors": flavors}, tmp_path)
    (expression,) = objects["ClusterQueue"]["spec"]["namespaceSelector"]["matchExpressions"]
    assert expression["values"] == [objects["LocalQueue"]["metadata"]["namespace"]]


def test_flavors_of_another_component_are_not_made(tmp_path: Path) -> None:
    params = {"flavors": [{"name": "a", "quota": {"cpu": 1}}], "make_flavors": False}
    assert set(bodies("kueue-queue", params, tmp_path)) == {"ClusterQueue", "LocalQueue"}


NOTEBOOK = {
    "num_gpus": 1,
    "gpu_model": "T4",
    "dataset": "imagenet",
    "env_vars": {"A": "1"},
    "shm_size": "1Gi",
}


def test_a_notebook_is_the_same_pod_with_and_without_kubeflow(tmp_path: Path) -> None:
    kubeflow = bodies("notebook", NOTEBOOK, tmp_path / "a", name="ada")
    plain = bodies("notebook", {**NOTEBOOK, "api": "statefulset"}, tmp_path / "b", name="ada")
    template = plain["StatefulSet"]["spec"]["template"]
    assert kubeflow["Notebook"]["spec"] == {"template": {"spec": template["spec"]}}
    assert plain["Service"]["spec"]["selector"] == template["metadata"]["labels"]
    (container,) = template["spec"]["containers"]
    assert container["name"] == "ada"
    assert variables(container) == {"A": "1"}
    assert container["ports"][0]["name"] == plain["Service"]["spec"]["ports"][0]["targetPort"]


@pytest.mark.parametrize(("params", "claims"), [({}, ["ada-home"]), ({"home_claim": "mine"}, [])])
def test_a_home_folder_of_ones_own_is_not_made_anew(params: Json, claims: list[str], tmp_path: Path) -> None:
    objects = bodies("notebook", params, tmp_path, name="ada")
    claim = objects["Notebook"]["spec"]["template"]["spec"]["volumes"][0]["persistentVolumeClaim"]
    assert claim == {"claimName": claims[0] if claims else "mine"}
    assert [o["metadata"]["name"] for kind, o in objects.items() if kind == "PersistentVolumeClaim"] == claims


def test_a_stopped_notebook_keeps_everything_but_its_pod(tmp_path: Path) -> None:
    plain = bodies("notebook", {"api": "statefulset", "stopped": True}, tmp_path / "a")
    kubeflow = bodies("notebook", {"stopped": True}, tmp_path / "b")
    assert plain["StatefulSet"]["spec"]["replicas"] == 0
    assert "kubeflow-resource-stopped" in kubeflow["Notebook"]["metadata"]["annotations"]
