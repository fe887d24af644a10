"""What a plan decides, object by object."""

from typing import Any

import pytest

from dlctl.cluster.kind_unavailable import KindUnavailable
from dlctl.deploy.delete import delete_plan
from dlctl.errors import Forbidden, Unreachable
from dlctl.events import Event, Note
from dlctl.manifest import Manifest
from dlctl.plan.applyset import parent_of
from dlctl.plan.deletion import plan_delete
from dlctl.plan.live.status import status_of
from dlctl.plan.model import Action
from dlctl.plan.options import PlanOptions
from dlctl.plan.planner import make_plan
from dlctl.plan.requirements import KindRequirement
from dlctl.status import Status
from tests.fakes.cluster.cluster import MemoryCluster
from tests.plan.targets import (
    Call,
    Watched,
    actions,
    apply_all,
    config,
    manifest,
    objects_in,
    scope,
    the_step,
)

WHERE = scope("here")
WIDGET = {"apiVersion": "awkward.dlctl.dev/v1", "kind": "Widget", "metadata": {"name": "w"}}


@pytest.fixture
def cluster() -> Watched:
    return Watched(MemoryCluster(namespaces=["here", "there"]))


def widgets() -> Manifest:
    return manifest(objects_in("widgets.yaml")[0], WHERE, "crd", namespaced=False)


def test_what_does_not_exist_is_created_without_a_dry_run(cluster: Watched) -> None:
    step = the_step(make_plan(WHERE, [config("c", WHERE, a="1")], cluster))
    assert step.action is Action.CREATE
    assert step.live is None
    assert not cluster.asked("dry-run", "apply")


def test_one_list_request_per_kind(cluster: Watched) -> None:
    manifests = [config(f"c{number}", WHERE, a="1") for number in range(200)]
    apply_all(cluster.inner, manifests)
    plan = make_plan(WHERE, manifests, cluster)
    assert plan.count(Action.UNCHANGED) == 200
    assert sorted((call.verb, call.kind) for call in cluster.calls) == [
        ("get", "ConfigMap"),  # the ApplySet parent
        ("get", "Namespace"),  # at the same time
        ("list", "ConfigMap"),
    ]


def test_many_new_names_need_one_list_request(cluster: Watched) -> None:
    make_plan(WHERE, [config(f"c{number}", WHERE) for number in range(50)], cluster)
    lists = cluster.asked("list")
    assert [(call.metadata_only, call.name) for call in lists] == [(False, ""), (True, "")]

    cluster.calls.clear()
    make_plan(WHERE, [config("a", WHERE), config("b", WHERE)], cluster)
    asked = sorted((call.metadata_only, call.name) for call in cluster.asked("list"))
    assert asked == [(False, ""), (True, "metadata.name=a"), (True, "metadata.name=b")]


def test_a_changed_value_is_an_update_with_its_field(cluster: Watched) -> None:
    apply_all(cluster.inner, [config("c", WHERE, a="1", b="2")])
    step = the_step(make_plan(WHERE, [config("c", WHERE, a="9", b="2")], cluster))
    assert step.action is Action.UPDATE
    assert [(c.op, c.pointer, c.old, c.new) for c in step.changes] == [("replace", "/data/a", "1", "9")]


@pytest.mark.parametrize(("app", "environment"), [("other", "test"), ("shop", "prod"), ("other", "prod")])
def test_object_of_another_app_is_refused_even_with_adopt(
    cluster: Watched, app: str, environment: str
) -> None:
    theirs = scope("here", app=app, environment=environment)
    apply_all(cluster.inner, [config("c", theirs)])
    step = the_step(make_plan(WHERE, [config("c", WHERE)], cluster, PlanOptions(adopt=True)))
    assert step.action is Action.CONFLICT
    assert step.reason == f"belongs to app {app}, environment {environment}"


