"""Ray: groups of workers that differ, what belongs to whom, and what KubeRay would refuse only later."""

from pathlib import Path
from typing import Any

import pytest

from dlctl.errors import DlctlError, ParamError
from dlctl.yamlio.load import load_text
from tests.prototypes.examples import render
from tests.prototypes.training.objects import Json, bodies

RUN = {"entrypoint": "python train.py"}
SERVE: Json = {"serve_config": {"applications": [{"name": "a", "import_path": "a:app"}]}}
LONG = "a" * 48
TWO = [{"name": "a"}, {"name": "a"}]
RULE = {"policy": "DeleteWorkers", "job_status": "FAILED", "ttl_seconds": 60}
SELECTED = {**RUN, "cluster_selector": {"ray.io/cluster": "shared"}}
SCALED: Json = {"enable_in_tree_autoscaling": True, "worker_groups": [{"name": "a", "max_replicas": 2}]}
REDIS: Json = {"gcs_fault_tolerance_options": {"redisAddress": "redis:6379"}}
KUEUE = {"gang": "kueue", "queue": "q"}
BOTH = {"name": "a", "resources": {"CPU": "1"}, "ray_start_params": {"num-cpus": "1"}}

REFUSED: tuple[tuple[str, Json, str], ...] = (
    ("ray-cluster", {"worker_groups": TWO}, "have the same name"),
    ("ray-cluster", {"roles": {"gpu": {"num_gpus": 1}}}, "a worker group that does not exist"),
    ("ray-cluster", {"roles": {"submitter": {"cpu": 1}}}, "has no submitter"),
    ("ray-service", {**SERVE, "roles": {"submitter": {"cpu": 1}}}, "has no submitter"),
    (
        "ray-cluster",
        {"worker_groups": [{"name": "a", "min_replicas": 3, "max_replicas": 2}]},
        "min_replicas of a worker group must not be larger",
    ),
    ("ray-cluster", {"worker_groups": [{"name": "a", "replicas": 3, "max_replicas": 2}]}, "must be between"),
    ("ray-cluster", {"worker_groups": [{"name": "a", "replicas": 1, "min_replicas": 2}]}, "must be between"),
    ("ray-cluster", {"enable_in_tree_autoscaling": True}, "needs the max_replicas"),
    ("ray-cluster", {"autoscaler_options": {"version": "v2"}}, "no effect without"),
    ("ray-cluster", {"worker_groups": [BOTH]}, "which KubeRay refuses"),
    (
        "ray-cluster",
        {"head_resources": {"CPU": "1"}, "head_ray_start_params": {"num-cpus": "1"}},
        "which KubeRay refuses",
    ),
    ("ray-cluster", {**REDIS, "head_ray_start_params": {"redis-password": "a"}}, "a reference to a Secret"),
    ("ray-cluster", {"head_ray_start_params": {"redis-username": "a"}}, "set redisUsername there"),
    ("ray-cluster", {"env_vars": {"REDIS_USERNAME": "a"}}, "set redisUsername there"),
    ("ray-cluster", {**REDIS, "env_vars": {"REDIS_PASSWORD": "a"}}, "leave them out of env_vars"),
    ("ray-cluster", {**REDIS, "annotations": {"ray.io/ft-enabled": "true"}}, "are the old form"),
    ("ray-cluster", {"roles": {"head": {"env_vars": {"RAY_REDIS_ADDRESS": "a"}}}}, "(role head)"),
    ("ray-cluster", {"env_vars": {"RAY_enable_autoscaler_v2": "1"}}, "no effect without the autoscaler"),
    (
        "ray-cluster",
        {**SCALED, "autoscaler_options": {"version": "v2"}, "env_vars": {"RAY_enable_autoscaler_v2": "0"}},
        "leave RAY_enable_autoscaler_v2 out",
    ),
    ("ray-cluster", {"gang": "volcano", "min_available": 1}, "counts the pods of the gang itself"),
    ("ray-cluster", {"gang": "coscheduling", "min_available": 3}, "no pod would ever start"),
    ("ray-cluster", {**KUEUE, "worker_groups": [{"name": f"g{n}"} for n in range(8)]}, "at most 7"),
    ("ray-cluster", {**KUEUE, **SCALED}, "a fixed number of pods"),
    ("ray-cluster", {"auth_options": {"mode": "token"}}, "2.52.0 or later"),
    ("ray-cluster", {"ingress_options": {"path": "/"}}, "no effect without enable_ingress"),
    (
        "ray-cluster",
        {"head_service": {"type": "NodePort"}, "head_service_type": "LoadBalancer"},
        "different types",
    ),
    (
        "ray-cluster",
        {"network_policy": {"workerGroups": [{"groupName": "gpu"}]}},
        "network_policy names a worker group",
    ),
    (
        "ray-cluster",
        {
            "enable_in_tree_autoscaling": True,
            "worker_groups": [{"name": "a", "max_replicas": 2, "suspend": True}],
        },
        "suspends no worker group",
    ),
    ("ray-job", {}, "entrypoint is missing"),
    ("ray-job", {"submission_mode": "InteractiveMode", "backoff_limit": 1}, "leave backoff_limit out"),
    ("ray-job", {**RUN, "submission_mode": "HTTPMode", "submitter_backoff_limit": 1}, "has a submitter"),
    ("ray-job", {**RUN, "submission_mode": "SidecarMode", "roles": {"submitter": {"cpu": 1}}}, "a submitter"),
    ("ray-job", {**SELECTED, "suspend": True}, "does not support suspend"),
    ("ray-job", {**SELECTED, "shutdown_after_job_finishes": True}, "keeps a cluster that it has not made"),
    ("ray-job", {**SELECTED, "cluster_ttl_seconds": 9}, "applies only to a cluster that is deleted"),
    ("ray-job", {**RUN, **KUEUE, "shutdown_after_job_finishes": False}, "leave shutdown_after_job_finishes"),
    ("ray-job", {**RUN, **KUEUE, "shutdown_after_job_finishes": None}, "leave shutdown_after_job_finishes"),
    ("ray-job", {**RUN, "deletion_rules": [RULE], "shutdown_after_job_finishes": True}, "take the place of"),
    ("ray-job", {**RUN, **SCALED, "deletion_rules": [RULE]}, "deletes no workers"),
    ("ray-job", {**SELECTED, "deletion_rules": [{**RULE, "policy": "DeleteCluster"}]}, "(DeleteCluster)"),
    ("ray-job", {**RUN, "deletion_rules": [RULE, RULE]}, "the same policy and job_status"),
    (
        "ray-job",
        {**RUN, "deletion_rules": [RULE, {**RULE, "policy": "DeleteSelf", "ttl_seconds": 30}]},
        "workers first, then the cluster, then the job",
    ),
    ("ray-job", {**RUN, "job_metadata": {"a": "b"}}, "set ray_version"),
    ("ray-job", {**RUN, **KUEUE, "schedule": "@daily"}, "gives the jobs of a schedule no labels"),
    ("ray-job", {**RUN, "schedule": "@daily", "topology_key": "rack"}, "leave gang and topology_key out"),
    (
        "ray-service",
        {**SERVE, "upgrade_strategy": "NewClusterWithIncrementalUpgrade"},
        "needs cluster_upgrade",
    ),
    (
        "ray-service",
        {
            **SERVE,
            "cluster_upgrade_options": {"gatewayClassName": "a", "stepSizePercent": 1, "intervalSeconds": 1},
        },
        "NewClusterWithIncrementalUpgrade only",
    ),
)


