"""vllm, llm-inference and llm-config: what they refuse, how a model is split, and where it comes from."""

from pathlib import Path
from typing import Any

import pytest

from dlctl.errors import DlctlError, ParamError
from tests.prototypes.eventing.error_text import words
from tests.prototypes.serving.objects import rendered

Json = dict[str, Any]

MODEL = {"model": "Qwen/Qwen3-8B"}
RULES = [{"name": "a"}]
KEDA = {"autoscaler": "keda", "prometheus_url": "http://prometheus:9090"}
GPUS = {**MODEL, "num_gpus": 8}
SERVICE = {"model_uri": "hf://Qwen/Qwen3-8B"}
POOL = {
    "selector": {"matchLabels": {"app": "vllm"}},
    "targetPorts": [{"number": 8000}],
    "endpointPickerRef": {"name": "epp", "port": {"number": 9002}},
}
HPA: Json = {"hpa": {}}

REFUSED: tuple[tuple[str, Json, str], ...] = (
    ("vllm", {**GPUS, "tensor_parallel_size": 3}, "are no multiple of"),
    (
        "vllm",
        {**GPUS, "tensor_parallel_size": 2, "pipeline_parallel_size": 2},
        "over fewer GPUs than the server has",
    ),
    ("vllm", {**MODEL, "num_nodes": 2}, "set num_gpus"),
    ("vllm", {**GPUS, "num_nodes": 2, "data_parallel_size": 2}, "use replicas instead"),
    ("vllm", {**GPUS, "num_nodes": 2, "update_strategy": "Recreate"}, "leave update_strategy, max_surge"),
    ("vllm", {**MODEL, "roles": {"worker": {"cpu": 1}}}, "no effect without num_nodes"),
    ("vllm", {**GPUS, "num_nodes": 2, "roles": {"worker": {"num_gpus": 4}}}, "set num_gpus outside of roles"),
    ("vllm", {"model": "s3://models/a", "revision": "v1"}, "revision is for models on Hugging Face"),
    ("vllm", {**MODEL, "model_folder": "a"}, "is for oci://"),
    ("vllm", {**MODEL, "s3_endpoint": "rgw:7480"}, "are for models on s3://"),
    ("vllm", {**MODEL, "hf_token": "a", "hf_secret": "b"}, "set one of them"),
    ("vllm", {**MODEL, "hf_token": "a", "hf_secret_key": "b"}, "leave it out with hf_token"),
    ("vllm", {**MODEL, "hf_secret_key": "b"}, "hf_secret_key is for hf_secret"),
    ("vllm", {**MODEL, "s3_use_https": False}, "s3_use_https is for s3_endpoint"),
    ("vllm", {**MODEL, "autoscaling_target": "9"}, "set max_replicas"),
    ("vllm", {**MODEL, "endpoint_picker_port": 9}, "are for endpoint_picker"),
    ("vllm", {**MODEL, "route_rules": RULES}, "set gateway"),
    ("vllm", {**MODEL, "gateway": "a", "route_rules": RULES, "timeout_seconds": 9}, "timeouts of their own"),
    ("vllm", {**MODEL, "keda_triggers": [{"type": "cron", "metadata": {}}]}, "are settings of KEDA"),
    (
        "vllm",
        {**MODEL, **KEDA, "max_replicas": 2, "scaled_object": {"idleReplicaCount": 1}},
        "must be smaller than replicas",
    ),
    ("vllm", {**MODEL, "max_lora_rank": 8}, "no effect without lora_modules"),
    ("vllm", {**MODEL, "max_replicas": 2, "replicas": 0}, "needs replicas of at least 1"),
    ("vllm", {**MODEL, "max_replicas": 2, "autoscaler": "keda"}, "the address of Prometheus"),
    ("vllm", {**MODEL, "cooldown_seconds": 2}, "are for autoscaler: keda"),
    ("vllm", {**MODEL, "hosts": ["llm.example.com"]}, "set gateway"),
    ("vllm", {**MODEL, "rdma": True}, "leave rdma out"),
    ("vllm", {**MODEL, "env_vars": {"HF_TOKEN": "a"}}, "leave them out of env_vars"),
    ("vllm", {**MODEL, "ports": [{"name": "http", "containerPort": 9}]}, "is the server's own"),
    ("vllm", {**MODEL, "pod_labels": {"app": "a"}}, "leave it out of pod_labels"),
    ("vllm", {**MODEL, "volumes": {"model-cache": {"emptyDir": {}}}}, "use other names"),
    ("vllm", {**MODEL, "volumes": {"a": {"claim": "b", "mountPath": "/dev/shm"}}}, "use another mountPath"),
    ("llm-inference", {**SERVICE, "multi_node": True}, "needs the number of machines"),
    ("llm-inference", {**SERVICE, "api": "v1alpha1", "kv_cache_offloading": {"cpu": "1Gi"}}, "v1alpha2 only"),
    ("llm-inference", {**SERVICE, "model_criticality": "Critical"}, "no criticality of a model"),
    (
        "llm-inference",
        {**SERVICE, "api": "v1alpha1", "router": {"scheduler": {"pool": {"spec": POOL}}}},
        "spec is that of v1alpha2",
    ),
    (
        "llm-inference",
        {**SERVICE, "parallelism": {"data": 8}},
        "data and dataLocal of parallelism go together",
    ),
    (
        "llm-inference",
        {**SERVICE, "prefill": {"parallelism": {"data": 8}}},
        "data and dataLocal of prefill's",
    ),
    (
        "llm-inference",
        {**SERVICE, "replicas": 1, "scaling": {"maxReplicas": 2, "wva": HPA}},
        "leave replicas out",
    ),
    (
        "llm-inference",
        {**SERVICE, "scaling": {"minReplicas": 3, "maxReplicas": 2, "wva": HPA}},
        "must not be larger",
    ),
    (
        "llm-inference",
        {**SERVICE, "scaling": {"maxReplicas": 2, "wva": {"keda": {"idleReplicaCount": 1}}}},
        "idleReplicaCount needs minReplicas",
    ),
    (
        "llm-inference",
        {**SERVICE, "prefill": {"scaling": {"maxReplicas": 2, "wva": {"keda": {"idleReplicaCount": 1}}}}},
        "idleReplicaCount of prefill",
    ),
    (
        "llm-inference",
        {**SERVICE, "prefill": {"replicas": 1, "scaling": {"maxReplicas": 2, "wva": HPA}}},
        "no replicas beside it",
    ),
    (
        "llm-inference",
        {
            **SERVICE,
            "scaling": {"maxReplicas": 2, "wva": {"keda": {}}},
            "prefill": {"scaling": {"maxReplicas": 2, "wva": HPA}},
        },
        "must both use hpa, or both keda",
    ),
    (
        "llm-inference",
        {**SERVICE, "lora": {"adapters": [{"name": "a", "uri": "hf://b/c"}] * 2}},
        "have one name",
    ),
    (
        "llm-inference",
        {**SERVICE, "model_name": "a", "lora": {"adapters": [{"name": "a", "uri": "hf://b/c"}]}},
        "is called as the model",
    ),
    ("llm-inference", {**SERVICE, "router": {"ingress": {}, "route": {}}}, "leave these out"),
    ("llm-inference", {**SERVICE, "router": {"route": {"weight": 1}}}, "group and weight of router.route"),
    (
        "llm-inference",
        {**SERVICE, "router": {"gateway": {}, "route": {"http": {"refs": [{"name": "a"}]}}}},
        "nor with KServe's own gateway",
    ),
    (
        "llm-inference",
        {
            **SERVICE,
            "router": {
                "gateway": {"refs": [{"name": "a", "namespace": "b"}]},
                "route": {"http": {"spec": {"parentRefs": [{"name": "c"}]}}},
            },
        },
        "name different gateways",
    ),
    ("llm-inference", {**SERVICE, "roles": {"worker": {"cpu": 1}}}, "no effect without multi_node"),
    ("llm-inference", {**SERVICE, "roles": {"prefill": {"cpu": 1}}}, "no effect without prefill"),
    ("llm-inference", {**SERVICE, "roles": {"prefill_worker": {"cpu": 1}}}, "without prefill_multi_node"),
    (
        "llm-inference",
        {**SERVICE, "router": {"route": {}}, "roles": {"scheduler": {"cpu": 1}}},
        "without a scheduler in router",
    ),
    (
        "llm-inference",
        {**SERVICE, "extra_args": ["--a"], "env_vars": {"VLLM_ADDITIONAL_ARGS": "b"}},
        "extra_args sets VLLM_ADDITIONAL_ARGS",
    ),
    ("llm-inference", {**SERVICE, "hf_token": "a", "storage_secret": "b"}, "set one of them"),
    ("llm-inference", {**SERVICE, "hf_token": "a", "service_account": "b"}, "leave service_account out"),
    ("llm-config", {"model_name": "a"}, "set model_uri"),
)


