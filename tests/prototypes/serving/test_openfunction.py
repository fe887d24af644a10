"""openfunction: what it refuses, and where a function's input comes from."""

from pathlib import Path
from typing import Any

import pytest

from dlctl.errors import ParamError
from tests.prototypes.eventing.error_text import words
from tests.prototypes.serving.objects import rendered

IMAGE = {"image": "hello:1"}
ORDERS = {"dapr_components": [{"name": "orders", "type": "pubsub.kafka"}]}
TIMER = {"dapr_components": [{"name": "timer", "type": "bindings.cron"}]}
KEDA = {"keda_triggers": [{"type": "kafka", "metadata": {"topic": "orders"}}]}


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"git_url": "https://github.com/example/f.git"}, "a build (git_url) needs builder"),
        ({"git_revision": "main"}, "set git_url"),
        ({"min_replicas": 2, "max_replicas": 1}, "must not be larger than"),
        ({"min_replicas": 11}, "defaults to 10"),
        ({"inputs": [{"name": "orders", "topic": "new"}]}, "output is not in dapr_components"),
        ({**ORDERS, "inputs": [{"name": "orders"}]}, "or output needs a topic"),
        ({**ORDERS, "outputs": [{"name": "orders"}]}, "or output needs a topic"),
        (
            {**TIMER, "inputs": [{"name": "timer"}], "max_replicas": 5},
            "so min_replicas and max_replicas need",
        ),
        (KEDA, "are for inputs"),
        ({"http_scaled_object": {"cooldownPeriod": 9}}, "set http_engine: keda"),
        ({"git_url": "https://a/b.git", "bundle_image": "a:1", "builder": "b:1"}, "it has one source"),
        ({"build_params": [{"name": "a", "value": "b"}]}, "set git_url or bundle_image"),
        ({"dapr_components": ORDERS["dapr_components"] * 2}, "have the same"),
    ],
)
def test_rule_refuses(params: dict[str, Any], message: str, tmp_path: Path) -> None:
    with pytest.raises(ParamError) as raised:
        rendered("openfunction", {**IMAGE, **params}, tmp_path)
    assert message in words(raised.value)


def test_name_leaves_room_for_the_namespace_and_dapr(tmp_path: Path) -> None:
    params = {**IMAGE, **TIMER, "inputs": [{"name": "timer"}]}
    longest = 58 - len("-kubeflow")
    assert rendered("openfunction", params, tmp_path / "fits", name="n" * longest)
    with pytest.raises(ParamError, match="use a shorter --name"):
        rendered("openfunction", params, tmp_path / "long", name="n" * (longest + 1))


def _serving(params: dict[str, Any], app: Path) -> dict[str, Any]:
    (function,) = rendered("openfunction", {**IMAGE, **params}, app)
    serving: dict[str, Any] = function["spec"]["serving"]
    return serving


def test_inputs_take_the_place_of_requests(tmp_path: Path) -> None:
    assert _serving({}, tmp_path / "requests")["triggers"] == {"http": {"port": 8080}}
    timer = _serving({**TIMER, "inputs": [{"name": "timer"}]}, tmp_path / "timer")
    assert timer["triggers"] == {"dapr": [{"name": "timer", "type": "bindings.cron"}]}
    assert list(timer["bindings"]) == ["timer"]


def test_a_component_that_is_there_already_is_only_named(tmp_path: Path) -> None:
    topic = {"name": "orders", "type": "pubsub.kafka", "topic": "new"}
    serving = _serving({"inputs": [topic]}, tmp_path)
    assert serving["triggers"] == {"dapr": [topic]}
    assert not {"pubsub", "bindings", "states"} & set(serving)
