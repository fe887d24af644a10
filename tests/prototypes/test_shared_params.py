"""A parameter that prototypes share means the same in each of them, and does the same to their pods."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from dlctl.errors import ParamError
from dlctl.registry.prototypes.model import ParamSpec, Prototype
from dlctl.yamlio.load import load_file
from tests.prototypes.examples import ALL, EXAMPLES, PROTOTYPES, render

GROUPS = {
    file.stem: load_file(file).value for file in sorted((PROTOTYPES / "_shared" / "groups").glob("*.yaml"))
}
SHARED = {name: group for group, body in GROUPS.items() for name in body["params"]}
OWN_WORDS = frozenset(
    {*GROUPS["program"]["params"], "restart_policy", "schedule", "subdomain", "managed_by", "min_available"}
    | {"scheduling_gates"}
    | {"selector_labels", "update_strategy", "max_surge", "max_unavailable"}
    | {"memory", "probes", "container_name", "request_timeout_seconds", "pod_template_name", "metrics"}
)
"""These a prototype may declare itself, with a default or choices of its own, but not with another type."""

WORDS_OF_APIS = frozenset({"components", "metrics", "from", "to", "tls"})
"""Several APIs have these for things of their own; a prototype of one API has the words of its API."""

GROUPED_BY_KUBERAY = frozenset({"ray-cluster", "ray-job", "ray-service"})
"""With Volcano, KubeRay makes the group by labels, and annotates its pods."""

PODS_OF_ANOTHER = frozenset({"train-job", "training-runtime", "leader-worker-set"})
"""What starts together here is of the controller alone: Trainer makes a gang of the two, and that of
LeaderWorkerSet one of each group (training/test_gangs_and_queues)."""

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Pod:
    """A pod template among the objects: its metadata, its spec, and the container of the program."""

    metadata: Json
    spec: Json

    @property
    def container(self) -> Json:
        return dict(self.spec["containers"][0])

    @property
    def limits(self) -> Json:
        """Devices by number, also where an API's objects state every amount as a text."""
        return _counts(self.container.get("resources", {}).get("limits", {}))

    @property
    def security(self) -> Json:
        """What the container is to be: by itself (Knative), else as its pod says."""
        return {**self.spec.get("securityContext", {}), **self.container.get("securityContext", {})}

    def mount(self, path: str) -> Json:
        """The volume that is mounted at the path, with how it is mounted; empty where there is none."""
        mounts = [m for m in self.container.get("volumeMounts", ()) if m["mountPath"] == path]
        volumes = [v for v in self.spec.get("volumes", ()) for m in mounts if v["name"] == m["name"]]
        return {**volumes[0], **mounts[0]} if volumes else {}

    def variable(self, name: str) -> Any:
        found = [entry for entry in self.container.get("env", ()) if entry["name"] == name]
        return found[0].get("value") if found else None


@dataclass(frozen=True, slots=True)
class Effect:
    """What some parameters do: to `every` pod, or to those of some role (a launcher computes nothing)."""

    params: Json
    holds: Callable[[Pod], object]
    every: bool = True


