"""Who owns what is applied: each target by a field manager of its own, on a real API server."""

import uuid

import pytest
from msgspec.structs import replace

from dlctl.deploy.apply import apply_plan
from dlctl.deploy.model import Result
from dlctl.events import Event, Note
from dlctl.labels import APP_ID
from dlctl.manifest import JsonObject, Manifest
from dlctl.plan.deletion import plan_delete
from dlctl.plan.field_managers import LONGEST, SHARED, field_managers, is_of_a_target
from dlctl.plan.live.managed_fields import applied_fields
from dlctl.plan.live.parent import read_parent
from dlctl.plan.model import Action, Scope
from dlctl.plan.options import PlanOptions
from dlctl.plan.planner import make_plan
from tests.controlplane import Namespace
from tests.plan.targets import Watched, config, scope, the_step

pytestmark = pytest.mark.controlplane


@pytest.fixture
def where(namespace: Namespace) -> Scope:
    app_id = str(uuid.uuid4())
    return replace(scope(namespace.name, app=f"shop-{uuid.uuid4().hex[:8]}"), app_id=app_id)


def stated(where: Scope, **data: str) -> Manifest:
    """A ConfigMap as it is rendered for an app with an id."""
    made = config("c", where, **data)
    metadata = {**made.body["metadata"], "annotations": {APP_ID: where.app_id}}
    return replace(made, body={**made.body, "metadata": metadata})


def live(cluster: Watched, where: Scope) -> JsonObject:
    return cluster.get(cluster.resource("v1", "ConfigMap"), "c", where.namespace)


def applied_by_an_earlier_dlctl(cluster: Watched, where: Scope, **data: str) -> None:
    """An object as it was applied before targets had managers and apps had ids."""
    made = config("c", where, **data)
    cluster.inner.apply(cluster.resource("v1", "ConfigMap"), made.body, field_manager=SHARED)


def managers(body: JsonObject) -> set[tuple[str, str]]:
    return {(entry["manager"], entry["operation"]) for entry in body["metadata"]["managedFields"]}


def test_an_apply_takes_over_what_an_earlier_dlctl_applied(api_server: Watched, where: Scope) -> None:
    applied_by_an_earlier_dlctl(api_server, where, a="1", b="2")
    events: list[Event] = []
    plan = make_plan(where, [stated(where, a="1", b="2")], api_server, emit=events.append)
    assert not plan.differs
    assert [event.text for event in events if isinstance(event, Note)] == [
        f"an apply makes {where.managers.current} the field manager of 1 object",
        "an apply adds label applyset.kubernetes.io/part-of to 1 object, and writes "
        f"ConfigMap/dlctl.{where.app}.test in namespace {where.namespace}",
    ]

    report = apply_plan(plan, api_server)
    assert report.succeeded
    assert managers(live(api_server, where)) == {(where.managers.current, "Apply")}
    assert live(api_server, where)["metadata"]["annotations"] == {APP_ID: where.app_id}

    events.clear()
    again = the_step(make_plan(where, [stated(where, a="1", b="2")], api_server, emit=events.append))
    assert (again.action, again.earlier_managers) == (Action.UNCHANGED, ())
    assert not [event for event in events if isinstance(event, Note)]


def test_a_field_that_leaves_the_manifest_at_that_moment_is_removed(
    api_server: Watched, where: Scope
) -> None:
    applied_by_an_earlier_dlctl(api_server, where, a="1", b="2")
    plan = make_plan(where, [stated(where, a="changed")], api_server)
    assert [(each.op, each.pointer) for each in the_step(plan).changes] == [
        ("replace", "/data/a"),
        ("remove", "/data/b"),
    ]
    assert apply_plan(plan, api_server).succeeded
    assert live(api_server, where)["data"] == {"a": "changed"}
    assert the_step(make_plan(where, [stated(where, a="changed")], api_server)).action is Action.UNCHANGED


def test_an_apply_that_ends_after_the_take_over_loses_nothing(api_server: Watched, where: Scope) -> None:
    applied_by_an_earlier_dlctl(api_server, where, a="1")
    plan = make_plan(where, [stated(where, a="2", b="new")], api_server)
    step = the_step(plan)
    assert step.resource is not None
    api_server.rename_managers(
        step.resource, "c", where.namespace, uid=step.uid, earlier=step.earlier_managers, manager="other"
    )
    assert live(api_server, where)["data"] == {"a": "1"}
    assert applied_fields(live(api_server, where), "other") is not None


def test_managers_that_both_applied_are_joined(api_server: Watched, where: Scope) -> None:
    """A colleague with an earlier dlctl has applied once more."""
    assert apply_plan(make_plan(where, [stated(where, a="1", b="2")], api_server), api_server).succeeded
    applied_by_an_earlier_dlctl(api_server, where, a="1", b="2")
    assert len(managers(live(api_server, where))) == 2
    assert apply_plan(make_plan(where, [stated(where, a="1")], api_server), api_server).succeeded
    assert managers(live(api_server, where)) == {(where.managers.current, "Apply")}
    assert live(api_server, where)["data"] == {"a": "1"}


