"""What the shared groups refuse, shown on one prototype, and what paddle-job and others refuse beyond it."""

import re
from pathlib import Path
from typing import Any

import pytest

from dlctl.errors import DlctlError, ParamError
from tests.prototypes.examples import PROTOTYPES, render

IMAGE = {"image": "registry.example.com/train:1"}
OPERATOR = {**IMAGE, "api": "paddle-operator"}

REFUSED: tuple[tuple[str, dict[str, Any], str], ...] = (
    ("tf-job", {"num_gpus": 1, "gpu_model": "V100", "gpu_resource": "amd.com/gpu"}, "labels of NVIDIA GPUs"),
    ("tf-job", {"num_gpus": 1, "gpu_model": "V1000"}, "no node would match this gpu_model"),
    ("tf-job", {"rdma": True, "pod_security": "restricted"}, "does not allow IPC_LOCK"),
    ("tf-job", {"dataset": "nfs://filer/x", "pod_security": "restricted"}, "no NFS or hostPath volumes"),
    (
        "pod",
        {"ports": [{"containerPort": 80}, {"containerPort": 80, "protocol": "TCP", "name": "b"}]},
        "two ports have one containerPort and protocol",
    ),
    (
        "pod",
        {"ports": [{"containerPort": 80, "name": "a"}, {"containerPort": 81, "name": "a"}]},
        "two ports have one name",
    ),
    ("pod", {"extended_requests": {"a.b/c": 1}}, "must be equal to the limits"),
    ("pod", {"num_gpus": 2, "extended_requests": {"nvidia.com/gpu": 1}}, "must be equal to the limits"),
    (
        "notebook",
        {"volumes": {"w": {"claim": "c", "mountPath": "/home/jovyan"}}},
        "the volume home at home_path",
    ),
    ("pod", {"host_users": False, "host_pid": True}, "cannot share the namespaces"),
    ("pod", {"scheduling_gates": [{"name": "a/b"}], "node_name": "c"}, "are not scheduled"),
    (
        "service",
        {
            "ip_families": ["IPv4", "IPv6"],
            "ip_family_policy": "SingleStack",
            "service_ports": [{"port": 1}],
        },
        "two ip_families contradict",
    ),
    ("pod", {"probes": {"liveness": {"tcpSocket": {"port": 0}}}}, "only Knative takes port 0"),
    (
        "stateful-set",
        {"update_strategy": "OnDelete", "max_unavailable": 1},
        "of update_strategy RollingUpdate",
    ),
    ("secret", {"type": "kubernetes.io/dockercfg"}, "needs the key .dockercfg"),
    ("secret", {"type": "kubernetes.io/dockerconfigjson"}, "needs the key .dockerconfigjson"),
    ("endpoint-slice", {"kind": "Endpoints"}, "Endpoints have subsets"),
    ("endpoint-slice", {}, "an EndpointSlice has endpoints"),
    ("endpoint-slice", {"endpoints": [{"addresses": ["a.b"]}]}, "must be IPv4 addresses"),
    ("volume-snapshot", {}, "is of persistent_volume_claim_name or"),
    ("volume-snapshot", {"kind": "VolumeSnapshotClass"}, "needs driver and deletion_policy"),
    ("tf-job", {"gang": "volcano", "scheduler_name": "own"}, "leave scheduler_name out"),
    (
        "tf-job",
        {"security_context": {"privileged": True, "allowPrivilegeEscalation": False}},
        "cannot do without privilege escalation",
    ),
    (
        "mpi-job",
        {"command": ["a"], "container_name": "b", "sidecars": [{"name": "b", "image": "c"}]},
        "the names must differ",
    ),
    ("tf-job", {"nccl_debug": "INFO", "env_vars": {"NCCL_DEBUG": "WARN"}}, "an NCCL variable is set both"),
    ("tf-job", {"gang": "kueue"}, "LocalQueue"),
    ("tf-job", {"gang": "kueue", "queue": "q", "min_available": 1}, "as a whole"),
    ("tf-job", {"gang": "coscheduling", "queue": "q"}, "has no queues"),
    ("tf-job", {"gang": "volcano", "gang_timeout_seconds": 9}, "is for gang coscheduling only"),
    ("tf-job", {"min_available": 1}, "no effect without gang"),
    ("tf-job", {"gang": "volcano", "min_available": 2}, "no pod would ever start"),
    ("tf-cnn", {"gang": "volcano", "min_available": 3}, "no pod would ever start"),
    ("tf-job", {"topology_required": True}, "topology_key"),
    (
        "tf-job",
        {"dataset": "a", "results": "b", "results_path": "/data"},
        "dataset_path and results_path must be",
    ),
    ("tf-job", {"cpu": 2, "cpu_limit": "1500m"}, "cpu must not be larger"),
    ("tf-job", {"memory": "2Gi", "memory_limit": "2G"}, "memory must not be larger"),
    ("tf-job", {"shm_size": "3Gi", "memory_limit": "3G"}, "counts toward the pod's memory"),
    ("tf-job", {"memory": "16"}, "memory is less than a megabyte"),
    ("tf-job", {"memory_limit": "64Ki"}, "memory_limit is less than a megabyte"),
    ("tf-serving", {"edge": {"offline": True}, "image_pull_policy": "Always"}, "offline cannot pull"),
    ("paddle-job", {"min_workers": 2}, "not be smaller than min_workers"),
    ("paddle-job", {"num_workers": 3, "max_workers": 2}, "not be larger than max_workers"),
    ("paddle-job", {"num_ps": 1, "max_workers": 2}, "collective mode only"),
    ("train-job", {"roles": {"node": {"cpu": 2}}}, "unknown key 'cpu'"),
    ("train-job", {"roles": {"nodes": {"node_selector": {"a": "b"}}}}, "not in runtime_jobs"),
    ("training-runtime", {"roles": {"nodes": {"cpu": 2}}}, "replicated job that does not exist"),
    ("training-runtime", {"node_depends_on": {"cache": "Ready"}}, "replicated job that does not exist"),
    ("training-runtime", {"framework": "jax"}, "no default image"),
    ("volcano-job", {"roles": {"ps": {"cpu": 2}}}, "a task that does not exist"),
    ("volcano-job", {"tasks": [{"name": "a", "replicas": 1, "depends_on_any": True}]}, "needs depends_on"),
    ("pytorch-job", {"num_masters": 0}, "needs workers"),
    ("batch-job", {"headless_service": True}, "only pods of an Indexed job have names"),
    (
        "web-service",
        {"selector_labels": {"tier": "a"}, "pod_labels": {"tier": "b"}},
        "selected by this label",
    ),
    ("web-service", {"autoscaling_behavior": {"scaleUp": {"selectPolicy": "Disabled"}}}, "set max_replicas"),
    (
        "web-service",
        {"max_replicas": 3, "cpu": 1, "scale_down_seconds": 9, "autoscaling_behavior": {"scaleUp": {}}},
        "is a part of autoscaling_behavior",
    ),
    ("openfunction", {"lifecycle": {"preStop": {"sleep": {"seconds": 1}}}}, "does not know sleep"),
    ("volcano-job", {"suspend": True}, "cannot be made suspended"),
    ("web-service", {"max_surge": 0, "max_unavailable": "0%"}, "no pod could be replaced"),
    ("web-service", {"cluster_ip": "None", "service_type": "NodePort"}, "may be headless"),
    ("web-service", {"external_traffic_policy": "Local"}, "is for service_type NodePort"),
    ("vllm", {"model": "a/b", "num_nodes": 2, "num_gpus": 8, "max_surge": 1}, "one after the other"),
    ("dapr-service", {"runtime": "knative", "max_surge": 1}, "selects and replaces its pods itself"),
    ("dapr-service", {"runtime": "knative", "hostname": "a"}, "has none of these fields"),
    ("dapr-service", {"runtime": "deployment", "session_affinity": "ClientIP"}, "Service of plain_service"),
    ("dapr-service", {"app_label": "a", "selector_labels": {"app": "b"}}, "set one of them"),
    (
        "batch-job",
        {"schedule": "@daily", "pod_labels": {"app.kubernetes.io/instance": "a"}},
        "found by this label",
    ),
    ("notebook", {"api": "kubeflow", "service_type": "NodePort"}, "controller makes the Service"),
    ("batch-job", {"concurrency_policy": "Forbid"}, "set schedule too"),
    ("batch-job", {"dns_policy": "None"}, "set its nameservers"),
    ("batch-job", {"lifecycle": {"preStop": {"sleep": {"seconds": 31}}}}, "raise the latter"),
    ("batch-job", {"extended_resources": {"hugepages-2Mi": "4Mi"}}, "must also request cpu or memory"),
    ("batch-job", {"extended_resources": {"hugepages-2Mi": 4}}, "hugepages-2Mi"),
    (
        "batch-job",
        {"volumes": {"a": {"emptyDir": {}, "mounts": [{"mountPath": "/a"}, {"mountPath": "/a"}]}}},
        "one mountPath",
    ),
    (
        "train-job",
        {
            "runtime": "r",
            "volumes": {"a": {"emptyDir": {}, "mounts": [{"mountPath": "/a"}, {"mountPath": "/b"}]}},
        },
        "mounts each volume once",
    ),
    ("paddle-job", {**OPERATOR, "lifecycle": {"preStop": {"sleep": {"seconds": 1}}}}, "does not know sleep"),
    ("batch-job", {"volumes": {"a": {"emptyDir": {}, "subPath": "b"}}}, "write them in mounts"),
    (
        "batch-job",
        {
            "volumes": {
                "a": {"hostPath": {"path": "/a"}, "mountPath": "/a", "mountPropagation": "Bidirectional"}
            }
        },
        "only a privileged container",
    ),
    ("node-detector", {"volumes": {"sys": {"emptyDir": {}}}}, "are the program's own"),
    (
        "batch-job",
        {"host_network": True, "pod_security_context": {"sysctls": [{"name": "net.a", "value": "1"}]}},
        "are the node's with host_network",
    ),
    (
        "batch-job",
        {"host_ipc": True, "pod_security_context": {"sysctls": [{"name": "kernel.sem", "value": "1"}]}},
        "are the node's with host_ipc",
    ),
    (
        "knative-service",
        {"security_context": {"procMount": "Default"}},
        "Knative does not know appArmorProfile",
    ),
    ("node-detector", {"update_strategy": "OnDelete", "max_unavailable": 2}, "leave them out"),
    ("node-detector", {"max_surge": 1}, "one of max_unavailable"),
    ("node-detector", {"max_unavailable": 0}, "one of max_unavailable"),
    ("node-detector", {"pod_labels": {"app": "x"}}, "selected by this label"),
    ("node-feature-discovery", {"roles": {"worker": {"env_vars": {"NODE_NAME": "x"}}}}, "is set already"),
    ("batch-job", {"schedule": "@daily", "gang": "volcano"}, "would need a group of their own"),
    ("batch-job", {"schedule": "61 * * * *"}, "must be a schedule in Cron format"),
    ("batch-job", {"schedule": "@daily", "time_zone": "Berlin"}, "must be the name of a time zone"),
    ("batch-job", {"max_failed_indexes": 1}, "needs backoff_limit_per_index"),
    ("batch-job", {"backoff_limit_per_index": 1}, "is for Indexed jobs"),
    ("batch-job", {"num_gpus": 1, "extended_resources": {"nvidia.com/gpu": 1}}, "leave one of them out"),
    (
        "batch-job",
        {"rdma": True, "extended_resources": {"rdma/hca_shared_devices_a": 1}},
        "leave one of them out",
    ),
    ("batch-job", {"num_gpus": 33, "gpu_claim": "gpu.nvidia.com"}, "at most 32 devices"),
    (
        "batch-job",
        {"num_gpus": 1, "gpu_claim": "gpu.nvidia.com", "gpu_resource": "nvidia.com/mig-1g.5gb"},
        "leave gpu_resource out",
    ),
    ("batch-job", {"gpu_claim": {"template": "t", "memory": "1Gi"}}, "names the whole claim"),
    ("batch-job", {"resource_claims": {"a": {"claim": "a", "share_with": ["b"]}}}, "not in sidecars"),
    (
        "batch-job",
        {"num_gpus": 1, "gpu_claim": "gpu.nvidia.com", "resource_claims": {"gpu": {"claim": "a"}}},
        "use another name in resource_claims",
    ),
    ("dapr-service", {"resource_claims": {"a": {"claim": "a"}}}, "Knative refuses resource claims"),
    ("web-service", {"cluster_ip": "None", "service_type": "NodePort"}, "may be headless"),
    ("web-service", {"external_traffic_policy": "Local"}, "is for service_type NodePort"),
    ("tf-serving", {"load_balancer_class": "a/b"}, "are for service_type LoadBalancer"),
    ("leader-worker-set", {"service_name": "a"}, "needs the port of the leaders"),
    ("batch-job", {"gpu_claim": {"template": "t", "claim": "c"}}, "names the whole claim"),
    ("batch-job", {"gpu_claim": {"memory": "1Gi", "first_available": [{}]}}, "are in its choices"),
    ("batch-job", {"num_gpus": 1, "gpu_claim": {"share_with": ["a"]}}, "that is not in sidecars"),
    ("batch-job", {"gpu_claim": {"selectors": ["true"]}}, "a CEL expression about a device: comparisons"),
    ("batch-job", {"gpu_claim": "Not_A_Class"}, "must be a DNS subdomain"),
    (
        "paddle-serving",
        {"num_gpus": 1, "gpu_claim": "a", "runtime": "knative"},
        "Knative refuses resource claims",
    ),
    (
        "kserve-inference",
        {"num_gpus": 1, "gpu_claim": "a", "deployment_mode": "Knative"},
        "Knative refuses resource claims",
    ),
    (
        "training-runtime",
        {"num_gpus": 1, "gpu_claim": "a", "cluster_wide": True},
        "a ResourceClaimTemplate serves one namespace",
    ),
    ("batch-job", {"share_process_namespace": True, "host_pid": True}, "leave share_process_namespace out"),
    ("notebook", {"pod_labels": {"a": "b"}}, "no metadata for its pod"),
    ("notebook", {"home_claim": "a", "home": False}, "an existing claim"),
    ("paddle-job", {"num_heters": 1}, "but api is kubeflow"),
    ("paddle-job", {"container_name": "trainer"}, "a container named paddle"),
    ("paddle-job", {"gang": "volcano", "min_available": 2}, "no pod would ever start"),
    ("paddle-job", {"intranet": "Service"}, "but api is kubeflow"),
    ("paddle-job", {**OPERATOR, "backoff_limit": 2}, "but api is paddle-operator"),
    ("paddle-job", {**OPERATOR, "suspend": True}, "but api is paddle-operator"),
    ("paddle-job", {**OPERATOR, "master_port": 9999}, "but api is paddle-operator"),
    ("paddle-job", {**OPERATOR, "restart_policy": "ExitCode"}, "but api is paddle-operator"),
    ("paddle-job", {**OPERATOR, "max_workers": 2, "restart_policy": "Never"}, "always restarts"),
    ("paddle-job", {**OPERATOR, "gang": "kueue", "queue": "q"}, "Kueue does not support jobs"),
    (
        "paddle-job",
        {**OPERATOR, "rdma": True, "host_network": True, "intranet": "PodIP"},
        "set intranet to Host",
    ),
)
BASE: dict[str, dict[str, Any]] = {
    "tf-cnn": {},
    "train-job": {},
    "training-runtime": {},
    "notebook": {},
    "tf-serving": {"model_path": "/models/m"},
    "paddle-serving": {"image": "x:1", "command": ["a"]},
    "service": {},
    "secret": {},
    "endpoint-slice": {},
    "volume-snapshot": {},
    "kserve-inference": {"model_format": "onnx", "storage_uri": "s3://a/b"},
}
"""What a prototype needs beside the parameters in question; the others need an image."""