def test_an_unlabelled_object_is_refused_without_adopt(cluster: Watched) -> None:
    inner = cluster.inner
    assert isinstance(inner, MemoryCluster)
    inner.put({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c", "namespace": "here"}})
    step = the_step(make_plan(WHERE, [config("c", WHERE)], cluster))
    assert step.action is Action.CONFLICT
    assert "--adopt" in step.hint

    step = the_step(make_plan(WHERE, [config("c", WHERE)], cluster, PlanOptions(adopt=True)))
    assert step.action is Action.UPDATE


def test_missing_namespace_is_a_step(cluster: Watched) -> None:
    where = scope("new")
    plan = make_plan(where, [config("c", where)], cluster)
    assert actions(plan) == {"Namespace/new": Action.CREATE, "ConfigMap/c": Action.CREATE}
    first, second = plan.steps
    assert first.manifest is not None
    assert first.manifest.body == {
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": {"name": "new", "labels": {"app.kubernetes.io/managed-by": "dlctl"}},
    }
    assert first.component == ""
    assert second.reason == "its namespace is created in this plan"


def test_missing_namespace_with_no_create_namespace_is_a_conflict(cluster: Watched) -> None:
    where = scope("new")
    plan = make_plan(where, [config("c", where)], cluster, PlanOptions(create_namespace=False))
    assert plan.steps[0].action is Action.UNKNOWN
    assert "namespace new does not exist" in plan.steps[0].reason


def test_rendered_namespace_is_not_created_twice(cluster: Watched) -> None:
    where = scope("new")
    body = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "new"}}
    plan = make_plan(where, [config("c", where), manifest(body, where, namespaced=False)], cluster)
    assert [(step.ref.kind, step.component) for step in plan.steps] == [
        ("Namespace", "web"),
        ("ConfigMap", "web"),
    ]


def test_objects_in_a_terminating_namespace_are_conflicts(cluster: Watched) -> None:
    inner = cluster.inner
    assert isinstance(inner, MemoryCluster)
    body: dict[str, Any] = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "going"}}
    body["metadata"]["finalizers"] = ["example.com/wait"]
    inner.put(body)
    inner.delete(inner.resource("v1", "Namespace"), "going")
    where = scope("going")
    step = the_step(make_plan(where, [config("c", where)], cluster))
    assert step.action is Action.CONFLICT
    assert "being deleted" in step.reason


def test_a_kind_of_the_same_plan_is_created_with_a_note(cluster: Watched) -> None:
    plan = make_plan(WHERE, [manifest(WIDGET, WHERE), widgets()], cluster)
    assert actions(plan) == {
        "CustomResourceDefinition/widgets.awkward.dlctl.dev": Action.CREATE,
        "Widget/w": Action.CREATE,
    }
    assert plan.steps[1].reason == "its kind is defined in this plan"


def test_a_kind_that_is_not_served_is_unknown_and_missing(cluster: Watched) -> None:
    plan = make_plan(WHERE, [manifest(WIDGET, WHERE)], cluster)
    assert the_step(plan).action is Action.UNKNOWN
    assert "awkward.dlctl.dev/v1 Widget" in the_step(plan).reason
    (missing,) = plan.missing
    assert missing.sentence("gke") == (
        "the cluster of gke does not serve awkward.dlctl.dev/v1 Widget, which component web needs"
    )
    assert missing.hint == "install its CustomResourceDefinition first"


def test_missing_kind_is_reported_once(cluster: Watched) -> None:
    requirements = tuple(
        requirement(component, "prototype 'core'", "dlctl generate core core") for component in "dcba"
    )
    wanted = [manifest({**WIDGET, "metadata": {"name": name}}, WHERE) for name in ("v", "w")]
    (missing,) = make_plan(WHERE, wanted, cluster, PlanOptions(requirements=requirements)).missing
    assert missing.sentence("gke") == (
        "the cluster of gke does not serve awkward.dlctl.dev/v1 Widget, which components a, b, c and 2 more "
        "need; prototype 'core' provides it"
    )
    assert missing.hint == "dlctl generate core core"


def test_required_kind_without_objects_is_missing(cluster: Watched) -> None:
    options = PlanOptions(
        requirements=(requirement("job", "Widgets (widgets.example.com)"), requirement("cnn"))
    )
    apply_all(cluster.inner, [config("c", WHERE)])
    plan = make_plan(WHERE, [config("c", WHERE)], cluster, options)
    assert actions(plan) == {"ConfigMap/c": Action.UNCHANGED}
    assert [each.components for each in plan.missing] == [("cnn", "job")]
    assert plan.differs, "it cannot be applied, so it is not as it should be"


def test_kind_defined_in_the_plan_is_not_missing(cluster: Watched) -> None:
    plan = make_plan(WHERE, [widgets()], cluster, PlanOptions(requirements=(requirement("job"),)))
    assert plan.missing == ()


def test_other_versions_of_a_missing_kind_are_named(cluster: Watched) -> None:
    inner = cluster.inner
    assert isinstance(inner, MemoryCluster)
    apply_all(inner, [widgets()])
    newer = manifest({**WIDGET, "apiVersion": "awkward.dlctl.dev/v2beta1"}, WHERE, "job")
    (missing,) = make_plan(WHERE, [newer], cluster).missing
    assert missing.sentence("gke") == (
        "the cluster of gke does not serve awkward.dlctl.dev/v2beta1 Widget (of this kind it serves "
        "awkward.dlctl.dev/v1), which component job needs"
    )


