"""What sets of groups and of jobs, XGBoost and JAX jobs are refused for, before their controllers would."""

from pathlib import Path
from typing import Any

import pytest

from dlctl.errors import DlctlError, ParamError
from tests.prototypes.examples import render

IMAGE = {"image": "registry.example.com/train:1"}
CLAIMS = {"volume_claims": {"models": {"path": "/models", "size": "1Gi"}}}


def jobs(*entries: dict[str, Any]) -> dict[str, Any]:
    """A set with an image and these jobs, each called `a`, `b` and so on unless it has a name."""
    named = [{"name": name, **entry} for name, entry in zip("abcdef", entries, strict=False)]
    return {**IMAGE, "replicated_jobs": named}


RULE = {"name": "a", "action": "FailJobSet"}
B = {"name": "b"}
EXIT = {"onExitCodes": {"operator": "In", "values": [3]}}
REFUSED: tuple[tuple[str, dict[str, Any], str], ...] = (
    ("leader-worker-set", {**IMAGE, "gang": "coscheduling"}, "pod groups for Volcano alone"),
    (
        "leader-worker-set",
        {
            **IMAGE,
            "max_replicas": 2,
            "scale_metrics": {"waiting": 4},
            "autoscaling_metrics": [
                {
                    "type": "Resource",
                    "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 70}},
                }
            ],
        },
        "autoscaling_metrics are all metrics",
    ),
    ("leader-worker-set", {**IMAGE, "max_unavailable": 0}, "an update needs max_surge"),
    ("leader-worker-set", {**IMAGE, "max_unavailable": "0%", "max_surge": "0%"}, "needs max_surge"),
    ("leader-worker-set", {**IMAGE, "replicas": 3, "max_unavailable": "33%"}, "less than one group"),
    ("leader-worker-set", {**IMAGE, "size": 2, "sub_group_size": 3}, "not be larger than group_size"),
    ("leader-worker-set", {**IMAGE, "size": 6, "sub_group_size": 4}, "must be a multiple of sub_group_size"),
    (
        "leader-worker-set",
        {**IMAGE, "size": 8, "sub_group_size": 4, "sub_group_policy": "LeaderExcluded"},
        "must be a multiple of sub_group_size",
    ),
    ("leader-worker-set", {**IMAGE, "sub_group_policy": "LeaderWorker"}, "set sub_group_size"),
    ("leader-worker-set", {**IMAGE, "sub_group_exclusive_topology": "rack"}, "set sub_group_size"),
    ("leader-worker-set", {**IMAGE, "service_type": "NodePort"}, "set port"),
    ("leader-worker-set", {**IMAGE, "claims_when_scaled": "Delete"}, "is for volume_claims"),
    ("leader-worker-set", {**IMAGE, "claims_when_deleted": "Delete"}, "is for volume_claims"),
    ("leader-worker-set", {**IMAGE, "port": 80, "default_selector": False}, "set service_selector"),
    ("disaggregated-set", {**IMAGE, "disaggregated_roles": [B, B]}, "have one name"),
    ("disaggregated-set", {**IMAGE, "roles": {"encode": {"cpu": 1}}}, "a role that does not exist"),
    (
        "disaggregated-set",
        {**IMAGE, "disaggregated_roles": [{"name": "a", "replicas": 0}, B]},
        "0 for all roles or for none",
    ),
    (
        "disaggregated-set",
        {**IMAGE, "disaggregated_roles": [{"name": "a", "max_replicas": 2, "scaling_mode": "Static"}, B]},
        "leave scaling_mode out",
    ),
    (
        "disaggregated-set",
        {**IMAGE, "disaggregated_roles": [{"name": "a", "max_replicas": 2, "min_replicas": 3}, B]},
        "not be larger than its max_replicas",
    ),
    (
        "disaggregated-set",
        {**IMAGE, "disaggregated_roles": [{"name": "a", "max_unavailable": 0}, B]},
        "an update needs max_surge",
    ),
    (
        "disaggregated-set",
        {**IMAGE, "disaggregated_roles": [{"name": "a", "sub_group_size": 2}, B]},
        "not be larger than group_size",
    ),
    (
        "leader-worker-set",
        {**IMAGE, **CLAIMS, "volumes": {"models": {"emptyDir": {}, "mountPath": "/m"}}},
        "in volume_claims and in volumes",
    ),
    (
        "leader-worker-set",
        {**IMAGE, "volume_claims": {"a": {"path": "/a", "size": "1Gi", "roles": ["driver"]}}},
        "their roles are leader and worker",
    ),
    ("leader-worker-set", {**IMAGE, **CLAIMS, "dataset": "a", "dataset_path": "/models"}, "different paths"),
    ("leader-worker-set", {**IMAGE, "port": 80, "ports": [{"containerPort": 80}]}, "leave it out of ports"),
    ("job-set", {}, "the pods need an image"),
    (
        "job-set",
        {**IMAGE, "volume_claims": {"a": {"path": "/a", "size": "1Gi", "roles": ["driver"]}}},
        "roles of volume_claims",
    ),
    ("job-set", jobs({}, {"name": "a"}), "two of replicated_jobs have one name"),
    ("job-set", jobs({"depends_on": {"a": "Ready"}}), "nothing before it to wait for"),
    ("job-set", jobs({}, {"depends_on": {"c": "Ready"}}), "a replicated job that does not exist"),
    (
        "job-set",
        {**jobs({}, {"depends_on": {"a": "Ready"}}), "startup_policy_order": "InOrder"},
        "cannot be used together",
    ),
    ("job-set", {**jobs({}), "roles": {"b": {"cpu": 1}}}, "roles has a replicated job"),
    ("job-set", {**jobs({}), "success_jobs": ["b"]}, "success_jobs has a replicated job"),
    (
        "job-set",
        {
            **jobs({}),
            "max_restarts": 1,
            "failure_rules": [{"name": "x", "action": "FailJobSet", "jobs": ["b"]}],
        },
        "failure_rules has a replicated job",
    ),
    ("job-set", {**IMAGE, "max_restarts": 1, "failure_rules": [RULE, RULE]}, "have one name"),
    (
        "job-set",
        {
            **jobs({"replicas": 1025}),
            "max_restarts": 1,
            "failure_rules": [{"name": "x", "action": "RestartJob"}],
        },
        "more than 1024 replicas",
    ),
    ("job-set", {**jobs({}), "coordinator": {"job": "b"}}, "must be one of replicated_jobs"),
    (
        "job-set",
        {**jobs({"completion_mode": "NonIndexed"}), "coordinator": {"job": "a"}},
        "must be one of replicated_jobs, and Indexed",
    ),
    ("job-set", {**jobs({"replicas": 2}), "coordinator": {"job": "a", "job_index": 2}}, "has no such Job"),
    ("job-set", {**jobs({"parallelism": 2}), "coordinator": {"job": "a", "pod_index": 2}}, "has no such Job"),
    (
        "job-set",
        {**jobs({}), "coordinator": {"job": "a"}, "subdomain": "n" * 55},
        "the address of the coordinator",
    ),
    (
        "job-set",
        jobs({"pod_failure_rules": [{**EXIT, "action": "FailJob"}]}),
        "need restart_policy Never",
    ),
    (
        "job-set",
        {
            **jobs({"pod_failure_rules": [{**EXIT, "action": "Count"}], "restart_policy": "OnFailure"}),
            "restart_policy": "Never",
        },
        "need restart_policy Never",
    ),
    (
        "job-set",
        {
            **jobs({"pod_failure_rules": [{**EXIT, "action": "FailIndex"}]}),
            "restart_policy": "Never",
        },
        "FailIndex of pod_failure_rules",
    ),
    ("job-set", jobs({"backoff_limit_per_index": 1}), "Indexed jobs with restart_policy Never"),
    ("job-set", jobs({"max_failed_indexes": 1}), "needs backoff_limit_per_index"),
    ("job-set", jobs({"success_rules": [{"count": 1}], "completion_mode": "NonIndexed"}), "Indexed jobs"),
    (
        "job-set",
        {**IMAGE, "max_restarts": 1, "restart_strategy": "InPlaceRestart", "backoff_limit": 1},
        "without a backoff_limit",
    ),
    ("job-set", {**IMAGE, "node_selector_strategy": True}, "is for exclusive_topology"),
    (
        "job-set",
        {**jobs({"replicas": 2}, {}), "gang": "volcano", "min_available": 4},
        "no pod would ever start",
    ),
    ("xgboost-job", {**IMAGE, "gang": "volcano", "min_available": 2}, "no pod would ever start"),
    ("jax-job", {**IMAGE, "gang": "volcano", "min_available": 2}, "no pod would ever start"),
)