@pytest.mark.parametrize(("prototype", "params", "message"), REFUSED)
def test_rule_refuses(prototype: str, params: dict[str, Any], message: str, tmp_path: Path) -> None:
    with pytest.raises(ParamError) as raised:
        render(prototype, {**BASE.get(prototype, IMAGE), **params}, tmp_path)
    problems: tuple[DlctlError, ...] = raised.value.problems or (raised.value,)
    assert message in "\n".join(problem.message for problem in problems)


@pytest.mark.parametrize(
    "params",
    [
        {"queue": "research", "gpu_model": "V100", "rdma_resource": "rdma/hca", "rdma_network": "net"},
        {"cpu": "500m", "cpu_limit": 0.5},
        {"memory": "2G", "memory_limit": "2Gi"},
        {"memory": "1073741824", "memory_limit": "1Gi"},
    ],
)
def test_what_has_no_effect_alone_may_be_set_for_a_whole_environment(
    params: dict[str, Any], tmp_path: Path
) -> None:
    assert render("tf-job", {**IMAGE, **params}, tmp_path)


MODELS = re.findall(
    r"^(\w+):$", (PROTOTYPES / "_shared/fragments/gpu_models.yaml.j2").read_text(), flags=re.MULTILINE
)


@pytest.mark.parametrize("model", [*MODELS, *(model.lower() for model in MODELS[:3])])
def test_a_short_name_of_a_gpu_model_stands_for_the_labels_of_its_nodes(model: str, tmp_path: Path) -> None:
    (job,) = render("tf-job", {**IMAGE, "num_gpus": 1, "gpu_model": model}, tmp_path)
    pod = job.body["spec"]["tfReplicaSpecs"]["Chief"]["template"]["spec"]
    (term, *_) = pod["affinity"]["nodeAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"][
        "nodeSelectorTerms"
    ]
    products = term["matchExpressions"][0]["values"]
    assert products
    assert all(model.upper() in product and product != model for product in products)


