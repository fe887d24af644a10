"""Objects are applied after those that they need, and cycles are refused."""

from typing import Any

import pytest

from dlctl.deploy.apply import apply_plan
from dlctl.deploy.model import Report, Result
from dlctl.deploy.options import DeployOptions
from dlctl.deploy.references import named_objects, naming_of
from dlctl.errors import Invalid, PlanError
from dlctl.manifest import GroupKind, Manifest
from dlctl.plan.planner import make_plan
from dlctl.status import Rules
from tests.deploy.runs import WHERE, FakeTime, refusing, results
from tests.fakes.cluster.cluster import MemoryCluster
from tests.jobs.made import rules
from tests.plan.targets import Watched, manifest, widget_definition

DEPENDS_ON = "config.kubernetes.io/depends-on"


def thing(kind: str, name: str, needs: str = "", spec: Any = None) -> Manifest:
    """An object of a component of its own; `needs` is its annotation."""
    api_version = {"PriorityClass": "scheduling.k8s.io/v1", "Deployment": "apps/v1"}.get(kind, "v1")
    metadata = {"name": name, "annotations": {DEPENDS_ON: needs}} if needs else {"name": name}
    body = {"apiVersion": api_version, "kind": kind, "metadata": metadata, **({"spec": spec} if spec else {})}
    return manifest(body, WHERE, component=name)


def applied(*manifests: Manifest, refused: str = "") -> tuple[list[str], Report]:
    """The names of the objects in the order in which they were applied, one after the other."""
    time = FakeTime()
    kind, _, name = refused.partition("/")
    fail = refusing(kind, name, Invalid("no"))
    cluster = Watched(MemoryCluster(namespaces=[WHERE.namespace]), fail)
    plan = make_plan(WHERE, manifests, cluster)
    cluster.calls.clear()
    report = apply_plan(plan, cluster, DeployOptions(clock=time.clock, threads=1))
    return [call.name for call in cluster.calls if call.verb == "apply"], report


def in_here(kind: str, name: str) -> str:
    return f"/namespaces/{WHERE.namespace}/{kind}/{name}"


def test_an_annotation_orders_objects_of_one_wave_and_of_different_ones() -> None:
    order, report = applied(
        thing("ConfigMap", "a", in_here("ConfigMap", "z")),
        thing("ConfigMap", "b", in_here("Service", "late")),
        thing("Service", "late"),
        thing("ConfigMap", "z"),
    )
    assert report.succeeded
    assert order.index("z") < order.index("a")
    assert order.index("late") < order.index("b")


def test_a_failure_stops_what_needs_the_object_and_nothing_else() -> None:
    pod = {"volumes": [{"name": "v", "configMap": {"name": "settings"}}]}
    _, report = applied(
        thing("ConfigMap", "settings"),
        thing("Pod", "reader", spec=pod),
        thing("Pod", "other", spec={"volumes": []}),
        refused="ConfigMap/settings",
    )
    assert results(report) == {
        "ConfigMap/settings": Result.FAILED,
        "Pod/reader": Result.SKIPPED,
        "Pod/other": Result.DONE,
    }
    (skipped,) = report.having(Result.SKIPPED)
    assert skipped.reason == (
        f"an object that it needs was not applied: ConfigMap/settings in namespace {WHERE.namespace}"
    )


def test_the_objects_that_fields_name() -> None:
    volumes = [
        {"name": "a", "projected": {"sources": [{"secret": {"name": "s1"}}, {"configMap": {"name": "c1"}}]}},
        {"name": "b", "secret": {"secretName": "s2"}},
        {"name": "c", "persistentVolumeClaim": {"claimName": "p1"}},
    ]
    container = {
        "envFrom": [{"configMapRef": {"name": "c2"}}, {"secretRef": {"name": "s3"}}],
        "env": [{"name": "X", "valueFrom": {"secretKeyRef": {"name": "s4", "key": "k"}}}],
    }
    pod = {
        "serviceAccountName": "sa",
        "priorityClassName": "high",
        "runtimeClassName": "nvidia",
        "imagePullSecrets": [{"name": "s5"}],
        "containers": [container],
        "volumes": volumes,
    }
    runtime = {"name": "torch", "apiGroup": "trainer.kubeflow.org", "kind": "TrainingRuntime"}
    spec = {"template": {"spec": pod}, "runtimeRef": runtime, "queue": "gpu", "model": {"runtime": "triton"}}
    spec["baseRefs"] = [{"name": "a"}, {"name": "b"}]
    job = thing("Pod", "job", spec=spec)
    job.body["metadata"]["labels"]["kueue.x-k8s.io/queue-name"] = "team"
    kinds = [
        *(GroupKind("kueue.x-k8s.io", kind) for kind in ("LocalQueue", "ClusterQueue")),
        *(GroupKind("serving.kserve.io", kind) for kind in ("ServingRuntime", "ClusterServingRuntime")),
        GroupKind("serving.kserve.io", "LLMInferenceServiceConfig"),
        GroupKind("scheduling.volcano.sh", "Queue"),
    ]
    naming = naming_of(kinds, rules())
    found = {f"{ref.kind}/{ref.name}" for ref in named_objects(job, naming)}
    assert found == {
        *(f"Secret/s{number}" for number in range(1, 6)),
        *("ConfigMap/c1", "ConfigMap/c2", "PersistentVolumeClaim/p1", "ServiceAccount/sa"),
        *("PriorityClass/high", "RuntimeClass/nvidia", "TrainingRuntime/torch"),
        *("LLMInferenceServiceConfig/a", "LLMInferenceServiceConfig/b"),
        *("Queue/gpu", "LocalQueue/team", "ServingRuntime/triton", "ClusterServingRuntime/triton"),
    }


def test_a_cycle_is_refused_with_its_path() -> None:
    with pytest.raises(PlanError, match="ConfigMap/a needs ConfigMap/b needs ConfigMap/a"):
        applied(
            thing("ConfigMap", "a", in_here("ConfigMap", "b")),
            thing("ConfigMap", "b", in_here("ConfigMap", "a")),
        )


def test_a_bad_annotation_is_refused() -> None:
    with pytest.raises(PlanError, match="'ConfigMap/b' in annotation"):
        applied(thing("ConfigMap", "a", "ConfigMap/b"))


def test_how_custom_kinds_name_each_other_is_read_only_where_something_is_written() -> None:
    group, cluster = "named.dlctl.dev", MemoryCluster(namespaces=[WHERE.namespace])
    widget = {"apiVersion": f"{group}/v1", "kind": "Widget", "metadata": {"name": "a"}}
    definition = manifest(widget_definition(group), WHERE, "crd", namespaced=False)
    asked: list[GroupKind] = []
    options = DeployOptions(clock=FakeTime().clock, rules=Rules(find=asked.append))
    for found in (True, False):
        plan = make_plan(WHERE, [definition, manifest(widget, WHERE)], cluster)
        assert apply_plan(plan, cluster, options).succeeded
        assert (GroupKind(group, "Widget") in asked) is found
        asked.clear()
