"""dapr-service: what it refuses, and the talk's Knative Service with Dapr."""

from pathlib import Path
from typing import Any

import pytest

from dlctl.errors import ParamError
from dlctl.yamlio.load import load_text
from tests.prototypes.eventing.words import words
from tests.prototypes.serving.objects import differences, rendered

IMAGE = {"image": "salaboy/frontend:v2.0.0"}
REDIS = {"name": "store", "type": "state.redis"}

REFUSED: tuple[tuple[dict[str, Any], str], ...] = (
    ({"state_store": {"name": "a", "type": "pubsub.redis"}}, "has a type state"),
    ({"state_store": REDIS, "pubsub": {"name": "store", "type": "pubsub.redis"}}, "the same name"),
    ({"replicas": 2}, "not replicas"),
    ({"port": 3500}, "belongs to a sidecar"),
    ({"port": 8012}, "belongs to a sidecar"),
)


@pytest.mark.parametrize(("params", "message"), REFUSED)
def test_rule_refuses(params: dict[str, Any], message: str, tmp_path: Path) -> None:
    with pytest.raises(ParamError) as raised:
        rendered("dapr-service", {**IMAGE, **params}, tmp_path)
    assert message in words(raised.value)


def test_name_that_is_too_long_with_daprs_suffix_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ParamError, match="appends -dapr"):
        rendered("dapr-service", IMAGE, tmp_path, name="x" * 59)


def test_the_talks_service_with_dapr(tmp_path: Path) -> None:
    talk = load_text(
        """
        apiVersion: serving.knative.dev/v1
        kind: Service
        metadata:
          name: frontend
        spec:
          template:
            metadata:
              annotations:
                dapr.io/app-id: frontend
                dapr.io/app-port: "8080"
                dapr.io/enabled: "true"
            spec:
              containers:
                - image: salaboy/frontend:v2.0.0
        """,
        "talk.yaml",
    ).value
    (service,) = rendered("dapr-service", IMAGE, tmp_path, name="frontend")
    container = "spec.template.spec.containers[0]"
    assert differences(talk, service) == {
        # Dapr's own port for metrics is that of Knative's queue-proxy.
        "spec.template.metadata.annotations.dapr.io/metrics-port": (None, "9095"),
        f"{container}.name": (None, "app"),
        f"{container}.ports": (None, [{"name": "http1", "containerPort": 8080}]),
        f"{container}.securityContext": (
            None,
            {"allowPrivilegeEscalation": False, "seccompProfile": {"type": "RuntimeDefault"}},
        ),
    }