@pytest.mark.parametrize(
    "source",
    ["imagenet", "pvc://imagenet", "pvc://imagenet/train/2012", "nfs://10.0.0.5/export", "hostpath:///mnt/x"],
)
def test_dataset_may_be_anywhere_that_a_pod_can_mount(source: str, tmp_path: Path) -> None:
    (job,) = render("tf-job", {**IMAGE, "dataset": source}, tmp_path)
    pod = job.body["spec"]["tfReplicaSpecs"]["Chief"]["template"]["spec"]
    assert pod["containers"][0]["volumeMounts"][0]["readOnly"] is True
    assert [volume["name"] for volume in pod["volumes"]] == ["dataset"]


@pytest.mark.parametrize(
    "source", ["Imagenet", "pvc://a/../b", "nfs://server", "hostpath://x", "gs://bucket/x", "/mnt/data", ""]
)
def test_dataset_that_no_pod_can_mount_is_refused(source: str, tmp_path: Path) -> None:
    with pytest.raises(ParamError, match="dataset"):
        render("tf-job", {**IMAGE, "dataset": source}, tmp_path)


@pytest.mark.parametrize(
    "toleration",
    [
        {"operator": "Equal", "value": "x"},
        {"key": "a", "operator": "Exists", "value": "x"},
        {"key": "a", "tolerationSeconds": 5},
    ],
)
def test_toleration_that_the_api_refuses_is_refused(toleration: dict[str, Any], tmp_path: Path) -> None:
    with pytest.raises(ParamError, match="tolerations"):
        render("tf-job", {**IMAGE, "tolerations": [toleration]}, tmp_path)