V100 = "Tesla-V100-SXM2-32GB"
EFFECTS: dict[str, Effect] = {
    "num_gpus": Effect({"num_gpus": 2}, lambda pod: pod.limits.get("nvidia.com/gpu") == 2, every=False),
    "gpu_model": Effect(
        {"num_gpus": 1, "gpu_model": "V100"}, lambda pod: V100 in str(pod.spec.get("affinity")), every=False
    ),
    "gpu_claim": Effect(
        {"num_gpus": 2, "gpu_claim": "gpu.nvidia.com"},
        lambda pod: (
            {"name": "gpu"} in pod.container["resources"]["claims"]
            and pod.spec["resourceClaims"][0]["resourceClaimTemplateName"]
            and "nvidia.com/gpu" not in pod.limits
        ),
        every=False,
    ),
    "resource_claims": Effect(
        {
            "resource_claims": {
                "codec": {"template": "codec"},
                "nic": {"claim": "nic", "main": False, "share_with": ["proxy"]},
            },
            "sidecars": [{"name": "proxy", "image": "proxy:1"}],
        },
        lambda pod: (
            pod.container["resources"]["claims"] == [{"name": "codec"}]
            and [
                each["resources"]["claims"] for each in pod.spec["containers"] if each.get("name") == "proxy"
            ]
            == [[{"name": "nic"}]]
            and pod.spec["resourceClaims"]
            == [
                {"name": "codec", "resourceClaimTemplateName": "codec"},
                {"name": "nic", "resourceClaimName": "nic"},
            ]
        ),
    ),
    "rdma": Effect(
        {"rdma": True},
        lambda pod: (
            pod.limits.get("rdma/hca_shared_devices_a") == 1
            and pod.container["securityContext"]["capabilities"]["add"] == ["IPC_LOCK"]
            and pod.mount("/dev/shm").get("emptyDir") == {"medium": "Memory"}
        ),
        every=False,
    ),
    "host_network": Effect(
        {"rdma": True, "host_network": True},
        lambda pod: pod.spec.get("hostNetwork") and pod.spec["dnsPolicy"] == "ClusterFirstWithHostNet",
        every=False,
    ),
    "nccl_debug": Effect(
        {"num_gpus": 1, "nccl_debug": "INFO"}, lambda pod: pod.variable("NCCL_DEBUG") == "INFO", every=False
    ),
    "gang volcano": Effect({"gang": "volcano"}, lambda pod: pod.spec["schedulerName"] == "volcano"),
    "gang kube-batch": Effect({"gang": "kube-batch"}, lambda pod: pod.spec["schedulerName"] == "kube-batch"),
    "gang coscheduling": Effect(
        {"gang": "coscheduling"},
        lambda pod: (
            pod.spec["schedulerName"] == "scheduler-plugins-scheduler"
            and pod.metadata["labels"]["scheduling.x-k8s.io/pod-group"]
        ),
    ),
    "gang kueue": Effect({"gang": "kueue", "queue": "research"}, lambda pod: "schedulerName" not in pod.spec),
    "priority_class": Effect({"priority_class": "high"}, lambda pod: pod.spec["priorityClassName"] == "high"),
    "topology_key": Effect(
        {"topology_key": "example.com/rack"},
        lambda pod: "example.com/rack" in str(pod.spec["affinity"]["podAffinity"]),
    ),
    "dataset": Effect(
        {"dataset": "pvc://imagenet/train"},
        lambda pod: (
            pod.mount("/data").get("persistentVolumeClaim") == {"claimName": "imagenet", "readOnly": True}
            and pod.mount("/data")["subPath"] == "train"
            and pod.mount("/data")["readOnly"]
        ),
    ),
    "results": Effect(
        {"results": "checkpoints"},
        lambda pod: (
            pod.mount("/results").get("persistentVolumeClaim") == {"claimName": "checkpoints"}
            and "readOnly" not in pod.mount("/results")
        ),
    ),
    "shm_size": Effect(
        {"shm_size": "2Gi"},
        lambda pod: pod.mount("/dev/shm").get("emptyDir") == {"medium": "Memory", "sizeLimit": "2Gi"},
        every=False,
    ),
    "cpu": Effect({"cpu": 1}, lambda pod: pod.container["resources"]["requests"]["cpu"] == "1", every=False),
    "memory_limit": Effect({"memory_limit": "8Gi"}, lambda pod: pod.limits["memory"] == "8Gi", every=False),
    "env_vars": Effect({"env_vars": {"SEED": "7"}}, lambda pod: pod.variable("SEED") == "7"),
    "env_secrets": Effect(
        {"env_secrets": ["keys"]},
        lambda pod: {"secretRef": {"name": "keys"}} in pod.container["envFrom"],
    ),
    "image_pull_policy": Effect(
        {"image_pull_policy": "Always"}, lambda pod: pod.container["imagePullPolicy"] == "Always"
    ),
    "image_pull_secrets": Effect(
        {"image_pull_secrets": ["registry"]},
        lambda pod: pod.spec["imagePullSecrets"] == [{"name": "registry"}],
    ),
    "node_selector": Effect(
        {"node_selector": {"pool": "a"}}, lambda pod: pod.spec["nodeSelector"]["pool"] == "a"
    ),
    "tolerations": Effect(
        {"tolerations": [{"key": "dedicated", "operator": "Exists"}]},
        lambda pod: {"key": "dedicated", "operator": "Exists"} in pod.spec["tolerations"],
    ),
    "run_as_user": Effect(
        {"run_as_user": 1234},
        lambda pod: pod.security.get("runAsUser") == 1234 and pod.security.get("runAsNonRoot"),
    ),
    "pod_security": Effect(
        {"pod_security": "restricted"},
        lambda pod: pod.container["securityContext"]["capabilities"]["drop"] == ["ALL"],
    ),
    "service_account": Effect({"service_account": "me"}, lambda pod: pod.spec["serviceAccountName"] == "me"),
    "spread_key": Effect(
        {"spread_key": "example.com/rack"},
        lambda pod: pod.spec["topologySpreadConstraints"][0]["topologyKey"] == "example.com/rack",
    ),
    "pod_labels": Effect(
        {"pod_labels": {"team": "vision"}}, lambda pod: pod.metadata["labels"]["team"] == "vision"
    ),
    "pod_annotations": Effect(
        {"pod_annotations": {"example.com/a": "b"}},
        lambda pod: pod.metadata["annotations"]["example.com/a"] == "b",
    ),
    "ephemeral_storage": Effect(
        {"ephemeral_storage": "9Gi"},
        lambda pod: pod.container["resources"]["requests"]["ephemeral-storage"] == "9Gi",
        every=False,
    ),
    "env_from": Effect(
        {"env_from": [{"configMapRef": {"name": "settings"}}]},
        lambda pod: {"configMapRef": {"name": "settings"}} in pod.container["envFrom"],
    ),
    "volumes": Effect(
        {
            "volumes": {
                "cache": {"emptyDir": {"sizeLimit": "1Gi"}, "mountPath": "/cache"},
                "shared": {"claim": "models", "mountPath": "/models", "subPath": "a", "readOnly": True},
            }
        },
        lambda pod: (
            pod.mount("/cache").get("emptyDir") == {"sizeLimit": "1Gi"}
            and pod.mount("/models").get("persistentVolumeClaim") == {"claimName": "models"}
            and (pod.mount("/models")["subPath"], pod.mount("/models")["readOnly"]) == ("a", True)
        ),
    ),
    "sidecars": Effect(
        {"sidecars": [{"name": "log-shipper", "image": "fluent/fluent-bit:3.2"}]},
        lambda pod: "log-shipper" in [each["name"] for each in pod.spec["containers"][1:]],
    ),
    "init_containers": Effect(
        {"init_containers": [{"name": "fetch", "image": "busybox:1.37", "restartPolicy": "Always"}]},
        lambda pod: pod.spec["initContainers"][-1]["restartPolicy"] == "Always",
    ),
    "probes": Effect(
        {"probes": {"liveness": {"exec": {"command": ["true"]}, "periodSeconds": 60}}},
        lambda pod: pod.container["livenessProbe"] == {"exec": {"command": ["true"]}, "periodSeconds": 60},
    ),
    "pod_security none": Effect(
        {"pod_security": "none"},
        lambda pod: "seccompProfile" not in pod.security and "allowPrivilegeEscalation" not in pod.security,
    ),
    "host_network alone": Effect({"host_network": True}, lambda pod: pod.spec["hostNetwork"]),
    "affinity": Effect(
        {"affinity": {"podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": []}}},
        lambda pod: "podAntiAffinity" in pod.spec["affinity"],
    ),
    "security_context": Effect(
        {"security_context": {"runAsUser": 0, "privileged": True, "capabilities": {"add": ["SYS_PTRACE"]}}},
        lambda pod: (
            pod.container["securityContext"]["privileged"]
            and "SYS_PTRACE" in pod.container["securityContext"]["capabilities"]["add"]
            and "allowPrivilegeEscalation" not in pod.container["securityContext"]
        ),
    ),
    "extended_resources": Effect(
        {"extended_resources": {"example.com/codec": 2}},
        lambda pod: pod.limits["example.com/codec"] == 2 and "tolerations" not in pod.spec,
        every=False,
    ),
    "pod_security_context": Effect(
        {"pod_security_context": {"fsGroup": 9, "seccompProfile": {"type": "Unconfined"}}},
        lambda pod: pod.security["fsGroup"] == 9 and pod.security["seccompProfile"]["type"] == "Unconfined",
    ),
    "pod_options": Effect(
        {"termination_grace_period_seconds": 600, "scheduler_name": "own", "host_ipc": True},
        lambda pod: (
            (pod.spec["terminationGracePeriodSeconds"], pod.spec["schedulerName"], pod.spec["hostIPC"])
            == (600, "own", True)
        ),
    ),
    "edge": Effect(
        {"edge": {"pool": "north"}},
        lambda pod: pod.spec["nodeSelector"]["apps.openyurt.io/nodepool"] == "north",
    ),
}


