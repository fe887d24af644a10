"""Any JSON at any place of an object that makes pods: an error with a place, or a verdict, never a crash."""

import json
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from dlctl.cluster.protocol import Identity, Resource
from dlctl.errors import Location, RenderError
from dlctl.manifest import JsonObject, Manifest, ref_of
from dlctl.plan.model import Action, Plan, Scope, Step
from dlctl.redact import Redactor
from dlctl.workflow.fit.kinds import with_unserved_kinds
from dlctl.workflow.fit.node_check import ToCheck, check_cluster
from dlctl.workflow.fit.object_shapes import require_valid_pods
from dlctl.workflow.fit.planned import planned_fit
from dlctl.workflow.manifest_file import read_objects
from dlctl.workflow.needs.collect import needs_of
from tests.fakes.cluster.cluster import MemoryCluster
from tests.nodes.fit.objects import GPU, node

pytestmark = pytest.mark.slow

Body = dict[str, Any]
Place = tuple[str | int, ...]

TERM: Body = {"matchExpressions": [{"key": "a", "operator": "In", "values": ["b"]}]}
LABELS: Body = {"matchLabels": {"a": "b"}, **TERM}
POD_TERM: Body = {
    "labelSelector": LABELS,
    "namespaceSelector": LABELS,
    "namespaces": ["ml"],
    "topologyKey": "kubernetes.io/hostname",
    "matchLabelKeys": ["a"],
    "mismatchLabelKeys": ["c"],
}
REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
CONTAINER: Body = {
    "name": "main",
    "image": "x",
    "resources": {"limits": {GPU: 1, "cpu": "500m"}, "requests": {"memory": "1Gi"}},
    "ports": [{"hostPort": 80, "containerPort": 80, "protocol": "TCP", "hostIP": "10.0.0.1"}],
    "restartPolicy": "Always",
    "securityContext": {"runAsUser": 0},
}
SPEC: Body = {
    "containers": [CONTAINER],
    "initContainers": [CONTAINER],
    "resources": {"limits": {"cpu": 1}, "requests": {"cpu": 1}},
    "overhead": {"cpu": "1m"},
    "nodeSelector": {"pool": "a"},
    "affinity": {
        "nodeAffinity": {
            REQUIRED: {"nodeSelectorTerms": [{**TERM, "matchFields": TERM["matchExpressions"]}]}
        },
        "podAffinity": {REQUIRED: [POD_TERM]},
        "podAntiAffinity": {REQUIRED: [POD_TERM]},
    },
    "tolerations": [{"key": "a", "operator": "Equal", "value": "b", "effect": "NoSchedule"}],
    "topologySpreadConstraints": [
        {
            "maxSkew": 1,
            "minDomains": 1,
            "topologyKey": "kubernetes.io/hostname",
            "whenUnsatisfiable": "DoNotSchedule",
            "labelSelector": LABELS,
            "matchLabelKeys": ["a"],
            "nodeAffinityPolicy": "Honor",
            "nodeTaintsPolicy": "Ignore",
        }
    ],
    "volumes": [
        {"name": "v", "persistentVolumeClaim": {"claimName": "c"}},
        {"name": "e", "ephemeral": {"volumeClaimTemplate": {}}},
    ],
    "schedulingGates": [{"name": "g"}],
    "nodeName": "n1",
    "schedulerName": "volcano",
    "priorityClassName": "high",
    "priority": 5,
    "preemptionPolicy": "Never",
    "runtimeClassName": "nvidia",
    "hostNetwork": True,
    "activeDeadlineSeconds": 5,
}
TEMPLATE: Body = {
    "metadata": {"labels": {"a": "b"}, "annotations": {"scheduling.volcano.sh/group-name": "g"}},
    "spec": SPEC,
}
POLICY: Body = {"runPolicy": {"schedulingPolicy": {"queue": "q", "minAvailable": 1}}}
PATCH: Body = {"replicatedJobs": [{"name": "node", "template": {"spec": {"template": {"spec": SPEC}}}}]}
OBJECTS: dict[str, tuple[str, Body]] = {
    "Pod": ("v1", SPEC),
    "Deployment": ("apps/v1", {"replicas": 2, "template": TEMPLATE}),
    "CronJob": (
        "batch/v1",
        {"jobTemplate": {"spec": {"parallelism": 2, "completions": 3, "template": TEMPLATE}}},
    ),
    "PyTorchJob": (
        "kubeflow.org/v1",
        {**POLICY, "pytorchReplicaSpecs": {"Worker": {"replicas": 2, "template": TEMPLATE}}},
    ),
    "Job": (
        "batch.volcano.sh/v1alpha1",
        {"queue": "q", "minAvailable": 1, "tasks": [{"name": "t", "replicas": 2, "template": TEMPLATE}]},
    ),
    "TrainJob": (
        "trainer.kubeflow.org/v1alpha1",
        {
            "runtimeRef": {"name": "torch"},
            "trainer": {"numNodes": 2, "resourcesPerNode": {"limits": {GPU: 1}}},
            "runtimePatches": [{"trainingRuntimeSpec": {"template": {"spec": PATCH}}}],
        },
    ),
    "InferenceService": (
        "serving.kserve.io/v1beta1",
        {"predictor": {**SPEC, "model": CONTAINER, "minReplicas": 2, "workerSpec": SPEC}},
    ),
    "ServingRuntime": ("serving.kserve.io/v1alpha1", SPEC),
    "Thing": ("example.com/v1", {"inside": [TEMPLATE]}),
    "PodGroup": ("scheduling.volcano.sh/v1beta1", {"minMember": 2}),
}

SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(["", "a", "-1", "8.5", "1e999", "9" * 50]),
)
ANY_JSON = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=2),
        st.dictionaries(st.sampled_from(["a", "name", "spec", "containers", GPU]), inner, max_size=2),
    ),
    max_leaves=4,
)


def places(value: Any, taken: Place = ()) -> list[Place]:
    """Every place of a value."""
    pairs = enumerate(value) if isinstance(value, list) else value.items() if isinstance(value, dict) else ()
    return [taken, *(place for key, part in pairs for place in places(part, (*taken, key)))]


class AllPods(MemoryCluster):
    """A cluster that knows no field selector: all of its pods count."""

    def list(self, resource: Resource, namespace: str = "", **more: Any) -> Iterator[JsonObject]:
        more.pop("fields", None)
        return super().list(resource, namespace, **more)


def cluster() -> MemoryCluster:
    made = AllPods()
    made.put({"apiVersion": "v1", "kind": "Node", **node("n1", labels={"a": "b", "pool": "a"}, gpu=8)})
    return made


EVERY_PLACE = [(kind, place) for kind, (_, spec) in OBJECTS.items() for place in places(spec)]
NODES = cluster()


def accepted(manifests: tuple[Manifest, ...], path: Path) -> bool:
    """Whether the pods of objects are valid; each error must have a place in the file."""
    try:
        require_valid_pods(manifests, Redactor())
    except RenderError as error:
        errors = error.single_errors
    else:
        return True
    assert all(each.location and each.location.path == str(path) for each in errors)
    return False


def check(body: Body, path: Path) -> bool:
    """Check one object as `node check -f`, `diff`, `apply` and `cluster diff` do; whether it is valid."""
    path.write_text(json.dumps(body))
    return checked(read_objects(path).manifests("ml"), path)


def checked(manifests: tuple[Manifest, ...], path: Path) -> bool:
    """The same, of objects that are read."""
    step = Step(Action.CREATE, manifests[0].ref, 3, manifests[0])
    planned_fit(NODES, Plan(Scope("app", "lab", "ml"), Identity("1", "s"), (step,)), Redactor())
    needs_of(manifests, (), "ml")
    if not accepted(manifests, path):
        return False
    fit = check_cluster(NODES, ToCheck(manifests))
    with_unserved_kinds(fit, NODES, manifests)
    return True


@settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    database=None,
)
@given(st.sampled_from(EVERY_PLACE), ANY_JSON)
@example(("Deployment", ("template", "spec", "containers", 0, "resources", "limits")), ["a"])
@example(("Pod", ("affinity",)), 5)
def test_no_value_at_any_place_crashes(tmp_path: Path, at: tuple[str, Place], value: Any) -> None:
    check(with_value(*at, value), tmp_path / "object.yaml")


def with_value(kind: str, place: Place, value: Any) -> Body:
    version, spec = OBJECTS[kind]
    body = {"apiVersion": version, "kind": kind, "metadata": {"name": "a"}, "spec": deepcopy(spec)}
    parent: Any = body
    for step in ("spec", *place)[:-1]:
        parent = parent[step]
    parent[("spec", *place)[-1]] = value
    return body


def test_the_objects_are_valid_before_they_are_changed(tmp_path: Path) -> None:
    """Otherwise the property above would show nothing about verdicts."""
    for kind, (_, spec) in OBJECTS.items():
        assert check(with_value(kind, (), spec), tmp_path / "object.yaml"), kind


def test_a_wrong_type_at_each_place_never_crashes() -> None:
    """Each place of three kinds once, with what is wrong for a mapping or for a list of mappings."""
    file = Path("object.yaml")
    kinds = ("Deployment", "Thing", "TrainJob")
    for index, (kind, place) in enumerate(each for each in EVERY_PLACE if each[0] in kinds):
        body = with_value(kind, place, [5] if index % 2 else 5)
        manifest = Manifest(ref_of(body), body["apiVersion"], body, "", Location(str(file), 1))
        checked((manifest,), file)