def test_kueue_alone_suspends_a_job(tmp_path: Path) -> None:
    (job,) = render("tf-job", {**IMAGE, "gang": "kueue", "queue": "a", "suspend": True}, tmp_path)
    assert "suspend" not in job.body["spec"]["runPolicy"]


@pytest.mark.parametrize("more", [{}, {"num_ps": 1, "intranet": "Service"}])
def test_gloo_that_the_paddle_operator_ignores_is_not_refused(more: dict[str, Any], tmp_path: Path) -> None:
    (job,) = render("paddle-job", {**OPERATOR, "with_gloo": 1, **more}, tmp_path)
    assert job.body["spec"]["withGloo"] == 1


@pytest.mark.parametrize(
    ("prototype", "params", "message"),
    [
        ("training-runtime", {}, ""),
        ("batch-job", IMAGE, ""),
        ("batch-job", {**IMAGE, "num_workers": 2}, "no dots"),
        ("tf-job", IMAGE, "not a valid name for an object"),
    ],
)
def test_names_have_dots_where_the_api_allows_it(
    prototype: str, params: dict[str, Any], message: str, tmp_path: Path
) -> None:
    if not message:
        assert render(prototype, params, tmp_path, name="llama3.2")[0].ref.name == "llama3.2"
        return
    with pytest.raises(DlctlError, match=message):
        render(prototype, params, tmp_path, name="llama3.2")


