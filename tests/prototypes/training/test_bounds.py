"""What parameters let through at their bounds, a real API server takes."""

from pathlib import Path

import pytest

from dlctl.yamlio.dump import dump_documents
from tests.prototypes.examples import render
from tests.prototypes.training.objects import Json
from tests.prototypes.upstream import Upstream

pytestmark = pytest.mark.controlplane

IMAGE = {"image": "registry.example.com/train:1"}
MOST = 2147483647
CASES: tuple[tuple[str, Json], ...] = (
    (
        "pytorch-job",
        {
            **IMAGE,
            "num_workers": 9999,
            "min_workers": 1,
            "max_workers": 9999,
            "max_restarts": MOST,
            "rdzv_port": 65535,
            "rdzv_conf": {"join_timeout": "1"},
        },
    ),
    ("mpi-job", {**IMAGE, "command": [""], "num_workers": 9999, "slots_per_worker": 1024}),
    (
        "mpi-job",
        {**IMAGE, "command": ["a: {{ b }}\n"], "api": "v1", "launcher": "none", "args": ['"', "\u00e9"]},
    ),
    ("batch-job", {**IMAGE, "num_workers": 9999, "backoff_limit": 0, "ttl_seconds_after_finished": 0}),
    ("queue", {"weight": 65535, "priority": MOST, "capability": {"cpu": "0.5", "memory": "1Pi"}}),
    (
        "queue",
        {
            "deserved": {"example.com/Some_thing.x": "1k"},
            "guarantee": {"example.com/Some_thing.x": 0},
            "dequeue_strategy": "traverse",
        },
    ),
    ("priority", {"value": 1000000000, "description": "a: {{ b }}\n\u00e9"}),
    ("priority", {"value": -2147483648}),
    (
        "kueue-queue",
        {"flavors": [{"name": "a", "quota": {"cpu": "500m"}}], "weight": 0, "stop_policy": "HoldAndDrain"},
    ),
    (
        "kueue-queue",
        {
            "flavors": [{"name": "a", "quota": {"cpu": 1}, "node_labels": {"x": ""}}],
            "topology_levels": ["x"],
            "namespaces": ["kubeflow"],
        },
    ),
    (
        "volcano-job",
        {
            **IMAGE,
            "tasks": [{"name": "a", "replicas": 9999}],
            "plugins": {},
            "policies": [{"exit_code": -1, "action": "ResumeJob", "timeout": "1h30m"}],
            "max_retry": MOST,
            "network_topology": "soft",
        },
    ),
    ("train-job", {"num_nodes": 9999, "num_proc_per_node": 1024, "active_deadline_seconds": 1}),
    ("training-runtime", {"framework": "deepspeed", "num_nodes": 9999, "max_restarts": MOST}),
    ("training-runtime", {"gang": "coscheduling", "gang_timeout_seconds": MOST}),
    ("jax-job", {**IMAGE, "num_workers": 9999, "active_deadline_seconds": MOST}),
    ("xgboost-job", {**IMAGE, "num_workers": 9998, "gang": "volcano", "min_available": 9999}),
    (
        "leader-worker-set",
        {
            **IMAGE,
            "replicas": 1000000,
            "size": 2147,
            "max_surge": "100%",
            "max_unavailable": 0,
            "partition": 1000000,
            "sub_group_size": 2147,
            "port": 65535,
        },
    ),
    (
        "job-set",
        {
            **IMAGE,
            "replicated_jobs": [
                {
                    "name": "a",
                    "replicas": 9999,
                    "parallelism": 9999,
                    "completions": 100000,
                    "backoff_limit": MOST,
                }
            ],
            "max_restarts": MOST,
            "coordinator": {"job": "a", "job_index": 9998, "pod_index": 99999},
        },
    ),
    ("job-set", {**IMAGE, "replicated_jobs": [{"name": "a", "replicas": 0}], "managed_by": "a.b/c"}),
    ("notebook", {"api": "statefulset", "storage": "0.5Gi", "home_path": "/a", "storage_class": "fast"}),
)


@pytest.mark.parametrize(("prototype", "params"), CASES)
def test_upstream_api_takes_the_bounds(
    prototype: str, params: Json, upstream: Upstream, tmp_path: Path
) -> None:
    objects = [manifest.body for manifest in render(prototype, params, tmp_path)]
    arguments = ("apply", "--server-side", "--validate=strict", "--dry-run=server", "--filename", "-")
    answer = upstream.serving(objects).kubectl(*arguments, input=dump_documents(objects))
    assert answer.returncode == 0, answer.stderr