@pytest.mark.parametrize(("prototype", "params", "message"), REFUSED)
def test_rule_refuses(prototype: str, params: Json, message: str, tmp_path: Path) -> None:
    with pytest.raises(ParamError) as raised:
        rendered(prototype, params, tmp_path)
    assert message in words(raised.value)


@pytest.mark.parametrize(
    ("prototype", "params", "name"),
    [
        ("vllm", MODEL, "3b"),
        ("vllm", {**GPUS, "num_nodes": 2}, "m" * 45),
        ("llm-inference", SERVICE, "3b"),
        ("llm-inference", {**SERVICE, "multi_node": True, "parallelism": {"pipeline": 2}}, "m" * 41),
    ],
)
def test_name_leaves_room_for_what_is_appended(
    prototype: str, params: Json, name: str, tmp_path: Path
) -> None:
    with pytest.raises(DlctlError, match="use a different --name"):
        rendered(prototype, params, tmp_path, name=name)


def servers(params: Json, app: Path) -> list[Json]:
    """The containers of a server: one, or those of the leader and of the workers."""
    (body,) = (
        each for each in rendered("vllm", params, app) if each["kind"] in ("Deployment", "LeaderWorkerSet")
    )
    spec = body["spec"]
    groups = spec.get("leaderWorkerTemplate", {})
    templates = [groups["leaderTemplate"], groups["workerTemplate"]] if groups else [spec["template"]]
    return [template["spec"]["containers"][0] for template in templates]


