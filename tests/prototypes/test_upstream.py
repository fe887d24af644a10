"""A real API server accepts every example, and would not if one field were misspelled."""

import copy
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.controlplane import ControlPlane
from tests.prototypes.conftest import CRD
from tests.prototypes.examples import EXAMPLES, Example, render, render_example
from tests.prototypes.upstream import Upstream, dry_run

pytestmark = pytest.mark.controlplane

FREE = frozenset(
    {
        "metadata",
        "data",
        "binaryData",
        "stringData",
        "labels",
        "matchLabels",
        "selector",
        "nodeSelector",
        "limits",
        "requests",
        "minResources",
    }
)
"""Below these keys any key may stand, so that a misspelled one is none."""
NAMED = "ReplicaSpecs"
"""Directly below fields that end so (tfReplicaSpecs, …) any key may stand, but not further down."""
_KNATIVE = frozenset({"affinity", "tolerations", "topologySpreadConstraints"})
_STEPS = frozenset({"env", "securityContext", "volumeMounts", "volumes"})
OPEN: Mapping[str, frozenset[str]] = {
    "Subscription": frozenset({"channel", "delivery", "ref"}),
    "Build": frozenset({"annotations", "env"}),
    "PrometheusRule": frozenset({"annotations"}),
    "BuildRun": frozenset({"annotations", "env", "paramValues", "tolerations", "volumes"}),
    "BuildStrategy": _STEPS,
    "ClusterBuildStrategy": _STEPS,
    "Experiment": frozenset({"primaryPodLabels", "trialSpec"}),
    "Sequence": frozenset({"delivery"}),
    "SinkBinding": frozenset({"extensions"}),
    "Parallel": frozenset({"branches"}),
    "Flow": frozenset({"parameters"}),
    "Broker": frozenset({"delivery"}),
    "ContainerSource": frozenset({"extensions", "template"}),
    "Channel": frozenset({"channelTemplate", "delivery"}),
    "InMemoryChannel": frozenset({"delivery"}),
    "ApiServerSource": frozenset({"spec"}),
    "AppWrapper": frozenset({"template", "annotations"}),
    "AlluxioRuntime": frozenset({"properties"}),
    "ClusterPolicy": frozenset({"additionalLabels", "annotations"}),
    "Dataset": frozenset({"options"}),
    "JindoRuntime": frozenset({"properties"}),
    "JuiceFSRuntime": frozenset({"options"}),
    "JobSink": frozenset({"job"}),
    "EnvoyFilter": frozenset({"value"}),
    "WasmPlugin": frozenset({"pluginConfig", "ports"}),
    "ServiceEntry": frozenset({"ports"}),
    "WorkloadEntry": frozenset({"ports"}),
    "LLMInferenceService": frozenset({"adapters", "inline"}),
    "LimitRange": frozenset({"default", "defaultRequest", "max", "min"}),
    "Gateway": frozenset({"annotations", "options"}),
    "Pod": frozenset({"volumeAttributes"}),
    "StorageClass": frozenset({"parameters"}),
    "VolumeSnapshotClass": frozenset({"parameters"}),
    "ServiceMonitor": frozenset({"params"}),
    "NicClusterPolicy": frozenset({"nodeAffinity"}),
    "PodDefault": frozenset(
        {
            "annotations",
            "env",
            "envFrom",
            "initContainers",
            "sidecars",
            "tolerations",
            "volumeMounts",
            "volumes",
        }
    ),
    "NodeFeatureRule": frozenset({"matchExpressions"}),
    "PersistentVolume": frozenset({"volumeAttributes"}),
    "PodGroup": frozenset({"minTaskMember"}),
    "ResourceClaim": frozenset({"parameters"}),
    "ResourceClaimTemplate": frozenset({"parameters"}),
    "ResourceQuota": frozenset({"hard"}),
    "ThinRuntime": frozenset({"options"}),
    "Configuration": _KNATIVE | {"configuration", "options", "regex"},
    "DestinationRule": frozenset({"to"}),
    "DeviceClass": frozenset({"parameters"}),
    "ElasticQuota": frozenset({"min", "max"}),
    "VirtualService": frozenset({"add", "set"}),
    "Pipeline": frozenset({"tasks", "finally"}),
    "PipelineRun": frozenset({"pipelineSpec", "securityContext", "podTemplate", "volumeClaimTemplate"}),
    "Profile": frozenset({"hard", "plugins", "spec"}),
    "Queue": frozenset({"capability", "capacity", "deserved", "resource"}),
    "RayCluster": frozenset({"rayStartParams", "headServiceAnnotations"}),
    "RayCronJob": frozenset({"clusterSelector", "rayStartParams", "headServiceAnnotations"}),
    "RayJob": frozenset({"clusterSelector", "rayStartParams", "headServiceAnnotations"}),
    "RayService": frozenset({"rayStartParams", "headServiceAnnotations"}),
    "ResourceFlavor": frozenset({"nodeLabels"}),
    "ScaledJob": frozenset({"template"}),
    "Service": _KNATIVE,
    "SriovNetworkNodePolicy": frozenset({"externalIDs", "options", "otherConfig"}),
    "Task": frozenset({"volumes", "default", "value"}),
    "TrainingJob": frozenset({"volumes", "VolumeMounts"}),
    "TaskRun": frozenset({"taskSpec"}),  # a Task: see eventing/test_embedded_specs
    "Trigger": frozenset({"spec"}),
    "TriggerAuthentication": frozenset({"tokenUrlParams"}),
}
"""Fields below which the schema takes any key (maps, x-kubernetes-preserve-unknown-fields), by kind."""
IDENTITIES = frozenset({"apiVersion", "kind", "metadata", "name", "mountPath", "containerPort", "port"})
"""Without these an object, or an item of a list, is refused for another reason."""


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_upstream_api_accepts_the_example(example: Example, upstream: Upstream, tmp_path: Path) -> None:
    objects = _objects(example, tmp_path)
    answer = dry_run(upstream.serving(objects), objects)
    assert answer.returncode == 0, answer.stderr


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_upstream_api_refuses_one_misspelled_field(
    example: Example, upstream: Upstream, tmp_path: Path
) -> None:
    objects = _objects(example, tmp_path)
    paths = ((index, *path) for index, body in enumerate(objects) for path in _declared_paths(body))
    path = max(paths, key=len, default=None)
    if path is None:  # a Namespace or an account, which may have metadata alone
        return
    misspelled = copy.deepcopy(objects)
    field = _misspell(misspelled, path)
    answer = dry_run(upstream.serving(objects), misspelled)
    assert answer.returncode != 0, f"accepted with {path} misspelled"
    assert field in answer.stderr