def test_required_kind_may_have_any_version(cluster: Watched) -> None:
    """As Kueue's queue, which a job names in a label: the cluster's Kueue may be of any version."""
    wanted = PlanOptions(requirements=(KindRequirement("awkward.dlctl.dev/v2beta1", "Widget", "job"),))
    assert make_plan(WHERE, [], cluster, wanted).missing
    assert not make_plan(WHERE, [widgets()], cluster, wanted).missing
    apply_all(cluster.inner, [widgets()])
    assert not make_plan(WHERE, [], cluster, wanted).missing


def requirement(component: str, provider: str = "", hint: str = "") -> KindRequirement:
    return KindRequirement("awkward.dlctl.dev/v1", "Widget", component, provider, hint)


def test_namespaced_manifest_of_cluster_scoped_kind_is_an_error(cluster: Watched) -> None:
    body = {"apiVersion": "scheduling.k8s.io/v1", "kind": "PriorityClass", "metadata": {"name": "p"}}
    step = the_step(make_plan(WHERE, [manifest(body, WHERE)], cluster))
    assert step.action is Action.UNKNOWN
    assert "cluster-scoped" in step.reason


def test_a_manifest_without_the_namespace_that_its_kind_needs_is_an_error(cluster: Watched) -> None:
    body = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c"}}
    step = the_step(make_plan(WHERE, [manifest(body, WHERE, namespaced=False)], cluster))
    assert step.action is Action.UNKNOWN
    assert "has no namespace" in step.reason


def test_a_manifest_without_a_name_is_an_error(cluster: Watched) -> None:
    body = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"generateName": "c-"}}
    step = the_step(make_plan(WHERE, [manifest(body, WHERE)], cluster))
    assert step.action is Action.UNKNOWN
    assert "no name" in step.reason


def notes_of(events: list[Event]) -> list[str]:
    return [event.text for event in events if isinstance(event, Note)]


def test_an_object_that_is_no_longer_rendered_is_a_note(cluster: Watched) -> None:
    apply_all(cluster.inner, [config("old", WHERE), config("new", WHERE)])
    events: list[Event] = []
    plan = make_plan(WHERE, [config("new", WHERE)], cluster, emit=events.append)
    assert notes_of(events) == [
        "ConfigMap/old in namespace here is no longer rendered by component web and stays on the cluster",
        "'dlctl apply test --prune' deletes 1 object of these",
    ]
    assert not plan.differs


def test_objects_of_unselected_components_are_not_leftovers(cluster: Watched) -> None:
    apply_all(cluster.inner, [config("c", WHERE), config("d", WHERE, "other")])
    events: list[Event] = []
    make_plan(scope("here", "web"), [config("c", WHERE)], cluster, emit=events.append)
    assert notes_of(events) == []


def test_without_cluster_wide_list_each_namespace_is_listed() -> None:
    def refuse(call: Call) -> None:
        if call.verb == "list" and not call.namespace:
            raise Forbidden("no")

    cluster = Watched(MemoryCluster(namespaces=["here", "there"]), refuse)
    there = manifest({**config("c", WHERE).body, "metadata": {"name": "c", "namespace": "there"}}, WHERE)
    manifests = [config("c", WHERE), there]
    apply_all(cluster.inner, manifests)
    assert make_plan(WHERE, manifests, cluster).count(Action.UNCHANGED) == 2