@pytest.mark.parametrize(
    ("params", "sizes"),
    [
        (MODEL, []),
        ({**MODEL, "num_gpus": 1}, []),
        (GPUS, ["tensor=8"]),
        ({**GPUS, "num_nodes": 2}, ["tensor=8", "pipeline=2"]),
        ({**GPUS, "num_nodes": 2, "tensor_parallel_size": 16}, ["tensor=16"]),
        ({**GPUS, "pipeline_parallel_size": 4}, ["tensor=2", "pipeline=4"]),
        ({**GPUS, "data_parallel_size": 2}, ["tensor=4", "data=2"]),
        ({**MODEL, "tensor_parallel_size": 2}, ["tensor=2"]),
    ],
)
def test_a_model_is_split_over_all_gpus_of_its_server(params: Json, sizes: list[str], tmp_path: Path) -> None:
    arguments = servers(params, tmp_path)[0]["args"]
    found = [
        each.removeprefix("--").replace("-parallel-size", "")
        for each in arguments
        if "-parallel-size" in each
    ]
    assert found == sizes


@pytest.mark.parametrize(
    ("params", "image"),
    [
        (MODEL, "vllm/vllm-openai-cpu:"),
        ({**MODEL, "num_gpus": 1}, "vllm/vllm-openai:"),
        ({**MODEL, "num_gpus": 1, "gpu_resource": "amd.com/gpu"}, "vllm/vllm-openai-rocm:"),
        ({**MODEL, "num_gpus": 1, "gpu_resource": "gpu.intel.com/i915"}, "vllm/vllm-openai-xpu:"),
    ],
)
def test_the_image_is_that_of_the_devices(params: Json, image: str, tmp_path: Path) -> None:
    assert servers(params, tmp_path)[0]["image"].startswith(image)


