"""Waits on a real API server: few requests, whatever may be watched."""

import time
import uuid

import pytest

from dlctl.deploy.apply import apply_plan
from dlctl.deploy.events import Judged
from dlctl.deploy.goal import Goal
from dlctl.deploy.options import DeployOptions
from dlctl.deploy.steady import STEADY_FOR
from dlctl.deploy.wait_for_objects import Wait, wait_for_objects
from dlctl.errors import Forbidden
from dlctl.events import Event, no_events
from dlctl.labels import COMPONENT
from dlctl.manifest import Manifest
from dlctl.plan.planner import make_plan
from dlctl.status import NO_RULES
from tests.controlplane import Namespace
from tests.plan.targets import Call, Watched, config, manifest, scope

pytestmark = pytest.mark.controlplane


def web(number: int) -> dict[str, object]:
    """A Deployment of one pod."""
    labels = {"app": f"web-{number}", COMPONENT: "web"}
    template = {"metadata": {"labels": labels}, "spec": {"containers": [{"name": "main", "image": "nginx"}]}}
    spec = {"replicas": 1, "selector": {"matchLabels": {"app": f"web-{number}"}}, "template": template}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": f"web-{number}"},
        "spec": spec,
    }


@pytest.mark.parametrize("may_watch", [True, False])
def test_many_objects_are_waited_for_with_few_requests(
    api_server: Watched, namespace: Namespace, may_watch: bool
) -> None:
    where = scope(namespace.name, app=f"shop-{uuid.uuid4().hex[:8]}")
    manifests: list[Manifest] = [manifest(web(number), where) for number in range(15)]
    manifests += [config(f"c{number}", where) for number in range(5)]
    assert apply_plan(make_plan(where, manifests, api_server), api_server).succeeded

    def refuse(call: Call) -> None:
        if call.verb == "watch" and not may_watch:
            raise Forbidden("no")

    cluster = Watched(api_server.inner, refuse)
    options = DeployOptions(deadline=time.monotonic() + 60)
    waited = wait_for_objects(
        cluster, Wait(where, tuple(manifests), Goal.DEFAULT, NO_RULES), options, no_events
    )
    assert waited is not None
    assert waited.is_reached
    assert len(waited.objects) == 20
    asked = [(call.verb, call.kind) for call in cluster.calls]
    if may_watch:
        assert asked.count(("watch", "Deployment")) == 1
        assert len(asked) <= 2 + 2 + 1, asked  # kinds, pages, watches
    else:
        assert ("get", "Deployment") in asked


def test_who_may_not_watch_all_namespaces_watches_each(api_server: Watched, namespace: Namespace) -> None:
    other = f"{namespace.name}-other"
    namespace.control_plane.kubectl("create", "namespace", other)
    where = scope(namespace.name, app=f"shop-{uuid.uuid4().hex[:8]}")
    there = web(1)
    there["metadata"] = {"name": "web-1", "namespace": other}
    manifests = (manifest(web(0), where), manifest(there, where))
    assert apply_plan(make_plan(where, manifests, api_server), api_server).succeeded

    def refuse(call: Call) -> None:
        if call.verb == "watch" and not call.namespace:
            raise Forbidden("no")

    cluster = Watched(api_server.inner, refuse)
    options = DeployOptions(deadline=time.monotonic() + 60)
    waited = wait_for_objects(cluster, Wait(where, manifests, Goal.DEFAULT, NO_RULES), options, no_events)
    assert waited is not None
    assert waited.is_reached
    watched = {call.namespace for call in cluster.calls if call.verb == "watch"}
    assert watched == {"", namespace.name, other}
    assert not [call for call in cluster.calls if call.verb == "get"]
    namespace.control_plane.kubectl("delete", "namespace", other, "--wait=false")


def test_what_was_changed_and_has_no_probe_must_stay_ready(api_server: Watched, namespace: Namespace) -> None:
    where = scope(namespace.name, app=f"shop-{uuid.uuid4().hex[:8]}")
    manifests = (manifest(web(0), where), manifest(web(1), where))
    assert apply_plan(make_plan(where, manifests, api_server), api_server).succeeded
    ready: list[float] = []

    def emit(event: Event) -> None:
        if isinstance(event, Judged) and event.reached:
            ready.append(time.monotonic())

    changed = frozenset(each.ref for each in manifests)
    options = DeployOptions(deadline=time.monotonic() + 60)
    wait = Wait(where, manifests, Goal.DEFAULT, NO_RULES, changed)
    waited = wait_for_objects(api_server, wait, options, emit)
    assert waited is not None
    assert waited.is_reached
    assert time.monotonic() - max(ready) >= STEADY_FOR - 0.1