@pytest.mark.parametrize("prototype", ALL, ids=lambda prototype: prototype.name)
def test_shared_name_is_declared_by_the_shared_group_alone(prototype: Prototype) -> None:
    own = {
        name
        for name, spec in prototype.params.items()
        if name in SHARED and spec.group != SHARED[name] and name not in OWN_WORDS
    }
    assert not own, f"take them from the groups {sorted({SHARED[name] for name in own})}"


def test_one_name_has_one_type_everywhere() -> None:
    declared: dict[str, dict[tuple[str, ...], list[str]]] = {}
    for prototype in ALL:
        for name, spec in prototype.params.items():
            declared.setdefault(name, {}).setdefault(_types(spec), []).append(prototype.name)
    several = {name: types for name, types in declared.items() if len(types) > 1}
    assert not {name: types for name, types in several.items() if name not in WORDS_OF_APIS}


def test_checks_of_groups_name_parameters_that_groups_declare() -> None:
    named = {name for body in GROUPS.values() for rule in body.get("rules", ()) for name in rule["params"]}
    assert named <= set(SHARED)


def _cases() -> Iterator[Any]:
    for prototype in ALL:
        for name, effect in EFFECTS.items():
            if name.startswith("gang") and prototype.name in PODS_OF_ANOTHER:
                continue
            if all(_shared(prototype, param) for param in effect.params):
                yield pytest.param(prototype, effect, id=f"{prototype.name}-{name}")


