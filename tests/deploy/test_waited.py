"""Why objects are not as far as they must be, after a wait and without one."""

import pytest

from dlctl.deploy.goal import Goal
from dlctl.deploy.waited import Waited
from dlctl.deploy.why.explain import explain
from dlctl.errors import NotReady
from dlctl.manifest import ObjectRef
from dlctl.plan.live.status import ObjectStatus
from dlctl.status import Phase, Status, Verdict
from dlctl.status.readiness import NO_RULES
from tests.fakes.cluster.cluster import MemoryCluster
from tests.plan.targets import Call, Watched, apply_all, config, scope


@pytest.mark.parametrize(
    ("count", "waits", "message"),
    [
        (1, False, "1 object is not ready"),
        (2, False, "2 objects are not ready"),
        (2, True, "2 objects not ready in time"),
    ],
)
def test_only_what_was_waited_for_is_not_ready_in_time(count: int, waits: bool, message: str) -> None:
    pending = Verdict(Status.IN_PROGRESS, "0 of 1")
    refs = [ObjectRef("apps", "Deployment", "ml", f"web-{number}") for number in range(count)]
    objects = tuple(ObjectStatus(ref, "web", pending) for ref in refs)
    error = Waited(Goal.DEFAULT, objects, waits=waits).error()
    assert isinstance(error, NotReady)
    assert (error.message, error.exit_code) == (message, 3)


def test_kinds_that_hold_jobs_are_looked_up_once() -> None:
    """However many jobs wait, on a cluster without queues."""
    where = scope("default")
    jobs = [config(name, where) for name in ("a", "b", "c")]
    asked: list[str] = []

    def note(call: Call) -> None:
        if call.verb == "resource":
            asked.append(call.kind)

    cluster = Watched(MemoryCluster(namespaces=["default"]), note)
    apply_all(cluster, jobs)
    pending = Verdict(Status.IN_PROGRESS, "waits", phase=Phase.PENDING)
    explain(cluster, [ObjectStatus(each.ref, each.component, pending) for each in jobs], jobs, NO_RULES)
    assert (asked.count("Workload"), asked.count("PodGroup")) == (3, 2), "once in each version"