@pytest.mark.parametrize(("prototype", "params", "message"), REFUSED)
def test_rule_refuses(prototype: str, params: Json, message: str, tmp_path: Path) -> None:
    with pytest.raises(ParamError) as raised:
        render(prototype, params, tmp_path)
    assert message in _text(raised.value)


@pytest.mark.parametrize(
    ("prototype", "params", "name", "message"),
    [
        ("ray-cluster", {}, "a" * 54, "at most 53 characters"),
        ("ray-job", RUN, LONG, "at most 47 characters"),
        ("ray-job", {**RUN, "schedule": "@daily"}, "a" * 42, "appends 6 to that of a schedule"),
        ("ray-service", SERVE, LONG, "at most 47 characters"),
        ("ray-cluster", {}, "7b", "must start with a letter"),
    ],
)
def test_names_that_kuberay_refuses(
    prototype: str, params: Json, name: str, message: str, tmp_path: Path
) -> None:
    with pytest.raises(ParamError) as raised:
        render(prototype, params, tmp_path, name=name)
    assert message in _text(raised.value)


def _text(error: DlctlError) -> str:
    return f"{error} {error.hint or ''} {' '.join(_text(each) for each in getattr(error, 'errors', ()))}"


def test_groups_differ_and_the_head_takes_no_gpus(tmp_path: Path) -> None:
    groups = [{"name": "h100", "replicas": 2}, {"name": "t4", "replicas": 4}]
    roles = {"h100": {"num_gpus": 8, "gpu_model": "H100"}, "t4": {"gpu_model": "T4"}}
    params = {"worker_groups": groups, "num_gpus": 1, "image_gpu": "ray:gpu", "cpu": 4, "roles": roles}
    spec = bodies("ray-cluster", params, tmp_path)["RayCluster"]["spec"]
    head, h100, t4 = (each["template"]["spec"] for each in (spec["headGroupSpec"], *spec["workerGroupSpecs"]))
    limits = [pod["containers"][0].get("resources", {}).get("limits") for pod in (head, h100, t4)]
    assert limits == [None, {"nvidia.com/gpu": 8}, {"nvidia.com/gpu": 1}]
    assert [pod["containers"][0]["image"] for pod in (h100, t4)] == ["ray:gpu", "ray:gpu"]
    assert "H100" in str(h100["affinity"])
    assert "Tesla-T4" in str(t4["affinity"])


