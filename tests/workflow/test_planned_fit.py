"""The check of new pods in `apply` and `diff`: which steps it looks at, and what it lists."""

from collections.abc import Iterator
from typing import Any

import pytest
from msgspec.structs import replace

from dlctl.cluster.protocol import Identity, Resource
from dlctl.errors import Forbidden
from dlctl.manifest import JsonObject, Manifest, PodPlace, ref_of
from dlctl.nodes.fit.report import Verdict
from dlctl.plan.model import Action, Plan, Scope, Step
from dlctl.redact import Redactor
from dlctl.workflow.fit.planned import PlannedFit, planned_fit
from tests.fakes.cluster.cluster import MemoryCluster
from tests.nodes.fit.objects import GPU, container, node, spec

Body = dict[str, Any]


class Counting(MemoryCluster):
    """A cluster that remembers what was listed, and refuses some of it."""

    def __init__(self, *refused: str) -> None:
        super().__init__()
        self.listed: list[str] = []
        self.refused = refused

    def list(self, resource: Resource, namespace: str = "", **more: Any) -> Iterator[JsonObject]:
        self.listed.append(resource.plural)
        more.pop("fields", None)  # all pods of this test count
        if resource.plural in self.refused:
            raise Forbidden(f"you do not have permission to list {resource.plural}")
        return super().list(resource, namespace, **more)


def job(gpus: int = 8, count: int = 1, name: str = "train") -> Body:
    """A Job whose pods ask for GPUs."""
    asked = container(gpu=gpus) if gpus else container(cpu=1)
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {"name": name, "namespace": "ml"},
        "spec": {"parallelism": count, "template": {"spec": spec(asked)}},
    }


def step(action: Action, body: Body, live: Body | None = None, component: str = "cnn") -> Step:
    manifest = Manifest(ref_of(body), body["apiVersion"], body, component)
    return Step(action, manifest.ref, 3, manifest, live=live, merged=body if live else None)


def fit(cluster: MemoryCluster, *steps: Step) -> PlannedFit:
    scope = Scope("app", "lab", "ml")
    return planned_fit(cluster, Plan(scope, Identity("1", "s"), steps), Redactor())


def with_nodes(cluster: Counting, number: int = 2) -> Counting:
    for index in range(number):
        cluster.put({"apiVersion": "v1", "kind": "Node", **node(f"gpu-{index}", gpu=8)})
    return cluster


def test_the_verdict_on_a_new_job_takes_one_list_of_nodes_and_one_of_pods() -> None:
    cluster = with_nodes(Counting())
    jobs = [step(Action.CREATE, job(name=name), component=name) for name in ("a", "b", "c")]
    found = fit(cluster, *jobs)
    verdicts = [(each.component, each.verdict) for each in found.fit.components]
    assert verdicts == [("a", Verdict.FITS), ("b", Verdict.FITS), ("c", Verdict.WAITS)]
    assert cluster.listed.count("nodes") == 1
    assert cluster.listed.count("pods") == 1
    assert len(cluster.listed) == len(set(cluster.listed))


@pytest.mark.parametrize(
    "steps",
    [
        [step(Action.CREATE, job(0))],
        [step(Action.CREATE, job(count=0))],
        [step(Action.UNCHANGED, job())],
        [step(Action.PRUNE, job())],
        [step(Action.UPDATE, job(count=1), live=job(count=2))],
        [step(Action.UPDATE, {**job(), "metadata": {**job()["metadata"], "labels": {"a": "b"}}}, live=job())],
        [],
    ],
)
def test_nothing_is_listed_where_no_new_pod_asks_for_devices(steps: list[Step]) -> None:
    cluster = Counting()
    assert fit(cluster, *steps) == PlannedFit()
    assert cluster.listed == []


@pytest.mark.parametrize(
    "change",
    [
        step(Action.REPLACE, job(), live=job()),
        step(Action.UPDATE, job(gpus=4), live=job()),
        step(Action.UPDATE, job(count=2), live=job()),
    ],
)
def test_changes_that_make_new_pods(change: Step) -> None:
    (part,) = fit(with_nodes(Counting()), change).fit.components
    assert part.verdict is Verdict.FITS


def urgent() -> Body:
    body = job()
    body["spec"]["template"]["spec"]["priorityClassName"] = "urgent"
    return body