def _shared(prototype: Prototype, name: str) -> bool:
    return name in prototype.params and prototype.params[name].group == SHARED[name]


@pytest.mark.parametrize(("prototype", "effect"), tuple(_cases()))
def test_shared_parameter_does_the_same(prototype: Prototype, effect: Effect, tmp_path: Path) -> None:
    bodies = _rendered(prototype, effect.params, tmp_path)
    pods = list(_pods(bodies))
    if not pods:  # an API that has the fields of a pod in places of its own, such as Tekton's
        assert bodies != _rendered(prototype, {}, tmp_path / "plain")
        return
    effective = [_safely(effect.holds, pod) for pod in pods]
    assert all(effective) if effect.every else any(effective), pods


SERVICE: Json = {
    "service_name": "front",
    "service_labels": {"team": "vision"},
    "service_annotations": {"example.com/lb": "internal"},
    "service_type": "LoadBalancer",
    "session_affinity": "ClientIP",
    "external_traffic_policy": "Local",
    "internal_traffic_policy": "Local",
    "load_balancer_class": "example.com/lb",
    "load_balancer_source_ranges": ["10.0.0.0/8"],
}
SERVED = [each for each in ALL if "service_name" in each.params]


@pytest.mark.parametrize("prototype", SERVED, ids=lambda prototype: prototype.name)
def test_a_service_has_the_same_fields_everywhere(prototype: Prototype, tmp_path: Path) -> None:
    port = {"port": 9000} if prototype.name == "leader-worker-set" else {}
    named, headless = (
        next(
            each for each in _rendered(prototype, params | port, tmp_path / name) if each["kind"] == "Service"
        )
        for name, params in (("named", SERVICE), ("headless", {"cluster_ip": "None"}))
    )
    assert named["metadata"]["name"] == "front"
    assert named["metadata"]["labels"]["team"] == "vision"
    assert named["metadata"]["annotations"] == {"example.com/lb": "internal"}
    assert {key: value for key, value in named["spec"].items() if key not in ("ports", "selector")} == {
        "type": "LoadBalancer",
        "sessionAffinity": "ClientIP",
        "externalTrafficPolicy": "Local",
        "internalTrafficPolicy": "Local",
        "loadBalancerClass": "example.com/lb",
        "loadBalancerSourceRanges": ["10.0.0.0/8"],
    }
    assert (headless["spec"]["clusterIP"], headless["spec"]["type"]) == ("None", "ClusterIP")
    assert headless["metadata"]["name"] != "front"


