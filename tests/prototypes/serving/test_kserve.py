"""Prototypes of KServe and of pools of model servers: what they refuse."""

from pathlib import Path
from typing import Any

import pytest

from dlctl.errors import DlctlError, ParamError
from tests.prototypes.eventing.error_text import words
from tests.prototypes.serving.objects import rendered

MODEL = {"model_format": "sklearn", "storage_uri": "gs://models/iris"}
SERVER = {"image": "a:1", "model_formats": [{"name": "sklearn"}]}
RAW = {"deployment_mode": "Standard"}


def _nodes(router: str = "Sequence", *steps: dict[str, Any]) -> dict[str, Any]:
    return {"nodes": {"root": {"routerType": router, "steps": list(steps)}}}


REFUSED: tuple[tuple[str, dict[str, Any], str], ...] = (
    ("kserve-inference", {"storage_uri": "gs://models/iris"}, "set model_format"),
    ("kserve-inference", {**MODEL, "logger_options": {"batchSize": 2}}, "without logger_url"),
    (
        "kserve-inference",
        {"image": "app:1", "protocol_version": "v2"},
        "your own image gets the model",
    ),
    ("kserve-inference", {**MODEL, "storage_path": "x"}, "not both"),
    ("kserve-inference", {"model_format": "onnx", "storage_key": "x"}, "storage_key needs storage_path"),
    ("kserve-inference", {**MODEL, "framework": "sklearn"}, "set one of them"),
    ("kserve-inference", {"framework": "onnx", "runtime": "ovms"}, "set one of them"),
    ("kserve-inference", {**MODEL, **RAW, "scale_metric": "rps"}, "Deployments scale by cpu"),
    ("kserve-inference", {**MODEL, "scale_metric": "memory"}, "use deployment_mode Standard"),
    ("kserve-inference", {**MODEL, **RAW, "scale_target": 200}, "a percentage of the CPU request"),
    ("kserve-inference", {**MODEL, "min_replicas": 3, "max_replicas": 2}, "must not be larger than"),
    ("kserve-inference", {**MODEL, "protocol_version": "grpc-v2"}, "set port"),
    ("kserve-inference", {**MODEL, "port": 9090}, "queue-proxy"),
    (
        "kserve-inference",
        {**MODEL, "transformer": {"image": "a:1", "min_replicas": 2, "max_replicas": 1}},
        "min_replicas of transformer must not be larger",
    ),
    (
        "kserve-inference",
        {**MODEL, "explainer": {"image": "a:1", "min_replicas": 2, "max_replicas": 1}},
        "min_replicas of explainer must not be larger",
    ),
    ("serving-runtime", {**SERVER, "roles": {"worker": {"cpu": 1}}}, "no effect without worker_spec"),
    (
        "serving-runtime",
        {**SERVER, "worker_spec": {}, "roles": {"worker": {"container_name": "main"}}},
        "by the name worker-container",
    ),
    (
        "serving-runtime",
        {**SERVER, "worker_spec": {}, "worker_command": ["ray"], "roles": {"worker": {"command": ["ray"]}}},
        "set one of them",
    ),
    ("kserve-inference", {**MODEL, "scale_metric": "gpu"}, "must be a whole number"),
    ("kserve-inference", {**MODEL, "scale_target": 1.5}, "must be a whole number"),
    (
        "inference-graph",
        _nodes("Splitter", {"serviceName": "a", "weight": 60}, {"serviceName": "b", "weight": 30}),
        "must add up to 100",
    ),
    (
        "inference-graph",
        {
            "nodes": {
                "root": {"routerType": "Splitter", "steps": [{"nodeName": "b", "weight": 80}]},
                "b": {
                    "routerType": "Splitter",
                    "steps": [{"serviceName": "c", "weight": 60}, {"serviceName": "d", "weight": 60}],
                },
            }
        },
        "weights of each Splitter must",
    ),
    ("inference-graph", _nodes("Sequence", {"nodeName": "b"}), "not one of the nodes"),
    ("inference-graph", _nodes("Sequence", {"nodeName": "root"}), "so requests would loop forever"),
    (
        "inference-pool",
        {"api": "v1alpha2", "selector": {"app": "vllm"}, "target_ports": [80, 81]},
        "v1alpha2 has one target port",
    ),
    (
        "inference-model",
        {"pool_ref": {"name": "a"}, "target_models": [{"name": "b", "weight": 1}, {"name": "c"}]},
        "have a weight, or none has",
    ),
    (
        "inference-pool",
        {"selector": {"app": "vllm"}, "endpoint_picker_ref": {"name": "epp"}},
        "needs the port of its Service",
    ),
)


