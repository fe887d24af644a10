"""tf-serving: what it refuses, which versions it serves, and how it reads HDFS."""

from pathlib import Path
from typing import Any

import pytest

from dlctl.errors import ParamError
from tests.prototypes.eventing.error_text import words
from tests.prototypes.serving.objects import rendered

MODEL = {"model_path": "gs://models/inception"}
HDFS = {"model_path": "hdfs://namenode:8020/models/ctr", "image": "serving:hadoop"}
CANARY = {"version_policy": "specific", "model_versions": [1, 2], "version_labels": {"canary": 2}}

REFUSED: tuple[tuple[dict[str, Any], str], ...] = (
    ({"max_replicas": 4}, "set cpu"),
    ({"max_replicas": 1, "replicas": 2, "cpu": 1}, "the autoscaler needs replicas of"),
    ({"max_replicas": 1, "replicas": 0, "cpu": 1}, "the autoscaler needs replicas of"),
    ({"target_cpu_percent": 60}, "set max_replicas"),
    ({"version_policy": "specific"}, "must be set together"),
    ({"model_versions": [1]}, "must be set together"),
    ({"version_policy": "all", "num_versions": 2}, "version_policy: latest"),
    ({**CANARY, "model_versions": [1]}, "add it to model_versions"),
    ({"max_batch_size": 8}, "batching: true"),
    ({"batching": True, "allowed_batch_sizes": [8, 4], "max_batch_size": 4}, "must be in ascending order"),
    ({"batching": True, "allowed_batch_sizes": [4, 8], "max_batch_size": 16}, "ascending order and end with"),
    ({"hdfs_user": "ada"}, "hdfs_user is for hdfs://"),
)


@pytest.mark.parametrize(("params", "message"), REFUSED)
def test_rule_refuses(params: dict[str, Any], message: str, tmp_path: Path) -> None:
    with pytest.raises(ParamError) as raised:
        rendered("tf-serving", {**MODEL, **params}, tmp_path)
    assert message in words(raised.value)


def _objects(params: dict[str, Any], app: Path) -> dict[str, dict[str, Any]]:
    return {body["kind"]: body for body in rendered("tf-serving", params, app)}


def _pod(params: dict[str, Any], app: Path) -> dict[str, Any]:
    template: dict[str, Any] = _objects(params, app)["Deployment"]["spec"]["template"]
    return template


def test_an_autoscaler_decides_the_number_of_pods(tmp_path: Path) -> None:
    objects = _objects({**MODEL, "replicas": 2, "max_replicas": 4, "cpu": 1}, tmp_path)
    assert "replicas" not in objects["Deployment"]["spec"]
    scaler = objects["HorizontalPodAutoscaler"]["spec"]
    assert (scaler["minReplicas"], scaler["maxReplicas"]) == (2, 4)


def test_the_running_server_takes_another_choice_of_versions(tmp_path: Path) -> None:
    """Another label changes a file that the server reads again, and nothing of the pods."""
    base = {**MODEL, **CANARY, "batching": True, "max_batch_size": 8}
    first = _objects(base, tmp_path / "first")
    second = _objects({**base, "version_labels": {"canary": 1}}, tmp_path / "second")
    assert first["ConfigMap"] != second["ConfigMap"]
    assert first["Deployment"] == second["Deployment"]
    (container,) = first["Deployment"]["spec"]["template"]["spec"]["containers"]
    assert "--model_config_file_poll_wait_seconds=30" in container["args"]


def test_other_batches_are_new_pods(tmp_path: Path) -> None:
    base = {**MODEL, "batching": True}
    sizes = [_pod({**base, "max_batch_size": size}, tmp_path / str(size)) for size in (8, 16)]
    assert sizes[0]["metadata"]["annotations"] != sizes[1]["metadata"]["annotations"]


def test_hdfs_is_read_by_name_or_by_ticket(tmp_path: Path) -> None:
    (by_name,) = _pod({**HDFS, "hdfs_user": "ada"}, tmp_path / "name")["spec"]["containers"]
    assert by_name["env"] == [{"name": "HADOOP_USER_NAME", "value": "ada"}]
    ticket = {**HDFS, "credentials": "secret", "credentials_secret": "reader"}
    (by_ticket,) = _pod(ticket, tmp_path / "ticket")["spec"]["containers"]
    assert by_ticket["env"] == [{"name": "KERB_TICKET_CACHE_PATH", "value": "/etc/hdfs/krb5cc"}]
    assert by_ticket["volumeMounts"] == [
        {"name": "hdfs-credentials", "mountPath": "/etc/hdfs", "readOnly": True}
    ]
