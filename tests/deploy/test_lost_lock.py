"""A lock that somebody else takes over ends its own environment's run, and no other's."""

import threading
from contextlib import suppress
from typing import Any

import pytest

from dlctl.deploy import lease
from dlctl.deploy.apply import apply_plan
from dlctl.deploy.lease import EnvironmentLock
from dlctl.deploy.model import Result
from dlctl.deploy.options import DeployOptions
from dlctl.errors import Conflict, DeployError
from dlctl.events import no_events
from dlctl.plan.planner import make_plan
from tests.controlplane import Namespace
from tests.deploy.runs import results
from tests.plan.targets import Call, Watched, config, manifest, scope

pytestmark = pytest.mark.controlplane


def test_a_lost_lock_stops_its_own_run(
    api_server: Watched, namespace: Namespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lease, "RENEWED", 0.01)
    where, stop = scope(namespace.name), threading.Event()
    path = f"/apis/coordination.k8s.io/v1/namespaces/{namespace.name}/leases/dlctl.shop.test"
    lock = EnvironmentLock(api_server, where, no_events, patience=0, stop=stop)

    def taken_over(call: Call) -> None:
        """Another run takes the lock while the first object is written; it is noticed at a renewal."""
        while (call.verb, call.name, lock.taken_by) == ("apply", "a", ""):
            found: Any = api_server.inner.raw("GET", path)
            theirs = {**found, "spec": {**found["spec"], "holderIdentity": "eve/elsewhere/0/17/99"}}
            with suppress(Conflict):  # renewed meanwhile: once more
                api_server.inner.raw("PUT", path, body=theirs)

    service: dict[str, Any] = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "s"}}
    service["spec"] = {"ports": [{"port": 1}]}
    plan = make_plan(where, [config("a", where), manifest(service, where)], api_server)
    with lock:
        lock.look()
        assert lock.acquire()
        api_server.refuse = taken_over
        options = DeployOptions(stop=stop, lock_taken_by=lambda: lock.taken_by)
        report = apply_plan(plan, api_server, options)
        with pytest.raises(DeployError, match="was taken over by eve@elsewhere"):
            lock.acquire()
    assert (stop.is_set(), report.interrupted) == (False, False), "other environments go on"
    assert results(report) == {"ConfigMap/a": Result.DONE, "Service/s": Result.STOPPED}
    assert "eve@elsewhere (process 17) has taken over the lock: 1 object not done" in str(report.error())