def test_another_app_of_the_same_name_owns_its_objects(api_server: Watched, where: Scope) -> None:
    twin = replace(where, app_id=str(uuid.uuid4()))
    assert apply_plan(make_plan(twin, [stated(twin, a="1")], api_server), api_server).succeeded

    refused = make_plan(where, [stated(where, a="1")], api_server).steps
    assert [each.ref.name for each in refused] == ["c", f"dlctl.{where.app}.test"]
    for step in refused:
        assert step.action is Action.CONFLICT
        assert f"app id {twin.app_id}" in step.reason
    assert make_plan(where, [stated(where, a="1")], api_server, PlanOptions(adopt=True)).steps == refused
    assert plan_delete(where, api_server).steps == ()
    assert len(plan_delete(twin, api_server).steps) == 1


@pytest.mark.parametrize("theirs", ["another environment", "another app of the name"])
def test_the_server_refuses_what_another_target_created_meanwhile(
    api_server: Watched, where: Scope, theirs: str
) -> None:
    other = (
        replace(where, environment="prod")
        if theirs == "another environment"
        else replace(where, app_id=str(uuid.uuid4()))
    )
    plan = make_plan(where, [stated(where, a="mine")], api_server)
    assert apply_plan(make_plan(other, [stated(other, a="theirs")], api_server), api_server).succeeded

    outcome, *of_parent = apply_plan(plan, api_server).outcomes
    parent = read_parent(api_server, other)
    assert (parent.problem, live(api_server, where)["data"]) == ("", {"a": "theirs"})
    if theirs == "another environment":
        assert (outcome.result, of_parent) == (Result.FAILED, [])
        assert f"its field manager is {other.managers.current}" in str(outcome.error)
        return
    (refused,) = of_parent  # the twin's parent has the name of ours: it is not taken over
    assert (outcome.result, refused.ref, refused.result) == (Result.SKIPPED, parent.ref, Result.FAILED)
    assert f"of another app of this name, app id {other.app_id}, since the plan was" in str(refused.error)


def test_what_somebody_created_meanwhile_is_an_error(
    api_server: Watched, namespace: Namespace, where: Scope
) -> None:
    plan = make_plan(where, [stated(where, a="1")], api_server)
    assert namespace.kubectl("create", "configmap", "c", "--from-literal=z=theirs").returncode == 0
    (outcome,) = apply_plan(plan, api_server).outcomes
    assert outcome.error is not None
    assert "was created by kubectl-create since the plan was made" in outcome.error.message
    assert "it counts as this app's" in str(outcome.error.hint)
    assert the_step(make_plan(where, [stated(where, a="1")], api_server)).action is Action.UNCHANGED


def test_what_was_recreated_meanwhile_is_not_changed(
    api_server: Watched, namespace: Namespace, where: Scope
) -> None:
    assert apply_plan(make_plan(where, [stated(where, a="1")], api_server), api_server).succeeded
    plan = make_plan(where, [stated(where, a="2")], api_server)
    namespace.kubectl("delete", "configmap", "c")
    namespace.kubectl("create", "configmap", "c", "--from-literal=z=theirs")
    (outcome,) = apply_plan(plan, api_server).outcomes
    assert outcome.error is not None
    assert "was replaced by another object since the plan was made" in outcome.error.message
    assert live(api_server, where)["data"] == {"z": "theirs"}


def test_what_carries_our_labels_and_was_not_applied_is_unmanaged(api_server: Watched, where: Scope) -> None:
    made = config("c", where, a="1")
    api_server.inner.apply(api_server.resource("v1", "ConfigMap"), made.body, field_manager="kubectl")
    refused = the_step(make_plan(where, [stated(where, a="1")], api_server))
    assert (refused.action, refused.hint) == (Action.CONFLICT, "pass --adopt to take it over")
    assert plan_delete(where, api_server).steps == ()
    adopted = make_plan(where, [stated(where, a="1")], api_server, PlanOptions(adopt=True))
    assert apply_plan(adopted, api_server).succeeded
    assert the_step(make_plan(where, [stated(where, a="1")], api_server)).action is Action.UNCHANGED


def test_managers_that_apply_for_no_environment_are_no_targets() -> None:
    names = ("dlctl", "dlctl:shop/dev", "dlctl:shop/dev:12345678")
    assert all(map(is_of_a_target, names))
    assert not any(map(is_of_a_target, ("dlctl:node-detect", "dlctl:node-label:shop:rules", "kubectl")))


def test_names_of_managers_fit_the_server() -> None:
    found = field_managers("a" * 63, "b" * 63, str(uuid.uuid4()))
    assert len(found.current) <= LONGEST
    assert found.current != field_managers("a" * 63, "b" * 62 + "c", str(uuid.uuid4())).current
    assert field_managers("shop", "us/prod", "12345678-aaaa").all == (
        "dlctl:shop/us.prod:12345678",
        "dlctl:shop/us.prod",
        "dlctl",
    )