@pytest.mark.parametrize(
    ("model", "more", "first", "named"),
    [
        ("hf://Qwen/Qwen3-8B", {}, "Qwen/Qwen3-8B", None),
        ("gpt2", {}, "gpt2", None),
        ("s3://models/a", {}, "s3://models/a", "vllm"),
        ("pvc://claim", {}, "/mnt/model", "vllm"),
        ("pvc://claim/a/b", {}, "/mnt/model/a/b", "vllm"),
        ("oci://registry.example.com/a:1", {"model_folder": "m"}, "/mnt/model/m", "vllm"),
        ("/models/a", {"model_name": "b"}, "/models/a", "b"),
    ],
)
def test_model_may_be_anywhere_that_the_server_reads(
    model: str, more: Json, first: str, named: str | None, tmp_path: Path
) -> None:
    (container,) = servers({"model": model, **more}, tmp_path)
    assert container["args"][0] == first
    names = [each.partition("=")[2] for each in container["args"] if each.startswith("--served-model-name=")]
    assert names == ([named] if named else [])


@pytest.mark.parametrize(
    "model", ["", "a/b/c", "s3://bucket", "pvc://a/../b", "http://host/m", "oci://", None, "a b"]
)
def test_model_that_no_server_can_read_is_refused(model: str | None, tmp_path: Path) -> None:
    with pytest.raises(ParamError, match="model"):
        rendered("vllm", {"model": model}, tmp_path)


def test_further_machines_only_compute(tmp_path: Path) -> None:
    """They join the first one, have no port, and no probe that waits for one."""
    probes = {"readiness": {"httpGet": {"path": "/health", "port": "http"}}}
    leader, worker = servers({**GPUS, "num_nodes": 2, "probes": probes}, tmp_path)
    assert worker["args"] == [*leader["args"], "--headless"]
    assert {"--nnodes=2", "--node-rank=$(LWS_WORKER_INDEX)", "--master-addr=$(LWS_LEADER_ADDRESS)"} < set(
        leader["args"]
    )
    assert "ports" in leader
    assert not {"ports", "startupProbe", "readinessProbe", "livenessProbe"} & worker.keys()


def test_requests_reach_the_first_machine_of_each_server(tmp_path: Path) -> None:
    """The Service has another name than the set, for which LeaderWorkerSet makes a headless Service."""
    objects = {body["kind"]: body for body in rendered("vllm", {**GPUS, "num_nodes": 2}, tmp_path)}
    service, group = objects["Service"], objects["LeaderWorkerSet"]
    labels = group["spec"]["leaderWorkerTemplate"]["leaderTemplate"]["metadata"]["labels"]
    assert service["spec"]["selector"] == {**labels, "leaderworkerset.sigs.k8s.io/worker-index": "0"}
    assert service["metadata"]["name"] != group["metadata"]["name"]


def test_arguments_of_kserve_are_words_of_a_shell(tmp_path: Path) -> None:
    (service,) = rendered("llm-inference", {**SERVICE, "extra_args": ["--a=1", "--b={'c': 2}"]}, tmp_path)
    (variable,) = service["spec"]["template"]["containers"][0]["env"]
    assert variable == {"name": "VLLM_ADDITIONAL_ARGS", "value": """--a=1 '--b={'"'"'c'"'"': 2}'"""}


def test_what_is_not_stated_comes_from_kserve(tmp_path: Path) -> None:
    (service,) = rendered("llm-inference", SERVICE, tmp_path / "service")
    managed: Json = {"gateway": {}, "route": {}, "scheduler": {}}
    assert service["spec"] == {"model": {"uri": "hf://Qwen/Qwen3-8B"}, "router": managed}
    (bare,) = rendered("llm-inference", {**SERVICE, "router": {}}, tmp_path / "bare")
    assert "router" not in bare["spec"]
    (config,) = rendered("llm-config", {"roles": {"scheduler": {"cpu": 2}}}, tmp_path / "config")
    assert config["spec"].keys() == {"router"}
    assert config["spec"]["router"].keys() == {"scheduler"}
