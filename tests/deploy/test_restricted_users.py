"""Users who may not do everything."""

import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dlctl.cluster.connect import connect
from dlctl.cluster.kubeconfig.load import load_kubeconfig
from dlctl.deploy.apply import apply_plan
from dlctl.deploy.model import Result
from dlctl.events import Event, Note
from dlctl.plan.live.status import status_of
from dlctl.plan.model import Action, Scope
from dlctl.plan.planner import make_plan
from dlctl.status import Status
from tests.cluster_cache import cache_in
from tests.controlplane import ControlPlane, Namespace
from tests.deploy.runs import delete_target
from tests.plan.targets import Watched, actions, config, manifest, scope, the_step, widget_definition

pytestmark = pytest.mark.controlplane

As = Callable[[str], Watched]


@pytest.fixture
def where(namespace: Namespace) -> Scope:
    return scope(namespace.name, app=f"shop-{uuid.uuid4().hex[:8]}")


@pytest.fixture
def as_user(control_plane: ControlPlane, tmp_path: Path) -> Iterator[As]:
    clusters = []

    def connected(user: str) -> Watched:
        kubeconfig = load_kubeconfig(control_plane.user_kubeconfig(user), {}, tmp_path)
        cluster = connect(kubeconfig, None, cache=cache_in(tmp_path / user))
        clusters.append(cluster)
        return Watched(cluster)

    yield connected
    for cluster in clusters:
        cluster.close()


def test_namespace_editor_can_apply_and_delete(as_user: As, namespace: Namespace, where: Scope) -> None:
    bound = namespace.kubectl("create", "rolebinding", "one", "--clusterrole=edit", "--user=nobody")
    assert bound.returncode == 0, bound.stderr
    cluster = as_user("nobody")
    manifests = [config("a", where), config("b", where)]

    assert apply_plan(make_plan(where, manifests, cluster), cluster).succeeded
    assert make_plan(where, manifests, cluster).count(Action.UNCHANGED) == 2
    assert {status.verdict.status for status in status_of(where, manifests, cluster)} == {Status.CURRENT}
    events: list[Event] = []
    report = delete_target(where, cluster, emit=events.append)

    assert report.counts == {Action.PRUNE: 2}
    assert any(
        "you do not have permission to list them" in event.text for event in events if isinstance(event, Note)
    )


def test_user_without_permissions_gets_unknown_steps(as_user: As, where: Scope) -> None:
    plan = make_plan(where, [config("a", where)], as_user("nobody"))
    step = the_step(plan)
    assert step.action is Action.UNKNOWN
    assert "cannot check whether it exists" in step.reason
    assert "configmaps" in step.reason
    assert "dlctl preflight" in step.hint
    (status,) = status_of(where, [config("a", where)], as_user("nobody"))
    assert status.verdict.status is Status.UNKNOWN


def test_a_viewer_can_diff_what_is_unchanged_or_new_but_not_apply(
    as_user: As, api_server: Watched, where: Scope
) -> None:
    apply_plan(make_plan(where, [config("a", where, x="1"), config("b", where)], api_server), api_server)
    cluster = as_user("viewer")

    plan = make_plan(where, [config("a", where, x="1"), config("new", where)], cluster)
    assert actions(plan) == {"ConfigMap/a": Action.UNCHANGED, "ConfigMap/new": Action.CREATE}
    report = apply_plan(plan, cluster)
    assert [outcome.result for outcome in report.outcomes] == [Result.DONE, Result.FAILED]

    changed = the_step(make_plan(where, [config("a", where, x="2")], cluster))
    assert changed.action is Action.UNKNOWN
    assert "forbidden" in changed.reason


def test_unreadable_cluster_scoped_kind_is_unknown(as_user: As, where: Scope) -> None:
    definition = manifest(widget_definition("g.dlctl.dev"), where, "crd", namespaced=False)
    plan = make_plan(where, [definition, config("a", where)], as_user("editor"))
    assert actions(plan) == {
        "CustomResourceDefinition/widgets.g.dlctl.dev": Action.UNKNOWN,
        "ConfigMap/a": Action.CREATE,
    }


def may(namespace: Namespace, user: str, verbs: str) -> None:
    """Allow a user some verbs on ConfigMaps of a namespace."""
    for words in (
        ("create", "role", "some", f"--verb={verbs}", "--resource=configmaps"),
        ("create", "rolebinding", "some", "--role=some", f"--user={user}"),
    ):
        answer = namespace.kubectl(*words)
        assert answer.returncode == 0, answer.stderr


def test_get_create_and_patch_are_enough_to_apply(
    as_user: As, api_server: Watched, namespace: Namespace, where: Scope
) -> None:
    """As for kubectl; without rights to list, objects are read one by one."""
    may(namespace, "nobody", "get,create,patch,delete")
    cluster = as_user("nobody")
    manifests = [config(name, where, x="1") for name in "abcdef"]

    assert apply_plan(make_plan(where, manifests, cluster), cluster).succeeded
    changed = [*manifests[1:], config("a", where, x="2")]
    plan = make_plan(where, changed, cluster)
    assert (plan.count(Action.UNCHANGED), plan.count(Action.UPDATE)) == (5, 1)
    assert {status.verdict.status for status in status_of(where, manifests, cluster)} == {Status.CURRENT}

    report = delete_target(where, cluster, rendered=manifests)
    assert (report.succeeded, report.counts) == (True, {Action.PRUNE: 6})
    left = api_server.list(api_server.resource("v1", "ConfigMap"), labels=where.selector)
    names = [each["metadata"]["name"] for each in left]
    assert names == [f"dlctl.{where.app}.test"], "there may be members that only a list finds"


def test_an_object_of_others_is_not_taken_by_who_may_not_list(
    as_user: As, namespace: Namespace, where: Scope
) -> None:
    may(namespace, "nobody", "get,create,patch")
    assert namespace.kubectl("create", "configmap", "theirs", "--from-literal=a=b").returncode == 0
    step = the_step(make_plan(where, [config("theirs", where)], as_user("nobody")))
    assert (step.action, step.reason) == (
        Action.CONFLICT,
        "already exists but was not applied by this app",
    )


def test_deleting_what_cannot_be_read_is_no_success(
    as_user: As, api_server: Watched, namespace: Namespace, where: Scope
) -> None:
    apply_plan(make_plan(where, [config("a", where)], api_server), api_server)
    may(namespace, "nobody", "create,patch")
    report = delete_target(where, as_user("nobody"), rendered=[config("a", where)])
    assert not report.succeeded
    (outcome,) = report.outcomes
    assert outcome.result is Result.FAILED
    assert "cannot check whether it exists" in str(outcome.error)
