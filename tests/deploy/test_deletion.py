"""Deleting what a plan lists: the waves backwards, each gone before the next, failures and interrupts."""

import threading
from collections.abc import Callable

from msgspec.structs import replace

from dlctl.deploy.apply_phase import ApplyPhase
from dlctl.deploy.delete import delete_plan
from dlctl.deploy.delete_phase import DeletePhase
from dlctl.deploy.events import Applied, Failed
from dlctl.deploy.model import Report, Result
from dlctl.deploy.options import DeployOptions
from dlctl.deploy.record import Record
from dlctl.deploy.runner import run_waves, waves_of
from dlctl.errors import Forbidden, NotReady, Unreachable
from dlctl.events import Event, no_events
from dlctl.manifest import Manifest
from dlctl.plan.deletion import plan_delete
from dlctl.plan.model import Action
from dlctl.plan.planner import make_plan
from tests.deploy.runs import WHERE, FakeTime, plain, refusing, results
from tests.fakes.cluster.cluster import MemoryCluster
from tests.plan.targets import Call, Watched, apply_all, config, manifest


def web() -> list[Manifest]:
    """Three waves."""
    return [
        config("c", WHERE),
        plain("Service", "s", "web"),
        plain("Deployment", "d", "web", "apps/v1"),
    ]


def held(name: str) -> Manifest:
    """A Deployment that a finalizer keeps."""
    metadata = {"name": name, "finalizers": ["example.com/held"]}
    return manifest({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata}, WHERE)


def holding(manifests: list[Manifest], refuse: Callable[[Call], None] = lambda call: None) -> Watched:
    cluster = Watched(MemoryCluster(namespaces=["here"]), refuse)
    apply_all(cluster.inner, manifests)
    return cluster


def deleted(
    cluster: Watched, options: DeployOptions | None = None, heard: list[Event] | None = None
) -> Report:
    options = options or DeployOptions(clock=FakeTime().clock)
    emit = no_events if heard is None else heard.append
    return delete_plan(plan_delete(WHERE, cluster), cluster, options, emit)


def test_what_was_applied_last_goes_first_and_is_looked_for_once_a_wave() -> None:
    cluster, heard = holding(web()), list[Event]()
    planned = plan_delete(WHERE, cluster)
    cluster.calls.clear()
    report = delete_plan(planned, cluster, emit=heard.append)
    assert report.succeeded
    assert [(call.verb, call.kind) for call in cluster.calls] == [
        ("delete", "Deployment"),
        ("list", "Deployment"),
        ("delete", "Service"),
        ("list", "Service"),
        ("delete", "ConfigMap"),
        ("list", "ConfigMap"),
        ("delete", "ConfigMap"),  # the ApplySet parent, which has no members any more
    ]
    assert [event.ref.name for event in heard if isinstance(event, Applied)] == ["d", "s", "c"]


def test_a_failure_stops_all_later_waves_and_not_its_own() -> None:
    manifests = [*web(), plain("Deployment", "e", "other", "apps/v1")]
    cluster, heard = holding(manifests, refusing("Deployment", "d", verb="delete")), list[Event]()
    report = deleted(cluster, heard=heard)
    assert results(report) == {
        "Deployment/e": Result.DONE,
        "Deployment/d": Result.FAILED,
        "Service/s": Result.SKIPPED,
        "ConfigMap/c": Result.SKIPPED,
    }
    assert {outcome.reason for outcome in report.having(Result.SKIPPED)} == {
        "objects that were applied after it still exist"
    }
    assert [event.ref.name for event in heard if isinstance(event, Failed)] == ["d"]


def test_what_is_held_is_waited_for_until_the_time_is_over() -> None:
    cluster, time = holding([held("d"), config("c", WHERE)]), FakeTime()
    report = deleted(cluster, DeployOptions(clock=time.clock, timeout=30))
    assert results(report) == {"Deployment/d": Result.FAILED, "ConfigMap/c": Result.SKIPPED}
    (failure,) = report.having(Result.FAILED)
    assert isinstance(failure.error, NotReady)
    assert "example.com/held" in failure.error.message
    assert 30 <= time.seconds < 32


