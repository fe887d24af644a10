"""knative-service and traffic-split: what they refuse, and the YAML of the talks."""

from pathlib import Path
from typing import Any

import pytest

from dlctl.errors import DlctlError, ParamError
from dlctl.yamlio.load import load_text
from tests.prototypes.eventing.words import words
from tests.prototypes.serving.objects import differences, rendered

IMAGE = {"image": "registry.example.com/app:1"}
ALL_TO_A = [{"configuration": "a", "percent": 100}]
V1 = ("serving.knative.dev/v1alpha1", "serving.knative.dev/v1")
SECURITY = {"allowPrivilegeEscalation": False, "seccompProfile": {"type": "RuntimeDefault"}}
"""What a container may do, which the talks do not say."""

REFUSED: tuple[tuple[str, dict[str, Any], str], ...] = (
    ("knative-service", {"min_scale": 3, "max_scale": 2}, "at least (min_scale)"),
    ("knative-service", {"initial_scale": 3, "max_scale": 2}, "(initial_scale) than there may be"),
    ("knative-service", {"activation_scale": 3, "max_scale": 2}, "(activation_scale) than there may be"),
    ("knative-service", {"activation_scale": 2, "min_scale": 3}, "than are always there"),
    ("knative-service", {"scale_metric": "cpu"}, "concurrency or rps only"),
    ("knative-service", {"autoscaling_class": "hpa", "scale_metric": "rps", "cpu": 1}, "which kpa does"),
    ("knative-service", {"autoscaling_class": "hpa", "min_scale": 0, "cpu": 1}, "cannot scale to zero"),
    ("knative-service", {"autoscaling_class": "hpa", "min_scale": 1}, "set cpu"),
    ("knative-service", {"port": 9090}, "queue-proxy"),
    ("knative-service", {"env_vars": {"PORT": "80"}}, "set by Knative itself"),
    ("knative-service", {"traffic": [{"latest": True, "percent": 90}]}, "must sum to 100"),
    ("knative-service", {"traffic": [{"latest": True}]}, "must sum to 100"),
    ("knative-service", {"traffic": ALL_TO_A}, "use traffic-split"),
    (
        "knative-service",
        {"traffic": [{"latest": True, "percent": 100, "tag": "a"}, {"revision": "b", "tag": "a"}]},
        "the same tag",
    ),
    ("knative-service", {"revision": "x" * 60}, "at most 63 characters"),
    ("traffic-split", {**IMAGE, "traffic": ALL_TO_A}, "are for kind Service"),
    ("traffic-split", {"traffic": [{"latest": True, "percent": 100}]}, "no newest revision of its own"),
    ("traffic-split", {"kind": "Service", "traffic": [{"latest": True, "percent": 100}]}, "needs an image"),
    ("traffic-split", {"kind": "Service", **IMAGE, "traffic": ALL_TO_A}, "among its own revisions"),
    ("traffic-split", {"traffic": ALL_TO_A, "configurations": {"b": "b:1"}}, "nobody could reach it"),
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
    ],
)
def test_value_is_refused(params: dict[str, Any], tmp_path: Path) -> None:
    with pytest.raises(DlctlError):
        rendered("knative-service", {**IMAGE, **params}, tmp_path)


def test_name_that_knative_refuses_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DlctlError, match="starts with a letter"):
        rendered("knative-service", IMAGE, tmp_path, name="9lives")


def test_an_image_for_gpus_is_taken_with_gpus(tmp_path: Path) -> None:
    params = {**IMAGE, "image_gpu": "registry.example.com/app:1-cuda", "num_gpus": 1}
    (service,) = rendered("knative-service", params, tmp_path)
    (container,) = service["spec"]["template"]["spec"]["containers"]
    assert container["image"] == "registry.example.com/app:1-cuda"
    assert container["resources"] == {"limits": {"nvidia.com/gpu": 1}}