def test_the_autoscaler_owns_replicas_that_nobody_states(tmp_path: Path) -> None:
    groups = [{"name": "a", "max_replicas": 4}, {"name": "b", "replicas": 1, "max_replicas": 2}]
    params = {"enable_in_tree_autoscaling": True, "worker_groups": groups}
    a, b = bodies("ray-cluster", params, tmp_path)["RayCluster"]["spec"]["workerGroupSpecs"]
    assert ("replicas" in a, a["minReplicas"], a["maxReplicas"]) == (False, 0, 4)
    assert (b["replicas"], b["minReplicas"], b["maxReplicas"]) == (1, 0, 2)


def test_the_gang_counts_the_head_and_every_host(tmp_path: Path) -> None:
    groups = [{"name": "a", "replicas": 2, "num_of_hosts": 4}, {"name": "b"}]
    params = {"gang": "coscheduling", "worker_groups": groups}
    assert bodies("ray-cluster", params, tmp_path)["PodGroup"]["spec"]["minMember"] == 10


def test_volcano_gets_its_queue_and_priority_by_labels(tmp_path: Path) -> None:
    params = {**RUN, "gang": "volcano", "queue": "research", "priority_class": "high"}
    found = bodies("ray-job", params, tmp_path)
    labels = found["RayJob"]["metadata"]["labels"]
    assert labels["volcano.sh/queue-name"] == "research"
    assert labels["ray.io/priority-class-name"] == "high"
    assert set(found) == {"RayJob"}


@pytest.mark.parametrize(
    ("params", "deleted", "submitter"),
    [
        (RUN, True, True),
        (SELECTED, False, False),
        ({**SELECTED, "roles": {"submitter": {"image": "ray:9"}}}, False, True),
        ({**RUN, "submission_mode": "HTTPMode"}, True, False),
        ({**RUN, "deletion_rules": [RULE]}, False, True),
    ],
)
def test_who_submits_and_what_is_deleted(
    params: Json, deleted: bool, submitter: bool, tmp_path: Path
) -> None:
    spec = bodies("ray-job", params, tmp_path)["RayJob"]["spec"]
    assert spec["shutdownAfterJobFinishes"] == deleted
    assert ("submitterPodTemplate" in spec) == submitter
    assert ("rayClusterSpec" in spec) == ("clusterSelector" not in spec)


@pytest.mark.parametrize("config", [SERVE["serve_config"], "applications: [{name: a, import_path: 'a:app'}]"])
def test_a_mapping_and_a_text_say_the_same(config: Any, tmp_path: Path) -> None:
    spec = bodies("ray-service", {"serve_config": config}, tmp_path)["RayService"]["spec"]
    assert load_text(spec["serveConfigV2"], "config").value == SERVE["serve_config"]


def test_redis_may_be_named_as_before_gcs_fault_tolerance_options(tmp_path: Path) -> None:
    params: Json = {
        "annotations": {"ray.io/ft-enabled": "true"},
        "head_ray_start_params": {"redis-password": "$REDIS_PASSWORD"},
        "env_vars": {
            "RAY_REDIS_ADDRESS": "redis:6379",
            "REDIS_PASSWORD": {"secretKeyRef": {"name": "redis", "key": "password"}},
            "RAY_enable_autoscaler_v2": "0",
        },
    }
    assert render("ray-cluster", params, tmp_path)
