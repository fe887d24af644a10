"""Why objects are not as far as they must be, after a wait and without one."""

import pytest

from dlctl.cluster.protocol import Resource
from dlctl.deploy.goal import Goal
from dlctl.deploy.waited import Waited
from dlctl.deploy.why.explain import explain
from dlctl.errors import NotReady
from dlctl.manifest import ObjectRef
from dlctl.plan.live.object_status import ObjectStatus
from dlctl.status import Phase, Status, Verdict
from tests.fakes.cluster.cluster import MemoryCluster
from tests.jobs import made
from tests.jobs.made import rules
from tests.plan.targets import apply_all, config, manifest, scope


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


class Counting(MemoryCluster):
    """A server that counts how often it is asked for all its kinds."""

    asked = 0

    def resources(self) -> tuple[Resource, ...]:
        self.asked += 1
        return super().resources()


def test_kinds_that_hold_jobs_are_looked_up_once() -> None:
    """However many jobs wait, on a cluster without queues."""
    where = scope("default")
    jobs = [config(name, where) for name in ("a", "b", "c")]
    cluster = Counting(namespaces=["default"])
    apply_all(cluster, jobs)
    cluster.asked = 0
    pending = Verdict(Status.IN_PROGRESS, "waits", phase=Phase.PENDING)
    explain(cluster, [ObjectStatus(each.ref, each.component, pending) for each in jobs], jobs, rules())
    assert cluster.asked == 1


def test_what_serves_is_explained_by_the_pods_that_its_package_names() -> None:
    on, model = made.cluster(), manifest(made.body("InferenceService", "m"), scope("ml"), "m")
    owner = on.put(model.body)
    pod = made.pod("m-predictor-1", owner, "Pending")
    waiting = {"waiting": {"reason": "ErrImagePull"}}
    pod["status"]["containerStatuses"] = [{"name": "main", "image": "a:1", "state": waiting}]
    pod["metadata"]["labels"] = {"serving.kserve.io/inferenceservice": "m"}
    on.put(pod)
    pending = ObjectStatus(model.ref, "m", Verdict(Status.IN_PROGRESS, "not ready"))
    (cause,) = explain(on, [pending], [model], rules())
    assert (cause.layer, cause.text) == ("image", "1 of 1 pods: ErrImagePull, image a:1")
