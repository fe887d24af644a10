"""Which requests find the objects of a target, over all kinds, and what is not seen."""

from collections.abc import Callable

import pytest

from dlctl.errors import ClusterError, Forbidden, Unreachable
from dlctl.manifest import GroupKind, ObjectRef
from dlctl.plan.applyset import GROUP_KINDS, TOOLING, parent_of
from dlctl.plan.live.objects.deletable import deletable
from dlctl.plan.live.objects.read import read_body
from dlctl.plan.live.objects.scan import scan, with_named
from dlctl.plan.live.parent import resources_of
from dlctl.plan.live.status import status_of
from dlctl.status import Phase, Status, Verdict
from tests.fakes.cluster.cluster import MemoryCluster
from tests.plan.targets import Call, Watched, apply_all, config, manifest, scope

HERE = scope("here")
CONFIG_MAP = GroupKind("", "ConfigMap")


def cluster_with_objects(refuse: Callable[[Call], None]) -> Watched:
    """A ConfigMap in each of two namespaces."""
    cluster = Watched(MemoryCluster(namespaces=["here", "there"]), refuse)
    there = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "b", "namespace": "there"}}
    apply_all(cluster.inner, [config("a", HERE), manifest(there, HERE)])
    return cluster


def refusing_lists(**errors: Exception) -> Callable[[Call], None]:
    """Refuse LISTs of ConfigMaps by namespace; `everywhere` stands for all namespaces."""

    def refuse(call: Call) -> None:
        error = errors.get(call.namespace or "everywhere")
        if call.verb == "list" and call.kind == "ConfigMap" and error is not None:
            raise error

    return refuse


def asked_namespaces(cluster: Watched) -> list[str]:
    return [call.namespace for call in cluster.asked("list") if call.kind == "ConfigMap"]


def test_one_list_per_kind_and_metadata_only() -> None:
    cluster = cluster_with_objects(lambda call: None)
    found = scan(cluster, HERE, threads=1, namespaces=["there"])
    assert [ref.name for ref in found.ours] == ["a", "b"]
    assert len(cluster.calls) == len(deletable(cluster.resources()))
    assert all(call.metadata_only for call in cluster.calls)


def test_a_user_without_the_right_to_list_all_namespaces_is_shown_the_targets_own() -> None:
    cluster = cluster_with_objects(refusing_lists(everywhere=Forbidden("no")))
    found = scan(cluster, HERE, threads=1)
    assert [ref.name for ref in found.ours] == ["a"]
    assert found.unseen == ()
    assert asked_namespaces(cluster) == ["", "here"]


def test_a_kind_that_is_refused_in_one_namespace_is_unseen_there_and_looked_for_in_the_others() -> None:
    cluster = cluster_with_objects(refusing_lists(everywhere=Forbidden("no"), here=Forbidden("no")))
    found = scan(cluster, HERE, threads=1, namespaces=["there"])
    assert [ref.name for ref in found.ours] == ["b"]
    assert [(each.group_kind, each.namespace) for each in found.unseen] == [(CONFIG_MAP, "here")]
    assert asked_namespaces(cluster) == ["", "here", "there"]


@pytest.mark.parametrize("namespace", ["everywhere", "here"])
def test_a_kind_whose_server_fails_is_unseen(namespace: str) -> None:
    """An API server answers 403 itself, and 503 for an aggregated API whose own server is down."""
    errors: dict[str, Exception] = {"everywhere": Forbidden("no"), namespace: ClusterError("503")}
    found = scan(cluster_with_objects(refusing_lists(**errors)), HERE, threads=1)
    assert not found.ours
    assert [each.group_kind for each in found.unseen] == [CONFIG_MAP]


def test_what_cannot_be_listed_is_read_by_name() -> None:
    """With rights to get and without rights to list."""
    cluster = cluster_with_objects(refusing_lists(everywhere=Forbidden("no"), here=Forbidden("no")))
    found = scan(cluster, HERE, threads=1)
    assert not found.ours
    named = with_named(cluster, HERE, found, [config("a", HERE).ref, config("gone", HERE).ref], threads=1)
    assert [ref.name for ref in named.ours] == ["a"]
    assert not named.unreadable


def test_what_can_neither_be_listed_nor_read_is_unreadable() -> None:
    lists = refusing_lists(everywhere=Forbidden("no"), here=Forbidden("no"))

    def refuse(call: Call) -> None:
        lists(call)
        if call.verb == "get":
            raise Forbidden("no")

    cluster = cluster_with_objects(refuse)
    found = scan(cluster, HERE, threads=1)
    named = with_named(cluster, HERE, found, [config("a", HERE).ref], threads=1)
    assert [ref.name for ref in named.unreadable] == ["a"]


@pytest.mark.parametrize("namespace", ["everywhere", "here"])
def test_a_cluster_that_does_not_answer_is_an_error(namespace: str) -> None:
    errors: dict[str, Exception] = {"everywhere": Forbidden("no"), namespace: Unreachable("gone")}
    with pytest.raises(Unreachable):
        scan(cluster_with_objects(refusing_lists(**errors)), HERE, threads=1)