@pytest.mark.parametrize(("prototype", "params", "message"), REFUSED)
def test_rule_refuses(prototype: str, params: dict[str, Any], message: str, tmp_path: Path) -> None:
    with pytest.raises(ParamError) as raised:
        render(prototype, params, tmp_path)
    problems: tuple[DlctlError, ...] = raised.value.problems or (raised.value,)
    assert message in "\n".join(map(str, problems))


ACCEPTED: tuple[tuple[str, dict[str, Any]], ...] = (
    ("leader-worker-set", {**IMAGE, "replicas": 0, "max_unavailable": 0}),
    ("leader-worker-set", {**IMAGE, "replicas": 4, "max_unavailable": "25%"}),
    ("leader-worker-set", {**IMAGE, "size": 5, "sub_group_size": 4, "sub_group_policy": "LeaderExcluded"}),
    ("leader-worker-set", {**IMAGE, "size": 8, "sub_group_size": 4}),
    ("leader-worker-set", {**IMAGE, "env_vars": {"LWS_WORKER_INDEX": "0"}}),
    ("disaggregated-set", {**IMAGE, "roles": {"prefill-leader": {"cpu": 1}}}),
    ("job-set", {"replicated_jobs": [{"name": "a", "image": "a:1"}]}),
    (
        "job-set",
        jobs({"pod_failure_rules": [{**EXIT, "action": "Count"}], "restart_policy": "Never"}),
    ),
    ("job-set", {**jobs({"completions": 9}), "coordinator": {"job": "a", "pod_index": 8}}),
    ("job-set", {**IMAGE, "max_restarts": 1, "failure_rules": [RULE]}),
)