def test_unreadable_object_is_unknown() -> None:
    def refuse(call: Call) -> None:
        if call.verb in ("list", "get") and call.kind == "Secret":
            raise Forbidden("secrets is forbidden")

    cluster = Watched(MemoryCluster(namespaces=["here"]), refuse)
    secret = manifest({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s"}}, WHERE)
    plan = make_plan(WHERE, [secret, config("c", WHERE)], cluster)
    assert actions(plan) == {"Secret/s": Action.UNKNOWN, "ConfigMap/c": Action.CREATE}
    assert plan.differs


@pytest.mark.parametrize("verb", ["list", "resource"])
def test_a_kind_that_is_unavailable_hides_no_other(verb: str) -> None:
    """A conversion webhook is down, or the server of an aggregated API."""
    down = KindUnavailable("list Widget: webhook failed")

    def refuse(call: Call) -> None:
        if (call.verb, call.kind) == (verb, "Secret"):
            raise down

    cluster = Watched(MemoryCluster(namespaces=["here"]), refuse)
    secret = manifest({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s"}}, WHERE)
    manifests = [secret, config("c", WHERE)]
    plan = make_plan(WHERE, manifests, cluster)
    assert actions(plan) == {"Secret/s": Action.UNKNOWN, "ConfigMap/c": Action.CREATE}
    assert plan.failed
    assert any("webhook failed" in step.reason for step in plan.steps)

    states = {each.ref.kind: each.verdict for each in status_of(WHERE, manifests, cluster)}
    assert states["Secret"].status is Status.UNKNOWN
    assert "webhook failed" in states["Secret"].message
    assert states["ConfigMap"].status is Status.NOT_FOUND

    notes: list[Event] = []
    deletion = plan_delete(WHERE, cluster, rendered=manifests, emit=notes.append)
    assert actions(deletion) == {"Secret/s": Action.UNKNOWN}
    report = delete_plan(deletion, cluster)
    assert not report.succeeded


def test_unreachable_cluster_is_an_error() -> None:
    def refuse(call: Call) -> None:
        if call.verb == "dry-run":
            raise Unreachable("gone")

    cluster = Watched(MemoryCluster(namespaces=["here"]), refuse)
    apply_all(cluster.inner, [config(f"c{number}", WHERE) for number in range(9)])
    changed = [config(f"c{number}", WHERE, a="1") for number in range(9)]
    with pytest.raises(Unreachable):
        make_plan(WHERE, changed, cluster)


def test_steps_are_sorted_by_wave(cluster: Watched) -> None:
    bodies = [
        {"apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingWebhookConfiguration"},
        {"apiVersion": "apps/v1", "kind": "Deployment"},
        {"apiVersion": "v1", "kind": "Service"},
        {"apiVersion": "v1", "kind": "ConfigMap"},
    ]
    cluster_kinds = {"ValidatingWebhookConfiguration"}
    manifests = [
        manifest({**body, "metadata": {"name": "x"}}, WHERE, namespaced=body["kind"] not in cluster_kinds)
        for body in bodies
    ]
    manifests += [widgets(), manifest(WIDGET, WHERE)]
    forwards, backwards = (make_plan(WHERE, order, cluster) for order in (manifests, manifests[::-1]))
    assert [step.ref.kind for step in forwards.steps] == [
        "CustomResourceDefinition",
        "ConfigMap",
        "Service",
        "Deployment",
        "Widget",
        "ValidatingWebhookConfiguration",
    ]
    assert [step.ref for step in forwards.steps] == [step.ref for step in backwards.steps]
    assert [step.wave for step in forwards.steps] == sorted(step.wave for step in forwards.steps)


def test_removed_string_data_key_is_removed_from_the_secret(cluster: Watched) -> None:
    def secret(**texts: str) -> Manifest:
        body = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s"}, "stringData": texts}
        return manifest(body, WHERE)

    first = the_step(make_plan(WHERE, [secret(a="1", b="2")], cluster))
    assert first.manifest is not None
    apply_all(cluster.inner, [first.manifest])
    step = the_step(make_plan(WHERE, [secret(a="1")], cluster))
    assert [(change.op, change.pointer) for change in step.changes] == [("remove", "/data/b")]


def test_object_created_by_a_concurrent_run_is_ours(cluster: Watched) -> None:
    """Two applies at once: the object appears between the question by label and the one by name."""
    made = config("c", WHERE, a="1")

    def make_it(call: Call) -> None:
        if call.verb == "list" and call.metadata_only:
            apply_all(cluster.inner, [made])

    cluster.refuse = make_it
    step = the_step(make_plan(WHERE, [made], cluster))
    assert step.action is Action.UNCHANGED


def test_a_selection_without_a_parent_lists_the_kinds_of_all_components(cluster: Watched) -> None:
    """Else the kinds of the others would be forgotten."""
    other = manifest({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s"}}, WHERE, "other")
    apply_all(cluster.inner, [config("c", WHERE), other])
    parent = parent_of(WHERE.app, WHERE.environment, WHERE.namespace).ref
    cluster.inner.delete(cluster.resource("v1", "ConfigMap"), parent.name, parent.namespace)
    members = make_plan(scope("here", "web"), [config("c", WHERE)], cluster).applyset
    assert members is not None
    assert {str(kind) for kind in members.remaining.kinds} == {"ConfigMap", "Secret"}