@pytest.mark.parametrize(
    ("ready", "begins", "phase"),
    [(0, "none of 2 active pods ready", Phase.PENDING), (1, "running, 2 active", Phase.STARTING)],
)
def test_a_run_with_a_pending_pod_has_the_schedulers_reason(ready: int, begins: str, phase: Phase) -> None:
    cluster = MemoryCluster(namespaces=["here"])
    body = {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {"name": "train"},
        "spec": {"parallelism": 2},
    }
    job = manifest(body, HERE)
    apply_all(cluster, [job])
    started = {"startTime": "2026-01-01T00:00:00Z", "active": 2, "ready": ready}
    cluster.put({**cluster.get(cluster.resource("batch/v1", "Job"), "train", "here"), "status": started})
    why = {
        "type": "PodScheduled",
        "status": "False",
        "message": "0/2 nodes are available: 2 Insufficient cpu.",
    }
    pod = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "name": "train-x",
            "namespace": "here",
            "labels": {"batch.kubernetes.io/job-name": "train"},
        },
        "status": {"conditions": [why]},
    }
    cluster.put(pod)
    (status,) = status_of(HERE, [job], cluster)
    assert (status.verdict.status, status.verdict.phase) == (Status.IN_PROGRESS, phase)
    assert status.verdict.message.startswith(begins)
    reason = "; unschedulable: 0/2 nodes are available: 2 Insufficient cpu."
    assert status.verdict.message.endswith(reason)


def test_a_pending_run_whose_pods_may_not_be_listed_has_none() -> None:
    def refuse(call: Call) -> None:
        if call.kind == "Pod":
            raise Forbidden("no")

    cluster = Watched(MemoryCluster(namespaces=["here"]), refuse)
    job = manifest({"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "train"}}, HERE)
    apply_all(cluster.inner, [job])
    (status,) = status_of(HERE, [job], cluster)
    assert status.verdict == Verdict(Status.IN_PROGRESS, "not started", phase=Phase.PENDING)


PARENT = parent_of(HERE.app, HERE.environment, HERE.namespace, HERE.app_id).ref.name


def _with_leftovers() -> tuple[MemoryCluster, Watched]:
    """ConfigMaps `a` and `b` and a Secret, and the parent that lists both kinds."""
    inner = MemoryCluster(namespaces=["here", "there"])
    there = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "b", "namespace": "there"}}
    secret = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "left"}}
    apply_all(inner, [config("a", HERE), manifest(there, HERE), manifest(secret, HERE)])
    return inner, Watched(inner)


def _status(cluster: Watched) -> list[tuple[str, bool]]:
    return [(each.ref.name, each.extra) for each in status_of(HERE, [config("a", HERE)], cluster)]


def _all_found(cluster: Watched) -> bool:
    return sorted(_status(cluster)) == [("a", False), ("b", True), ("left", True)]


def test_status_lists_the_kinds_that_the_parent_lists_and_no_others() -> None:
    _, cluster = _with_leftovers()
    assert _all_found(cluster)
    asked = sorted((call.verb, call.kind) for call in cluster.calls)
    assert asked == [
        ("get", "ConfigMap"),  # the parent, at the same time as what is rendered; it has one more namespace
        ("list", "ConfigMap"),
        ("list", "Secret"),
    ]


def test_status_lists_all_kinds_where_there_is_no_parent() -> None:
    inner, cluster = _with_leftovers()
    inner.delete(inner.resource("v1", "ConfigMap"), PARENT, "here")
    assert _all_found(cluster)
    assert len(cluster.asked("list")) > len(deletable(cluster.resources()))


def test_status_lists_all_kinds_where_the_parent_cannot_be_read() -> None:
    _, cluster = _with_leftovers()

    def refuse(call: Call) -> None:
        if call.verb == "get" and call.name == PARENT:
            raise Forbidden("no")

    cluster.refuse = refuse
    assert _all_found(cluster)


def test_status_lists_all_kinds_where_the_parent_is_another_tools() -> None:
    inner, cluster = _with_leftovers()
    body = inner.get(inner.resource("v1", "ConfigMap"), PARENT, "here")
    metadata = body["metadata"]
    notes = {**metadata["annotations"], TOOLING: "kubectl/v1.36", GROUP_KINDS: "ConfigMap"}
    inner.put({**body, "metadata": {**metadata, "annotations": notes}})
    assert _all_found(cluster)


def test_a_group_that_is_not_served_is_asked_for_once() -> None:
    """However many kinds of it a parent lists."""
    cluster = Watched(MemoryCluster())
    kinds = [GroupKind("gone.example.com", kind) for kind in ("Job", "Queue", "Pool")]
    assert resources_of(cluster, [*kinds, GroupKind("apps", "Gone")]) == ((), frozenset())
    assert [call.name for call in cluster.asked("raw")] == ["/apis/gone.example.com"]


def test_an_object_that_may_only_be_listed_is_listed_alone() -> None:
    """The API server takes a right to list one name for this, too."""

    def refuse(call: Call) -> None:
        if call.verb == "get":
            raise Forbidden("no")

    cluster = cluster_with_objects(refuse)
    resource = cluster.resource("v1", "ConfigMap")
    found = [read_body(cluster, resource, ObjectRef("", "ConfigMap", "here", each)) for each in ("a", "none")]
    assert [body and body["metadata"]["name"] for body in found] == ["a", None]
    assert [call.name for call in cluster.asked("list")] == ["metadata.name=a", "metadata.name=none"]