def test_a_lock_that_is_lost_while_waiting_is_an_error() -> None:
    taken, time = threading.Event(), FakeTime()
    clock = replace(time.clock, sleep=lambda seconds: taken.set())
    options = DeployOptions(clock=clock, lock_taken_by=lambda: "eve" if taken.is_set() else "")
    report = deleted(holding([held("d")]), options)
    assert results(report) == {"Deployment/d": Result.REQUESTED}
    assert "eve has taken over the lock: 1 object not done" in str(report.error())


def test_without_waiting_all_waves_are_sent_and_none_is_looked_for() -> None:
    cluster = holding([held("d"), config("c", WHERE)])
    planned = plan_delete(WHERE, cluster)
    cluster.calls.clear()
    report = delete_plan(planned, cluster, DeployOptions(wait=False))
    assert report.succeeded
    assert [(call.verb, call.kind) for call in cluster.calls] == [
        ("delete", "Deployment"),
        ("delete", "ConfigMap"),
    ]  # the ApplySet parent stays: whether objects are left is not known


def test_stop_while_waiting_leaves_what_is_not_gone_undecided() -> None:
    stop, time = threading.Event(), FakeTime()
    clock = replace(time.clock, sleep=lambda seconds: stop.set())
    cluster = holding([held("d"), plain("Deployment", "e", "web", "apps/v1"), config("c", WHERE)])
    report = deleted(cluster, DeployOptions(clock=clock, stop=stop))
    assert report.interrupted
    assert results(report) == {
        "Deployment/e": Result.DONE,
        "Deployment/d": Result.REQUESTED,
        "ConfigMap/c": Result.STOPPED,
    }
    assert [outcome.reason for outcome in report.having(Result.REQUESTED)] == ["its deletion was requested"]


def test_a_cluster_that_went_away_is_not_asked_for_each_object_of_the_wave() -> None:
    manifests = [config(f"c{number:03}", WHERE) for number in range(200)]
    cluster = holding(manifests, refusing("ConfigMap", error=Unreachable("gone"), verb="delete"))
    report = deleted(cluster)
    assert len(cluster.asked("delete")) < 20
    assert len(report.having(Result.SKIPPED)) > 180


def test_deletions_may_follow_applies_in_one_run() -> None:
    """The steps of two phases in one plan, as pruning needs them."""
    old = [config("old", WHERE), plain("Service", "old", "web")]
    new = [config("new", WHERE), plain("Deployment", "new", "web", "apps/v1")]

    def run(refuse: Callable[[Call], None]) -> tuple[Watched, Report]:
        cluster = holding(old, refuse)
        applies, deletions = make_plan(WHERE, new, cluster), plan_delete(WHERE, cluster)
        plan = replace(applies, steps=(*applies.steps, *deletions.steps))
        options = DeployOptions(clock=FakeTime().clock)
        applying = ApplyPhase(plan, cluster, options, no_events)
        deleting = DeletePhase(plan, cluster, options, no_events)
        waves = (*waves_of(applies.steps, applying), *waves_of(deletions.steps, deleting))
        return cluster, run_waves(plan, waves, Record(no_events), options)

    cluster, report = run(lambda call: None)
    assert report.counts == {Action.CREATE: 2, Action.PRUNE: 2}
    assert [(call.verb, call.kind) for call in cluster.asked("apply", "delete")] == [
        ("apply", "ConfigMap"),
        ("apply", "Deployment"),
        ("delete", "Service"),
        ("delete", "ConfigMap"),
    ]
    cluster, report = run(refusing("Deployment", error=Forbidden("no")))
    assert results(report) == {
        "ConfigMap/new": Result.DONE,
        "Deployment/new": Result.FAILED,
        "Service/old": Result.SKIPPED,
        "ConfigMap/old": Result.SKIPPED,
    }
    assert not cluster.asked("delete")