def quota(gpus: int) -> Body:
    hard = {"hard": {f"requests.{GPU}": str(gpus)}}
    metadata = {"name": "gpus", "namespace": "ml"}
    return {"apiVersion": "v1", "kind": "ResourceQuota", "metadata": metadata, "spec": hard}


PRIORITY = {
    "apiVersion": "scheduling.k8s.io/v1",
    "kind": "PriorityClass",
    "metadata": {"name": "urgent"},
    "value": 9,
}


@pytest.mark.parametrize(
    ("body", "beside", "expected"),
    [
        (urgent(), [], Verdict.WAITS),
        (urgent(), [PRIORITY], Verdict.FITS),
        (job(), [quota(8)], Verdict.FITS),
        (job(), [quota(4)], Verdict.NEVER),
    ],
)
def test_what_the_same_plan_makes_counts(body: Body, beside: list[Body], expected: Verdict) -> None:
    others = [step(Action.CREATE, each, component="base") for each in beside]
    (part,) = fit(with_nodes(Counting()), *others, step(Action.CREATE, body)).fit.components
    assert (part.component, part.verdict) == ("cnn", expected)


def test_who_may_not_list_gets_one_note_and_no_error() -> None:
    found = fit(Counting("nodes"), step(Action.CREATE, job()))
    assert (found.fit.components, found.note) == (
        (),
        "whether pods fit is not checked: you do not have permission to list nodes",
    )
    without_pods = fit(with_nodes(Counting("pods")), step(Action.CREATE, job()))
    assert without_pods.fit.verdict is Verdict.UNKNOWN
    assert without_pods.fit.notes == (
        "you do not have permission to list pods in all namespaces, so what is free is not known",
    )
    assert GPU in without_pods.fit.components[0].groups[0].asks


@pytest.mark.parametrize(
    "wrong",
    [
        {"nodeSelector": ["a"]},
        {"containers": 5},
        {"containers": [{"name": "a", "resources": {"limits": ["a"]}}]},
        {"affinity": 5},
    ],
)
def test_a_component_with_an_invalid_pod_is_left_out(wrong: Body) -> None:
    cluster = with_nodes(Counting())
    invalid = job(name="invalid")
    invalid["spec"]["template"]["spec"] |= wrong
    steps = [step(Action.CREATE, invalid, component="b"), step(Action.CREATE, job(name="c"), component="b")]
    found = fit(cluster, step(Action.CREATE, job(), component="a"), *steps)
    assert [(each.component, each.verdict) for each in found.fit.components] == [("a", Verdict.FITS)]
    assert found.note == ""


@pytest.mark.parametrize(
    "live",
    [
        {"metadata": {"name": "train", "namespace": "ml", "labels": ["a"]}},
        {"spec": 5},
        {"spec": {"template": 5}},
        {"spec": {"template": {"spec": 5}}},
        {"spec": {"parallelism": "9" * 5000, "template": {"spec": {}}}},
    ],
)
def test_what_a_cluster_holds_never_stops_a_plan(live: Body) -> None:
    changed = job(count=2)
    found = fit(with_nodes(Counting()), step(Action.UPDATE, changed, live={**job(), **live}))
    assert [each.verdict for each in found.fit.components] == [Verdict.FITS]


TRAINER = (PodPlace("spec.workers[].pods", count="spec.workers[].number"),)


def trainer(number: int) -> Body:
    """An object of a kind that only its package knows."""
    return {
        "apiVersion": "example.com/v1",
        "kind": "Trainer",
        "metadata": {"name": "net", "namespace": "ml"},
        "spec": {"workers": [{"number": number, "pods": {"spec": spec(container(gpu=8))}}]},
    }


def test_the_pods_of_a_kind_are_where_its_package_states() -> None:
    def stated(each: Step) -> Step:
        assert each.manifest is not None
        return replace(each, manifest=replace(each.manifest, pods=TRAINER))

    found = fit(with_nodes(Counting()), stated(step(Action.CREATE, trainer(3))))
    assert [(each.wanted, each.placed) for part in found.fit.components for each in part.groups] == [(3, 2)]
    more = stated(step(Action.UPDATE, trainer(2), live=trainer(1)))
    assert len(fit(with_nodes(Counting()), more).fit.components) == 1
    fewer = stated(step(Action.UPDATE, trainer(1), live=trainer(2)))
    assert fit(with_nodes(Counting()), fewer) == PlannedFit()
