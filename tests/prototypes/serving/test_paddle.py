"""paddle-serving and paddle-edl: what they refuse, and EDL's example job."""

from pathlib import Path
from typing import Any

import pytest

from dlctl.errors import ParamError
from dlctl.yamlio.load import load_text
from tests.prototypes.eventing.error_text import words
from tests.prototypes.published_yaml.fields import added, differences, fields_of, moved
from tests.prototypes.serving.objects import rendered

MODEL = {"model_path": "/models/ctr"}
JOB = {"image": "edl:1", "entrypoint": "python train.py"}
KNATIVE = {"runtime": "knative"}

REFUSED: tuple[tuple[str, dict[str, Any], str], ...] = (
    ("paddle-serving", {}, "needs the model's folder"),
    ("paddle-serving", {"own_command": True}, "own_command needs an image"),
    ("paddle-serving", {**MODEL, "command": ["serve"]}, "unless own_command"),
    ("paddle-serving", {**MODEL, **KNATIVE, "replicas": 2}, "Knative scales the pods"),
    ("paddle-serving", {**MODEL, "pod_labels": {"app": "x"}}, "selected by this label"),
    ("paddle-serving", {**MODEL, **KNATIVE, "service_type": "NodePort"}, "Knative scales the pods"),
    ("paddle-serving", {**MODEL, **KNATIVE, "port": 9090}, "queue-proxy"),
    ("paddle-serving", {**MODEL, "max_scale": 4}, "do not scale by requests"),
    (
        "paddle-edl",
        {**JOB, "min_instance": 3, "max_instance": 2, "fault_tolerant": True},
        "min_instance must not be larger",
    ),
    ("paddle-edl", {**JOB, "min_instance": 2, "max_instance": 3}, "unless fault_tolerant is true"),
    ("paddle-edl", {**JOB, "etcd_endpoint": "http://etcd:2379"}, "is for the master"),
)


@pytest.mark.parametrize(("prototype", "params", "message"), REFUSED)
def test_rule_refuses(prototype: str, params: dict[str, Any], message: str, tmp_path: Path) -> None:
    with pytest.raises(ParamError) as raised:
        rendered(prototype, params, tmp_path)
    assert message in words(raised.value)


def test_edls_example_job(tmp_path: Path) -> None:
    """The fields that EDL's own examples of 2017 have; the post has no YAML."""
    job = load_text(
        """
        apiVersion: paddlepaddle.org/v1
        kind: TrainingJob
        metadata:
          name: example
        spec:
          image: paddlepaddle/paddlecloud-job
          port: 7164
          ports_num: 1
          ports_num_for_sparse: 1
          fault_tolerant: true
          trainer:
            entrypoint: python train.py
            workspace: /home/job-1/
            passes: 10
            min-instance: 2
            max-instance: 6
            resources:
              limits: {cpu: 200m, memory: 200Mi}
              requests: {cpu: 200m, memory: 200Mi}
          pserver:
            min-instance: 2
            max-instance: 2
            resources:
              limits: {cpu: 800m, memory: 1Gi}
              requests: {cpu: 500m, memory: 600Mi}
        """,
        "edl.yaml",
    ).value
    params = {
        "image": "paddlepaddle/paddlecloud-job",
        "entrypoint": "python train.py",
        "workspace": "/home/job-1/",
        "passes": 10,
        "fault_tolerant": True,
        "min_instance": 2,
        "max_instance": 6,
        "num_pservers": 2,
        "cpu": "200m",
        "cpu_limit": "200m",
        "memory": "200Mi",
        "memory_limit": "200Mi",
        "pserver_resources": {
            "requests": {"cpu": "500m", "memory": "600Mi"},
            "limits": {"cpu": "800m", "memory": "1Gi"},
        },
    }
    (made,) = rendered("paddle-edl", params, tmp_path, name="example")
    expected = moved("spec.trainer.passes", "spec.passes")(fields_of(job))  # where the Go type reads it
    expected = added("spec.master", {})(expected)
    assert not differences(expected, fields_of(made))