def test_the_talks_autoscaled_service(tmp_path: Path) -> None:
    talk = load_text(
        """
        apiVersion: serving.knative.dev/v1alpha1
        kind: Service
        metadata:
          name: paddle-model-autoscale
        spec:
          template:
            metadata:
              annotations:
                autoscaling.knative.dev/class: kpa.autoscaling.knative.dev
                autoscaling.knative.dev/metric: concurrency
                autoscaling.knative.dev/target: "10"
                autoscaling.knative.dev/minScale: "1"
                autoscaling.knative.dev/maxScale: "100"
            spec:
              containers:
                - image: registry.baidu.com/paddle/paddle-model-serving:1.0.1
        """,
        "talk.yaml",
    ).value
    params = {
        "image": "registry.baidu.com/paddle/paddle-model-serving:1.0.1",
        "autoscaling_class": "kpa",
        "scale_metric": "concurrency",
        "scale_target": 10,
        "min_scale": 1,
        "max_scale": 100,
    }
    (service,) = rendered("knative-service", params, tmp_path, name="paddle-model-autoscale")
    scale = "spec.template.metadata.annotations.autoscaling.knative.dev"
    assert differences(talk, service) == {
        "apiVersion": V1,
        f"{scale}/minScale": ("1", None),
        f"{scale}/maxScale": ("100", None),
        f"{scale}/min-scale": (None, "1"),
        f"{scale}/max-scale": (None, "100"),
        "spec.template.spec.containers[0].name": (None, "user-container"),
        "spec.template.spec.containers[0].securityContext": (None, SECURITY),
    }


def test_the_talks_configuration_and_route(tmp_path: Path) -> None:
    configuration = load_text(
        """
        apiVersion: serving.knative.dev/v1alpha1
        kind: Configuration
        metadata:
          generation: 1
          labels:
            serving.knative.dev/route: paddle-model-serving-route
          name: paddle-model-serving-config
        spec:
          generation: 1
          revisionTemplate:
            metadata:
              labels:
                app: greeter
            spec:
              container:
                image: registry.baidu.com/bml/paddle-model-serving:1.0.1
        """,
        "talk.yaml",
    ).value
    route = load_text(
        """
        apiVersion: serving.knative.dev/v1alpha1
        kind: Route
        metadata:
          generation: 1
          name: paddle-model-serving-route
        spec:
          generation: 1
          traffic:
            - configurationName: paddle-model-serving-config
              percent: 100
        """,
        "talk.yaml",
    ).value
    name = "paddle-model-serving-config"
    params = {
        "configurations": {name: "registry.baidu.com/bml/paddle-model-serving:1.0.1"},
        "traffic": [{"configuration": name, "percent": 100}],
    }
    objects = rendered("traffic-split", params, tmp_path, name="paddle-model-serving-route")
    new = {each["kind"]: each for each in objects}
    generations = {"metadata.generation": (1, None), "spec.generation": (1, None)}  # the server counts them
    assert differences(configuration, new["Configuration"]) == {
        **generations,
        "apiVersion": V1,
        # Knative itself notes which Routes a Configuration has.
        "metadata.labels": ({"serving.knative.dev/route": "paddle-model-serving-route"}, None),
        "spec.revisionTemplate": (configuration["spec"]["revisionTemplate"], None),
        "spec.template": (
            None,
            {
                "spec": {
                    "containers": [
                        {
                            "name": "user-container",
                            "image": "registry.baidu.com/bml/paddle-model-serving:1.0.1",
                            "securityContext": SECURITY,
                        }
                    ]
                }
            },
        ),
    }
    assert differences(route, new["Route"]) == {
        **generations,
        "apiVersion": V1,
        "spec.traffic[0].latestRevision": (None, True),
    }


@pytest.mark.parametrize(
    ("name", "kind", "parts"),
    [
        (
            "rgwpubsub-route",
            "configuration",
            {"google-vision-configuration": 50, "resnet-configuration": 50},
        ),
        ("paddle-model-serving", "revision", {"paddle-model-servi-1": 90, "paddle-model-servi-2": 10}),
    ],
)
def test_the_talks_routes_over_two(name: str, kind: str, parts: dict[str, int], tmp_path: Path) -> None:
    traffic = [{f"{kind}Name": part, "percent": percent} for part, percent in parts.items()]
    talk = {"apiVersion": V1[0], "kind": "Route", "metadata": {"name": name}, "spec": {"traffic": traffic}}
    params = {"traffic": [{kind: part, "percent": percent} for part, percent in parts.items()]}
    (route,) = rendered("traffic-split", params, tmp_path, name=name)
    latest = kind == "configuration"
    assert differences(talk, route) == {
        "apiVersion": V1,
        "spec.traffic[0].latestRevision": (None, latest),
        "spec.traffic[1].latestRevision": (None, latest),
    }