def test_a_model_may_have_an_image_in_place_of_its_runtimes(tmp_path: Path) -> None:
    (service,) = rendered("kserve-inference", {**MODEL, "image": "sklearn:2", "command": ["serve"]}, tmp_path)
    model = service["spec"]["predictor"]["model"]
    assert (model["image"], model["command"]) == ("sklearn:2", ["serve"])
    assert "env" not in model


@pytest.mark.parametrize(("prototype", "params", "message"), REFUSED)
def test_rule_refuses(prototype: str, params: dict[str, Any], message: str, tmp_path: Path) -> None:
    with pytest.raises(ParamError) as raised:
        rendered(prototype, params, tmp_path)
    assert message in words(raised.value)


@pytest.mark.parametrize(
    "params",
    [
        {"nodes": {"start": {"routerType": "Sequence", "steps": [{"serviceName": "a"}]}}},
        _nodes("Sequence", {"serviceName": "a", "nodeName": "b"}),
        _nodes("Splitter", {"serviceName": "a"}),
        _nodes("Sequence"),
    ],
)
def test_graph_that_kserve_refuses_is_refused(params: dict[str, Any], tmp_path: Path) -> None:
    with pytest.raises(DlctlError, match="nodes"):
        rendered("inference-graph", params, tmp_path)


@pytest.mark.parametrize("name", ["9lives", "x" * 48])
def test_name_that_kserve_refuses_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(DlctlError, match=r"must start with a letter|too long"):
        rendered("kserve-inference", MODEL, tmp_path, name=name)


@pytest.mark.parametrize(
    ("params", "resources"),
    [
        ({"cpu": 4, "memory": "8Gi"}, [{"cpu": "4", "memory": "8Gi"}] * 2),
        ({"memory_limit": "1Gi"}, [{"memory": "1Gi"}] * 2),
        ({"cpu": "500m", "cpu_limit": 2}, [{"cpu": "500m"}, {"cpu": "2"}]),
    ],
)
def test_kserves_own_limit_is_never_below_a_request(
    params: dict[str, Any], resources: list[dict[str, str]], tmp_path: Path
) -> None:
    (service,) = rendered("kserve-inference", {**MODEL, **params}, tmp_path)
    assert service["spec"]["predictor"]["model"]["resources"] == {
        "requests": resources[0],
        "limits": resources[1],
    }


def test_resources_that_nobody_names_are_kserves(tmp_path: Path) -> None:
    (service,) = rendered("kserve-inference", {**MODEL, "num_gpus": 1}, tmp_path)
    assert service["spec"]["predictor"]["model"]["resources"] == {"limits": {"nvidia.com/gpu": 1}}


def test_a_framework_is_the_field_of_the_predictor(tmp_path: Path) -> None:
    params = {"framework": "triton", "storage_uri": "gs://models/bert", "runtime_version": "23.10-py3"}
    (service,) = rendered("kserve-inference", params, tmp_path)
    predictor = service["spec"]["predictor"]
    assert predictor["triton"]["storageUri"] == "gs://models/bert"
    assert predictor["triton"]["runtimeVersion"] == "23.10-py3"
    assert not {"model", "containers"} & set(predictor)


@pytest.mark.parametrize(
    "params",
    [
        {**RAW, "min_replicas": 0, "canary_traffic_percent": 5},
        {"scale_metric": "rps", **RAW, "annotations": {"serving.kserve.io/autoscalerClass": "keda"}},
        {
            "scale_metric": "cpu",
            "annotations": {"autoscaling.knative.dev/class": "hpa.autoscaling.knative.dev"},
        },
        {"container_name": ""},
    ],
)
def test_what_kserve_takes_is_not_refused(params: dict[str, Any], tmp_path: Path) -> None:
    assert rendered("kserve-inference", {**MODEL, **params}, tmp_path)