@pytest.mark.parametrize("prototype", [each for each in ALL if each.roles], ids=lambda each: each.name)
def test_a_role_has_its_own_values(prototype: Prototype, tmp_path: Path) -> None:
    """What a parameter does to all pods it does to those of one role alone where `roles` has it."""
    for name in ("cpu", "env_vars", "node_selector", "volumes", "sidecars", "pod_annotations"):
        effect = EFFECTS[name]
        if not all(each in prototype.params and prototype.params[each].per_role for each in effect.params):
            continue
        shown: set[str] = set()
        for role in _role_names(prototype):
            roles = {"roles": {role: effect.params}}
            bodies = _rendered(prototype, roles, tmp_path / name / role)
            pods = [*_pods(bodies), *_further_machines(bodies)]
            if not pods:  # an operator makes them of fields of its own, such as Fluid's
                assert bodies != _rendered(prototype, {}, tmp_path / name / role / "plain")
                shown.add(role)
                continue
            having = [pod for pod in pods if _safely(effect.holds, pod)]
            assert having or len(pods) < len(prototype.roles), (name, role)
            assert len(having) < len(pods) or len(pods) == 1, (name, role)
            shown |= {role} if having else set()
        assert shown, name


def _own_images(prototype: Prototype) -> Iterator[str]:
    """The names of its roles whose program need not be stated."""
    own = {name: role.own for name, role in prototype.roles.items()}
    yield from (name for name in _role_names(prototype) if "image" not in own.get(name, ()))


def _role_names(prototype: Prototype) -> Iterator[str]:
    """The names of its roles; where any may be one, that of the one that is always there."""
    always = {"trainer": "node", "lws": "prefill"}.get(prototype.package, "worker")
    yield from (always if name == "*" else name for name in prototype.roles)


@pytest.mark.parametrize(
    "prototype", [each for each in ALL if _shared(each, "gpu_claim")], ids=lambda each: each.name
)
def test_claims_of_devices_are_those_that_are_made(prototype: Prototype, tmp_path: Path) -> None:
    """Each template that pods name is made, for a role with a claim of its own, too, and no other."""
    shared: Json = {"num_gpus": 2, "gpu_claim": {"memory": "40Gi", "match_attribute": "example.com/root"}}
    own = {
        "roles": {role: {"num_gpus": 3, "gpu_claim": "own.example.com"} for role in _own_images(prototype)}
    }
    for index, params in enumerate((shared, own) if prototype.roles else (shared,)):
        bodies = _rendered(prototype, params, tmp_path / str(index))
        claims = [each for pod in _pods(bodies) for each in pod.spec.get("resourceClaims", ())]
        made = [body for body in bodies if body["kind"] == "ResourceClaimTemplate"]
        assert {each["resourceClaimTemplateName"] for each in claims} == {
            body["metadata"]["name"] for body in made
        }
        (request,) = {str(body["spec"]["spec"]["devices"]["requests"][0]["exactly"]) for body in made}
        assert ("'count': 2" if params is shared else "own.example.com") in request


@pytest.mark.parametrize("gang", ["volcano", "kube-batch", "coscheduling", "kueue"])
@pytest.mark.parametrize(
    "prototype",
    [each for each in ALL if _shared(each, "gang") and each.name not in PODS_OF_ANOTHER],
    ids=lambda each: each.name,
)
def test_gang_has_its_group(prototype: Prototype, gang: str, tmp_path: Path) -> None:
    queue = {"queue": "research"} if gang == "kueue" else {}
    bodies = _rendered(prototype, {"gang": gang, **queue}, tmp_path)
    names = {body["metadata"]["name"] for body in bodies if body["kind"] == "PodGroup"}
    policies = [policy for body in bodies for policy in _values(body, "schedulingPolicy")]
    labels = [body["metadata"]["labels"].get("kueue.x-k8s.io/queue-name") for body in bodies]
    by_label = gang == "volcano" and prototype.name in GROUPED_BY_KUBERAY
    if gang == "kueue":
        assert (names, policies) == (set(), [])
        assert "research" in labels
    elif by_label:
        assert (names, policies) == (set(), [])
        assert [body["metadata"]["labels"]["ray.io/scheduler-name"] for body in bodies] == ["volcano"]
    else:
        assert len(names) + len(policies) == 1, (
            "either the component makes the group, or the job's operator does"
        )
        assert names <= {prototype.name}
        (members,) = policies or [body["spec"] for body in bodies if body["kind"] == "PodGroup"]
        assert members.get("minAvailable", members.get("minMember")) >= 1
    for pod in _pods(bodies):
        group = pod.metadata.get("annotations", {}).get("scheduling.k8s.io/group-name")
        annotated = gang in ("volcano", "kube-batch") and not by_label
        assert group == (prototype.name if annotated else None)


