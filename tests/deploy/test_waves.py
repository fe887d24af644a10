"""Applying a plan: order, failures and what depends on them, interrupts."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from msgspec.structs import replace

from dlctl.cluster.protocol import Identity
from dlctl.deploy.apply import apply_plan
from dlctl.deploy.events import Applied, Failed
from dlctl.deploy.model import Report, Result
from dlctl.deploy.options import DeployOptions
from dlctl.errors import Forbidden, PlanError, Unreachable
from dlctl.events import Event
from dlctl.manifest import Manifest
from dlctl.plan.model import Action
from dlctl.plan.planner import make_plan
from tests.deploy.runs import WHERE, FakeTime, delete_target, plain, refusing, results
from tests.fakes.cluster.cluster import MemoryCluster
from tests.plan.targets import Call, Watched, apply_all, config, manifest, objects_in, scope


def widget(component: str = "web") -> Manifest:
    return plain("Widget", "w", component, "awkward.dlctl.dev/v1")


def widgets(component: str = "crd") -> Manifest:
    return manifest(objects_in("widgets.yaml")[0], WHERE, component, namespaced=False)


def applied(
    manifests: list[Manifest], refuse: Callable[[Call], None], namespaces: tuple[str, ...] = ("here",)
) -> tuple[Watched, Report]:
    cluster = Watched(MemoryCluster(namespaces=namespaces), refuse)
    time = FakeTime()
    plan = make_plan(WHERE, manifests, cluster)
    return cluster, apply_plan(plan, cluster, DeployOptions(clock=time.clock))


def test_waves_follow_each_other() -> None:
    manifests = [
        plain("Deployment", "d", "web", "apps/v1"),
        plain("Service", "s", "web"),
        *(config(f"c{number}", WHERE) for number in range(20)),
    ]
    cluster, report = applied(manifests, lambda call: None, namespaces=())
    assert report.succeeded
    kinds = [call.kind for call in cluster.asked("create", "apply")]
    assert kinds == ["Namespace", *["ConfigMap"] * 21, "Service", "Deployment"]
    assert [call.name for call in cluster.asked("create", "apply")][1] == "dlctl.shop.test", (
        "the ApplySet parent"
    )
    assert report.counts == {Action.CREATE: 23}


def test_failure_stops_only_later_waves_of_its_component() -> None:
    manifests = [
        config("c", WHERE, "web"),
        config("fine", WHERE, "web"),
        plain("Deployment", "d", "web", "apps/v1"),
        plain("Deployment", "e", "other", "apps/v1"),
    ]
    _, report = applied(manifests, refusing("ConfigMap", "c"))
    assert results(report) == {
        "ConfigMap/c": Result.FAILED,
        "ConfigMap/fine": Result.DONE,
        "Deployment/d": Result.SKIPPED,
        "Deployment/e": Result.DONE,
    }
    (skipped,) = report.having(Result.SKIPPED)
    assert "ConfigMap/c in namespace here" in skipped.reason
    error = report.error()
    assert error is not None
    assert error.message == "1 object failed, 1 skipped"


def test_failed_namespace_stops_its_objects() -> None:
    there = manifest({**config("c", WHERE).body, "metadata": {"name": "c", "namespace": "there"}}, WHERE, "b")
    _, report = applied([config("a", WHERE, "a"), there], refusing("Namespace", "there"))
    assert results(report) == {
        "Namespace/there": Result.FAILED,
        "ConfigMap/a": Result.DONE,
        "ConfigMap/c": Result.SKIPPED,
    }


def test_failed_crd_stops_its_kind_in_every_component() -> None:
    _, report = applied(
        [widgets("crd"), widget("web"), config("c", WHERE, "web")], refusing("CustomResourceDefinition")
    )
    assert results(report) == {
        "CustomResourceDefinition/widgets.awkward.dlctl.dev": Result.FAILED,
        "ConfigMap/c": Result.DONE,
        "Widget/w": Result.SKIPPED,
    }


def test_crd_that_is_never_established_times_out() -> None:
    class Slow(MemoryCluster):
        def get(self, resource: Any, name: str, namespace: str = "") -> Any:
            body = dict(super().get(resource, name, namespace))
            return {**body, "status": {}} if resource.kind == "CustomResourceDefinition" else body

    cluster, time = Slow(namespaces=["here"]), FakeTime()
    plan = make_plan(WHERE, [widgets(), widget()], cluster)
    report = apply_plan(plan, cluster, DeployOptions(clock=time.clock, timeout=30))
    assert list(results(report).values()) == [Result.FAILED, Result.SKIPPED]
    assert 30 <= time.seconds < 32
    error = report.error()
    assert error is not None
    assert error.exit_code == 3


def test_refused_plan_is_not_started() -> None:
    cluster = Watched(MemoryCluster(namespaces=["here"]))
    apply_all(cluster.inner, [config("theirs", scope("here", app="other"))])
    plan = make_plan(WHERE, [config("theirs", WHERE), config("ours", WHERE), widget()], cluster)
    with pytest.raises(PlanError) as caught:
        apply_plan(plan, cluster)
    kind, object_ = (str(problem) for problem in caught.value.problems)
    assert "does not serve awkward.dlctl.dev/v1 Widget" in kind
    assert "app other" in object_
    assert not cluster.asked("apply")


def test_unchanged_object_needs_no_request() -> None:
    cluster = Watched(MemoryCluster(namespaces=["here"]))
    manifests = [config("c", WHERE, a="1"), widgets()]
    apply_all(cluster.inner, manifests)
    cluster.calls.clear()
    plan = make_plan(WHERE, manifests, cluster)
    asked = len(cluster.calls)
    report = apply_plan(plan, cluster)
    assert report.counts == {Action.UNCHANGED: 2}
    assert len(cluster.calls) == asked


def test_stop_starts_no_further_step_and_next_run_converges() -> None:
    stop = threading.Event()

    def stop_at_service(call: Call) -> None:
        if call.verb == "apply" and call.kind == "Service":
            stop.set()

    cluster = Watched(MemoryCluster(namespaces=["here"]), stop_at_service)
    manifests = [
        config("c", WHERE),
        plain("Service", "s", "web"),
        plain("Deployment", "d", "web", "apps/v1"),
    ]
    report = apply_plan(make_plan(WHERE, manifests, cluster), cluster, DeployOptions(stop=stop))
    assert report.interrupted
    assert results(report) == {
        "ConfigMap/c": Result.DONE,
        "Service/s": Result.DONE,
        "Deployment/d": Result.STOPPED,
    }
    again = apply_plan(make_plan(WHERE, manifests, cluster), cluster)
    assert again.counts == {Action.UNCHANGED: 2, Action.CREATE: 1}


def test_ctrl_c_ends_with_a_report() -> None:
    def interrupt(event: Event) -> None:
        if isinstance(event, Applied):
            raise KeyboardInterrupt

    cluster = MemoryCluster(namespaces=["here"])
    manifests = [config("c", WHERE), plain("Deployment", "d", "web", "apps/v1")]
    report = apply_plan(make_plan(WHERE, manifests, cluster), cluster, emit=interrupt)
    assert report.interrupted
    assert results(report) == {"ConfigMap/c": Result.DONE, "Deployment/d": Result.STOPPED}


def test_cluster_lost_while_waiting_for_a_crd_is_not_retried() -> None:
    def refuse(call: Call) -> None:
        if call.verb == "get" and call.kind == "CustomResourceDefinition":
            raise Unreachable("gone")

    cluster, report = applied([widgets(), widget("web"), config("c", WHERE, "other")], refuse)
    written = [call.name for call in cluster.asked("create", "apply")]
    assert written == ["dlctl.shop.test", "widgets.awkward.dlctl.dev"]
    assert results(report) == {
        "CustomResourceDefinition/widgets.awkward.dlctl.dev": Result.FAILED,
        "ConfigMap/c": Result.SKIPPED,
        "Widget/w": Result.SKIPPED,
    }


def test_lost_cluster_is_not_retried_for_every_object() -> None:
    manifests = [config(f"c{number:03}", WHERE, f"part{number}") for number in range(200)]
    cluster, report = applied(manifests, refusing("ConfigMap", error=Unreachable("gone")))
    assert len(cluster.asked("apply")) < 20
    assert len(report.having(Result.SKIPPED)) > 180


def test_each_object_has_one_event_in_the_callers_thread() -> None:
    cluster = Watched(MemoryCluster(namespaces=["here"]), refusing("ConfigMap", "c7"))
    heard: list[Event] = []
    threads: set[int] = set()

    def listen(event: Event) -> None:
        threads.add(threading.get_ident())
        heard.append(event)

    manifests = [config(f"c{number}", WHERE) for number in range(20)]
    apply_plan(make_plan(WHERE, manifests, cluster), cluster, emit=listen)
    assert threads == {threading.get_ident()}
    assert sorted(event.ref.name for event in heard if isinstance(event, Applied)) == sorted(
        f"c{number}" for number in range(20) if number != 7
    )
    assert [event.ref.name for event in heard if isinstance(event, Failed)] == ["c7"]


def test_rejection_message_masks_the_secret() -> None:
    body = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s"}, "stringData": {"a": "hunter2"}}
    refuse = refusing("Secret", error=Forbidden('quota says "hunter2" and "aHVudGVyMg==" are too long'))
    _, report = applied([manifest(body, WHERE)], refuse)
    (failure,) = report.having(Result.FAILED)
    assert failure.error is not None
    assert failure.error.message == 'quota says "***" and "***" are too long'


class Turning(MemoryCluster):
    """A server that is another cluster once so many objects were written or deleted."""

    def __init__(self, after: int) -> None:
        super().__init__(namespaces=["here"])
        self.after, self.writes = after, 0

    def apply(self, *args: Any, **options: Any) -> Any:
        self.writes += not options.get("dry_run")
        return super().apply(*args, **options)

    def create(self, *args: Any, **options: Any) -> Any:
        self.writes += 1
        return super().create(*args, **options)

    def delete(self, *args: Any, **options: Any) -> Any:
        self.writes += 1
        return super().delete(*args, **options)

    def identity(self, *, fresh: bool = False) -> Identity:
        found = super().identity(fresh=fresh)
        return replace(found, uid="another") if self.writes >= self.after else found


@pytest.mark.parametrize(
    ("after", "written"), [(0, []), (1, []), (2, ["a", "b"]), (3, ["a", "b"]), (4, ["a", "b", "s"])]
)
def test_the_cluster_is_identified_again_before_each_wave(after: int, written: list[str]) -> None:
    objects = [config("a", WHERE), config("b", WHERE), plain("Service", "s", "web")]
    objects.append(plain("Deployment", "d", "web", "apps/v1"))
    cluster = Turning(after=9)
    plan = make_plan(WHERE, objects, cluster)
    cluster.after = after
    report = apply_plan(plan, cluster)
    done = [ref.split("/")[1] for ref, result in results(report).items() if result is Result.DONE]
    assert done == written
    assert cluster.writes == len(written) + (after > 0), "the first write is the ApplySet parent"
    error = report.error()
    assert error is not None
    assert "is cluster another now, but the plan was made for cluster" in str(error.single_errors[0])


def test_the_cluster_is_identified_again_before_each_wave_of_a_deletion() -> None:
    cluster = Turning(after=9)
    apply_all(cluster, [config("a", WHERE), plain("Deployment", "d", "web", "apps/v1")])
    cluster.after = cluster.writes + 1
    report = delete_target(WHERE, cluster)
    assert results(report) == {"Deployment/d": Result.DONE, "ConfigMap/a": Result.FAILED}