@pytest.mark.parametrize(("prototype", "params"), ACCEPTED)
def test_rules_let_through_what_works(prototype: str, params: dict[str, Any], tmp_path: Path) -> None:
    assert render(prototype, params, tmp_path)


LONGEST: tuple[tuple[str, dict[str, Any], int], ...] = (
    ("leader-worker-set", {**IMAGE, "replicas": 11}, 52 - len("-10")),
    ("job-set", jobs({"replicas": 11, "parallelism": 2}), 63 - len("-a-10-1-x1y2z")),
    ("job-set", {**IMAGE, **CLAIMS}, 63 - len("-worker-0-0-x1y2z")),
    ("xgboost-job", {**IMAGE, "num_workers": 11}, 63 - len("-worker-10")),
    ("jax-job", {**IMAGE, "num_workers": 11}, 63 - len("-worker-10")),
)


@pytest.mark.parametrize(("prototype", "params", "longest"), LONGEST)
def test_names_must_leave_room_and_start_with_a_letter(
    prototype: str, params: dict[str, Any], longest: int, tmp_path: Path
) -> None:
    assert render(prototype, params, tmp_path / "fits", name="n" * longest)
    with pytest.raises(ParamError, match="too long"):
        render(prototype, params, tmp_path / "long", name="n" * (longest + 1))
    with pytest.raises(ParamError, match="use a different --name"):
        render(prototype, params, tmp_path / "digit", name="3d")