def _rendered(prototype: Prototype, params: Json, folder: Path) -> list[Json]:
    """The objects of the smallest example that goes together with these parameters, which come on top."""
    examples = [example for example in EXAMPLES if example.prototype == prototype.name]
    refused = None
    for example in sorted(examples, key=lambda example: (example.params.stat().st_size, str(example))):
        values = {**(load_file(example.params).value or {}), **params}
        try:
            return [dict(m.body) for m in render(prototype.name, values, folder / example.folder.name)]
        except ParamError as error:
            refused = error
    raise refused or AssertionError("no example")


def _pods(value: Any, metadata: Json | None = None) -> Iterator[Pod]:
    """Every pod template, wherever its API keeps it."""
    if isinstance(value, dict):
        if value.get("kind") == "TrainJob":
            yield _node(value["spec"])
            return
        if value.get("kind") == "InferenceService":
            yield from (_part(part) for part in value["spec"].values())
            return
        if value.get("kind") in ("LLMInferenceService", "LLMInferenceServiceConfig"):
            yield from _llm_parts(value["spec"])
            return
        if value.get("kind") in ("ServingRuntime", "ClusterServingRuntime"):
            yield _part(value["spec"])
            return
        if isinstance(value.get("containers"), list):
            yield Pod(metadata or {}, value)
            return
        for key, item in value.items():
            yield from _pods(item, value.get("metadata") if key == "spec" else metadata)
    elif isinstance(value, list):
        for item in value:
            yield from _pods(item, metadata)


def _further_machines(bodies: Iterable[Json]) -> Iterator[Pod]:
    """Those of a server on several machines, which have no value but their own."""
    runtimes = (body for body in bodies if body["kind"] in ("ServingRuntime", "ClusterServingRuntime"))
    yield from (_part(body["spec"]["workerSpec"]) for body in runtimes if "workerSpec" in body["spec"])


def _node(spec: Json) -> Pod:
    """The pod of a TrainJob's node: the runtime's patch, with the trainer's resources and environment."""
    trainer = spec["trainer"]
    resources = {part: _counts(amounts) for part, amounts in trainer.get("resourcesPerNode", {}).items()}
    own = {"resources": resources, "env": trainer.get("env", [])}
    jobs = [job for patches in _values(spec, "replicatedJobs") for job in patches]
    template = jobs[0]["template"]["spec"]["template"] if jobs else {}
    pod = template.get("spec", {})
    return Pod(
        template.get("metadata", {}),
        {**pod, "containers": [{**own, **container} for container in pod.get("containers", [{}])]},
    )


def _llm_parts(spec: Json) -> Iterator[Pod]:
    """The pods of an LLM service, whose labels are beside the specs of servers and further machines."""
    for part in (spec, spec.get("prefill", {}), spec.get("router", {}).get("scheduler", {})):
        metadata: Json = {field: part[field] for field in ("labels", "annotations") if field in part}
        yield from (Pod(metadata, part[field]) for field in ("template", "worker") if part.get(field))


def _part(part: Json) -> Pod:
    """The pod of a predictor, transformer or explainer, whose main container may be a field of its own."""
    main = [part[field] for field in ("model", "art") if field in part]
    metadata: Json = {field: part[field] for field in ("labels", "annotations") if field in part}
    return Pod(dict(metadata), {**part, "containers": [*main, *part.get("containers", ())]})


def _counts(amounts: Json) -> Json:
    """A TrainJob's devices as the numbers that they are elsewhere: it states every amount as a text."""
    return {name: int(amount) if "/" in name else amount for name, amount in amounts.items()}


def _values(value: Any, key: str) -> Iterator[Any]:
    if isinstance(value, dict):
        if key in value:
            yield value[key]
        for item in value.values():
            yield from _values(item, key)
    elif isinstance(value, list):
        for item in value:
            yield from _values(item, key)


def _safely(holds: Callable[[Pod], object], pod: Pod) -> bool:
    try:
        return bool(holds(pod))
    except KeyError:
        return False


def _types(spec: ParamSpec) -> tuple[str, ...]:
    return tuple(sorted(spec.types))
