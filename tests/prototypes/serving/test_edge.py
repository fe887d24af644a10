"""edge: one meaning in every prototype that serves."""

from pathlib import Path
from typing import Any

import pytest

from tests.prototypes.serving.objects import rendered

SERVING: dict[str, dict[str, Any]] = {
    "tf-serving": {"model_path": "/models/m", "image": "app:1"},
    "paddle-serving": {"model_path": "/models/m"},
    "knative-service": {"image": "app:1"},
    "kserve-inference": {"model_format": "paddle", "storage_uri": "pvc://models/m"},
    "dapr-service": {"image": "app:1"},
    "traffic-split": {
        "configurations": {"a": "app:1"},
        "traffic": [{"configuration": "a", "percent": 100}],
    },
}
EDGE = {"pool": "line-3", "offline": True, "low_memory": True}


def _pod(prototype: str, params: dict[str, Any], app: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """The pod's fields and its container's."""
    objects = rendered(prototype, {**SERVING[prototype], **params}, app)
    for body in objects:
        spec = body["spec"]
        if "predictor" in spec:
            return spec["predictor"], spec["predictor"]["model"]
        if "template" in spec:
            return spec["template"]["spec"], spec["template"]["spec"]["containers"][0]
    raise AssertionError(objects)


@pytest.mark.parametrize("prototype", SERVING)
def test_a_small_node_that_is_sometimes_offline(prototype: str, tmp_path: Path) -> None:
    pod, container = _pod(prototype, {"edge": EDGE}, tmp_path)
    assert pod["nodeSelector"] == {"apps.openyurt.io/nodepool": "line-3"}
    assert [each["key"] for each in pod["tolerations"]] == [
        "node-role.kubernetes.io/edge",
        "node.kubernetes.io/unreachable",
        "node.kubernetes.io/not-ready",
    ]
    assert container["imagePullPolicy"] == "IfNotPresent"
    assert container["resources"] == {"requests": {"memory": "128Mi"}, "limits": {"memory": "512Mi"}}
    assert container["env"] == [{"name": "MALLOC_ARENA_MAX", "value": "2"}]


@pytest.mark.parametrize("prototype", SERVING)
def test_memory_parameters_are_used(prototype: str, tmp_path: Path) -> None:
    params = {"edge": EDGE, "memory": "1Gi", "env_vars": {"MALLOC_ARENA_MAX": "4"}}
    _, container = _pod(prototype, params, tmp_path)
    assert container["resources"] == {"requests": {"memory": "1Gi"}, "limits": {"memory": "1Gi"}}
    assert container["env"] == [{"name": "MALLOC_ARENA_MAX", "value": "4"}]


@pytest.mark.parametrize("prototype", ["tf-serving", "paddle-serving"])
def test_a_small_node_never_has_the_old_and_the_new_pod(prototype: str, tmp_path: Path) -> None:
    objects = rendered(prototype, {**SERVING[prototype], "edge": EDGE}, tmp_path)
    deployment = next(body for body in objects if body["kind"] == "Deployment")
    assert deployment["spec"]["strategy"] == {
        "type": "RollingUpdate",
        "rollingUpdate": {"maxSurge": 0, "maxUnavailable": 1},
    }
