"""knative-service and traffic-split: what they refuse, and whose image they take."""

from pathlib import Path
from typing import Any

import pytest

from dlctl.errors import DlctlError, ParamError
from tests.prototypes.eventing.error_text import words
from tests.prototypes.serving.objects import rendered

IMAGE = {"image": "registry.example.com/app:1"}
ALL_TO_A = [{"configuration": "a", "percent": 100}]

REFUSED: tuple[tuple[str, dict[str, Any], str], ...] = (
    ("knative-service", {"min_scale": 3, "max_scale": 2}, "min_scale must not be larger"),
    ("knative-service", {"initial_scale": 3, "max_scale": 2}, "initial_scale must not be larger"),
    ("knative-service", {"activation_scale": 3, "max_scale": 2}, "activation_scale must not be larger"),
    ("knative-service", {"activation_scale": 2, "min_scale": 3}, "must not be smaller than"),
    ("knative-service", {"scale_metric": "cpu"}, "concurrency or rps only"),
    ("knative-service", {"autoscaling_class": "hpa", "scale_metric": "rps", "cpu": 1}, "use kpa"),
    ("knative-service", {"autoscaling_class": "hpa", "min_scale": 0, "cpu": 1}, "cannot scale to zero"),
    ("knative-service", {"autoscaling_class": "hpa", "min_scale": 1}, "set cpu"),
    ("knative-service", {"port": 9090}, "queue-proxy"),
    ("knative-service", {"env_vars": {"PORT": "80"}}, "K_REVISION are set by Knative"),
    ("knative-service", {"traffic": [{"latest": True, "percent": 90}]}, "must add up to 100"),
    ("knative-service", {"traffic": [{"latest": True}]}, "must add up to 100"),
    ("knative-service", {"traffic": ALL_TO_A}, "use traffic-split"),
    (
        "knative-service",
        {"traffic": [{"latest": True, "percent": 100, "tag": "a"}, {"revision": "b", "tag": "a"}]},
        "the same tag",
    ),
    ("knative-service", {"pod_labels": {"serving.knative.dev/configuration": "a"}}, "reserved by Knative"),
    ("knative-service", {"revision": "x" * 60}, "is limited to 63 characters"),
    ("traffic-split", {**IMAGE, "traffic": ALL_TO_A}, "are for kind Service"),
    ("traffic-split", {"traffic": [{"latest": True, "percent": 100}]}, "no revisions of its own"),
    (
        "traffic-split",
        {"kind": "Service", "traffic": [{"latest": True, "percent": 100}]},
        "kind Service needs an image",
    ),
    (
        "traffic-split",
        {"kind": "Service", **IMAGE, "traffic": ALL_TO_A},
        "requests between its own revisions",
    ),
    ("traffic-split", {"traffic": ALL_TO_A, "configurations": {"b": "b:1"}}, "add it to traffic"),
)


@pytest.mark.parametrize(("prototype", "params", "message"), REFUSED)
def test_rule_refuses(prototype: str, params: dict[str, Any], message: str, tmp_path: Path) -> None:
    base = IMAGE if prototype == "knative-service" else {}
    with pytest.raises(ParamError) as raised:
        rendered(prototype, {**base, **params}, tmp_path)
    assert message in words(raised.value)


@pytest.mark.parametrize(
    "params",
    [
        {"autoscaling_class": "mine.autoscaling.knative.dev"},
        {"autoscaling_class": "KPA"},
        {"scale_down_delay_seconds": 3601},
        {"scale_target": 0},
        {"container_concurrency": 1001},
        {"request_timeout_seconds": 601},
        {"traffic": [{"latest": True, "revision": "a", "percent": 100}]},
        {"traffic": [{"percent": 100}]},
        {"fs_group": 1},
        {"pod_labels": {"team": "two words"}},
    ],
)
def test_value_is_refused(params: dict[str, Any], tmp_path: Path) -> None:
    with pytest.raises(DlctlError):
        rendered("knative-service", {**IMAGE, **params}, tmp_path)


def test_name_that_knative_refuses_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DlctlError, match="must start with a letter"):
        rendered("knative-service", IMAGE, tmp_path, name="9lives")


@pytest.mark.parametrize("prototype", ["knative-service", "traffic-split"])
def test_tag_leaves_room_for_the_name_behind_it(prototype: str, tmp_path: Path) -> None:
    part = {"latest": True} if prototype == "knative-service" else {"revision": "a-00001"}
    base = IMAGE if prototype == "knative-service" else {}
    params = {**base, "traffic": [{**part, "percent": 100, "tag": "canary"}]}
    assert rendered(prototype, params, tmp_path / "fits", name="n" * 56)
    with pytest.raises(ParamError, match="use a shorter tag"):
        rendered(prototype, params, tmp_path / "long", name="n" * 57)


def test_an_image_for_gpus_is_taken_with_gpus(tmp_path: Path) -> None:
    params = {**IMAGE, "image_gpu": "registry.example.com/app:1-cuda", "num_gpus": 1}
    (service,) = rendered("knative-service", params, tmp_path)
    (container,) = service["spec"]["template"]["spec"]["containers"]
    assert container["image"] == "registry.example.com/app:1-cuda"
    assert container["resources"] == {"limits": {"nvidia.com/gpu": 1}}