def test_a_claim_has_the_model_and_what_else_is_asked_for(tmp_path: Path) -> None:
    own = 'device.attributes["gpu.amd.com"].productName.startsWith("AMD")'
    asked = {"device_class": "big", "memory": "40Gi", "selectors": [own], "driver": "gpu.amd.com"}
    params = {**IMAGE, "num_gpus": 2, "gpu_model": "H200", "gpu_claim": asked}
    template, job = render("batch-job", params, tmp_path)
    (request,) = template.body["spec"]["spec"]["devices"]["requests"]
    found = [each["cel"]["expression"] for each in request["exactly"]["selectors"]]
    products = '["NVIDIA-H200", "NVIDIA-H200-NVL"]'
    assert found == [
        f'device.attributes["gpu.amd.com"].productName.replace(" ", "-") in {products}',
        'device.capacity["gpu.amd.com"].memory.compareTo(quantity("40Gi")) >= 0',
        own,
    ]
    assert (request["exactly"]["deviceClassName"], request["exactly"]["count"]) == ("big", 2)
    assert "affinity" not in job.body["spec"]["template"]["spec"], "the claim has the model"


def test_claims_of_others_and_sidecars_that_share_devices(tmp_path: Path) -> None:
    sidecars = [{"name": "exporter", "image": "x:1"}, {"name": "logs", "image": "x:1"}]
    params = {**IMAGE, "num_gpus": 1, "sidecars": sidecars}
    for index, (key, field) in enumerate(
        (("claim", "resourceClaimName"), ("template", "resourceClaimTemplateName"))
    ):
        asked = {key: "own", "share_with": ["exporter"]}
        (job,) = render("batch-job", {**params, "gpu_claim": asked}, tmp_path / str(index))
        pod = job.body["spec"]["template"]["spec"]
        assert pod["resourceClaims"] == [{"name": "gpu", field: "own"}]
        users = [each["name"] for each in pod["containers"] if "claims" in each.get("resources", {})]
        assert users == ["training", "exporter"]


