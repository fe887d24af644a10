"""dapr-service: what it refuses."""

from pathlib import Path
from typing import Any

import pytest

from dlctl.errors import ParamError
from tests.prototypes.eventing.error_text import words
from tests.prototypes.serving.objects import rendered

IMAGE = {"image": "salaboy/frontend:v2.0.0"}
REDIS = {"name": "store", "type": "state.redis"}

REFUSED: tuple[tuple[dict[str, Any], str], ...] = (
    ({"state_store": {"name": "a", "type": "pubsub.redis"}}, "the type of state_store must start"),
    ({"state_store": REDIS, "pubsub": {"name": "store", "type": "pubsub.redis"}}, "have the same"),
    ({"replicas": 2}, "and max_scale instead of replicas"),
    ({"runtime": "deployment", "pod_labels": {"app": "x"}}, "selected by this label"),
    ({"runtime": "deployment", "min_scale": 1}, "do not scale by requests"),
    ({"port": 3500}, "is used by a sidecar"),
    ({"port": 9095}, "is used by a sidecar"),
    ({"port": 8012}, "is used by a sidecar"),
)


@pytest.mark.parametrize(("params", "message"), REFUSED)
def test_rule_refuses(params: dict[str, Any], message: str, tmp_path: Path) -> None:
    with pytest.raises(ParamError) as raised:
        rendered("dapr-service", {**IMAGE, **params}, tmp_path)
    assert message in words(raised.value)


def test_name_that_is_too_long_with_daprs_suffix_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ParamError, match="appends -dapr"):
        rendered("dapr-service", IMAGE, tmp_path, name="x" * 59)