@pytest.mark.parametrize(
    "example", [each for each in EXAMPLES if each.prototype in ("tf-job", "tf-cnn")], ids=str
)
def test_the_tfjob_kind_of_core_accepts_the_example(
    example: Example, slim: ControlPlane, tmp_path: Path
) -> None:
    answer = dry_run(slim, [body for body in _objects(example, tmp_path) if body["kind"] != "PodGroup"])
    assert answer.returncode == 0, answer.stderr


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("Worker", "Wrkr", "a replica type is Chief, Master, Worker, PS or Evaluator"),
        ("PS", "Chief", None),
        ("replicas", "replica", "replica"),
        ("runPolicy", "runpolicy", "runpolicy"),
        ("cleanPodPolicy", "cleanpodPolicy", "cleanpodPolicy"),
    ],
)
def test_the_tfjob_kind_of_core_sees_what_matters(
    old: str, new: str, complaint: str | None, slim: ControlPlane, tmp_path: Path
) -> None:
    (job,) = (m.body for m in render("tf-cnn", {}, tmp_path) if m.ref.kind == "TFJob")
    answer = dry_run(slim, [_renamed(job, old, new)])
    assert (answer.returncode == 0) == (complaint is None)
    assert (complaint or "") in answer.stderr


def test_the_tfjob_kind_of_core_refuses_two_chiefs(slim: ControlPlane, tmp_path: Path) -> None:
    (job,) = (m.body for m in render("tf-cnn", {}, tmp_path) if m.ref.kind == "TFJob")
    answer = dry_run(slim, [_renamed(_renamed(job, "Worker", "Chief"), "PS", "Master")])
    assert "a job has a Chief or a Master, not both" in answer.stderr


def _objects(example: Example, app: Path) -> list[Any]:
    """An example's objects, without CRDs: the control plane has its own."""
    return [manifest.body for manifest in render_example(example, app) if manifest.ref.kind != CRD]


def _declared_paths(body: Any) -> Iterator[tuple[str | int, ...]]:
    """The way to every field of an object that its kind's schema declares."""
    anything = OPEN.get(body["kind"], frozenset())
    return (path for path in _field_paths(body) if anything.isdisjoint(path[:-1]))


def _field_paths(value: Any) -> Iterator[tuple[str | int, ...]]:
    """The way to every field whose name an API declares."""
    if isinstance(value, dict):
        for key, item in value.items():
            if key not in IDENTITIES:
                yield (key,)
            if key.endswith(NAMED):
                yield from ((key, name, *path) for name in item for path in _field_paths(item[name]))
            elif key not in FREE:
                yield from ((key, *path) for path in _field_paths(item))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from ((index, *path) for path in _field_paths(item))


def _misspell(value: Any, path: tuple[str | int, ...]) -> str:
    *parents, last = path
    for step in parents:
        value = value[step]
    assert isinstance(last, str)
    wrong = f"{last}X"
    value[wrong] = value.pop(last)
    return wrong


def _renamed(value: Any, old: str, new: str) -> Any:
    if isinstance(value, dict):
        return {new if key == old else key: _renamed(item, old, new) for key, item in value.items()}
    return [_renamed(item, old, new) for item in value] if isinstance(value, list) else value