def test_another_claim_is_another_template(tmp_path: Path) -> None:
    """The spec of a ResourceClaimTemplate cannot be changed, so that its name changes with it."""
    base = {**IMAGE, "num_gpus": 1, "gpu_claim": {"allocation_mode": "All"}}
    first, _ = render("batch-job", base, tmp_path / "first")
    same, _ = render("batch-job", {**base, "cpu": 1}, tmp_path / "same")
    other, _ = render("batch-job", {**base, "gpu_claim": {"memory": "1Gi"}}, tmp_path / "other")
    assert first.ref == same.ref
    assert first.ref != other.ref
    (request,) = first.body["spec"]["spec"]["devices"]["requests"]
    assert request["exactly"] == {"deviceClassName": "gpu.nvidia.com", "allocationMode": "All"}


def test_affinity_holds_beside_a_gpu_model(tmp_path: Path) -> None:
    """A node must fit one term of each: all pairs of them, because the terms of one list mean "or"."""
    own = [{"matchExpressions": [{"key": "zone", "operator": "In", "values": [zone]}]} for zone in "ab"]
    affinity = {
        "nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": own}},
        "podAntiAffinity": {
            "requiredDuringSchedulingIgnoredDuringExecution": [{"topologyKey": "kubernetes.io/hostname"}]
        },
    }
    params = {**IMAGE, "num_gpus": 1, "gpu_model": "V100", "affinity": affinity}
    (job,) = render("tf-job", params, tmp_path)
    found = job.body["spec"]["tfReplicaSpecs"]["Chief"]["template"]["spec"]["affinity"]
    terms = found["nodeAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"]["nodeSelectorTerms"]
    keys = [[each["key"] for each in term["matchExpressions"]] for term in terms]
    gpu = ["nvidia.com/gpu.product", "cloud.google.com/gke-accelerator"]
    assert keys == [[key, "zone"] for key in gpu for _ in own]
    assert found["podAntiAffinity"] == affinity["podAntiAffinity"]


def test_parameter_servers_get_no_rdma(tmp_path: Path) -> None:
    params = {**IMAGE, "num_workers": 1, "num_ps": 1, "rdma": True}
    (job,) = render("tf-job", params, tmp_path)
    limits = {
        role: replica["template"]["spec"]["containers"][0].get("resources", {}).get("limits", {})
        for role, replica in job.body["spec"]["tfReplicaSpecs"].items()
    }
    rdma = {"rdma/hca_shared_devices_a": 1}
    assert limits == {"Chief": rdma, "Worker": rdma, "PS": {}}
