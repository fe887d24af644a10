"""Waits for jobs in an API server in memory: what is reached, what is missed, and what is not known."""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest

from dlctl.deploy import watches
from dlctl.deploy.options import Clock, DeployOptions
from dlctl.errors import Forbidden, Unreachable
from dlctl.events import Event, Note
from dlctl.jobs.choices import JobGoal
from dlctl.jobs.facts import Owner
from dlctl.jobs.following import READ_AGAIN, UNREADABLE, Following
from dlctl.jobs.wait import Enough, JobChanged, JobWait, WaitedJob, wait_for_jobs
from dlctl.status.model import Phase
from tests.fakes.cluster.cluster import MemoryCluster
from tests.jobs.made import Json, body, cluster, jobs, pod, rules
from tests.plan.targets import Call, Watched

KNOWN = rules()


def condition(kind: str, **more: Any) -> Json:
    return {"conditions": [{"type": kind, "status": "True", **more}]}


def waited(
    on: Any, goal: JobGoal, emit: Callable[[Event], None], options: DeployOptions, **enough: bool
) -> tuple[WaitedJob, ...]:
    wait = JobWait([(job, Owner("dev", "")) for job in jobs(on).values()], goal, Enough(**enough))
    return wait_for_jobs(on, Following(on, ["ml"], KNOWN, emit), wait, KNOWN, options, emit)


class Waiting:
    """A wait in a thread; `step` changes the cluster once a phase was seen."""

    def __init__(self, on: MemoryCluster, steps: Mapping[Phase, Callable[[], object]]) -> None:
        self.steps = dict(steps)
        self.on = on
        self.seen: list[Phase] = []

    def emit(self, event: Event) -> None:
        if isinstance(event, JobChanged) and event.job.phase not in self.seen:
            self.seen.append(event.job.phase)
            self.steps.pop(event.job.phase, lambda: None)()

    def until(self, goal: JobGoal, on: Any = None) -> str:
        with ThreadPoolExecutor(1) as pool:
            work = pool.submit(waited, on or self.on, goal, self.emit, DeployOptions())
            (end,) = work.result(timeout=30)
        return end.end.value


@pytest.mark.parametrize("may_watch", [True, False])
def test_a_job_is_followed_through_its_phases(may_watch: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watches, "RELIST", 0.05)
    on = cluster()
    job = on.put(body("PyTorchJob", "net", status=condition("Created")))
    change = partial(body, "PyTorchJob", "net", metadata={"uid": job["metadata"]["uid"]})

    def refuse(call: Call) -> None:
        if call.verb == "watch" and not may_watch:
            raise Forbidden("no")

    steps = {
        Phase.PENDING: lambda: (on.put(pod("p", job)), on.put(change(status=condition("Running")))),
        Phase.RUNNING: lambda: on.put(change(status=condition("Restarting"))),
        Phase.RESTARTING: lambda: on.put(change(status=condition("Succeeded"))),
    }
    waiting = Waiting(on, steps)
    assert waiting.until(JobGoal.FINAL, Watched(on, refuse)) == "reached"
    assert waiting.seen == [Phase.PENDING, Phase.RUNNING, Phase.RESTARTING, Phase.SUCCEEDED]
    assert Waiting(on, {}).until(JobGoal.RUNNING) == "reached", "it is past that"
    assert Waiting(on, {}).until(JobGoal.FAILED) == "missed"


def test_a_job_that_is_deleted_meanwhile() -> None:
    on = cluster()
    resource = on.resource("kubeflow.org/v1", "PyTorchJob")
    for goal, end in ((JobGoal.FINAL, "gone"), (JobGoal.DELETED, "reached")):
        on.put(body("PyTorchJob", "net", status=condition("Running")))
        steps = {Phase.RUNNING: lambda: on.delete(resource, "net", "ml")}
        assert Waiting(on, steps).until(goal) == end


def test_what_is_not_final_is_no_failure_and_the_first_end_may_be_enough() -> None:
    on = cluster()
    on.put(body("MPIJob", "evicted", status=condition("Failed", reason="MPIJobEvicted")))
    failed = on.put(body("PyTorchJob", "net", status=condition("Failed")))
    terminated = {"terminated": {"exitCode": 3, "reason": "Error"}}
    broken = pod("net-0", failed, "Failed", containerStatuses=[{"name": "main", "state": terminated}])
    broken["metadata"]["labels"] = {"training.kubeflow.org/job-name": "net"}
    on.put(broken)
    on.set_log("ml", "net-0", "it broke\n", container="main")

    def end(**enough: bool) -> dict[str, WaitedJob]:
        options = DeployOptions(deadline=0.0 if not enough else 1e12)
        return {
            each.job.ref.name: each for each in waited(on, JobGoal.FINAL, lambda _: None, options, **enough)
        }

    assert {name: each.end.value for name, each in end().items()} == {
        "evicted": "timed-out",
        "net": "missed",
    }
    fast = end(fail_fast=True)
    assert {name: each.end.value for name, each in fast.items()} == {"evicted": "stopped", "net": "missed"}
    (cause,) = fast["net"].causes
    assert (cause.text, cause.log) == ("1 of 1 pods: exit 3", ("it broke",))


def test_a_cluster_that_cannot_be_read_is_an_error_after_minutes() -> None:
    on, times = cluster(), [0.0]
    on.put(body("Job", "a", status={}))
    gone: list[bool] = []

    def refuse(call: Call) -> None:
        if gone:
            raise Unreachable("no answer")

    notes: list[Event] = []
    clock = Clock(now=lambda: times[0], sleep=lambda _: None)
    following = Following(Watched(on, refuse), ["ml"], KNOWN, notes.append, clock=clock)
    gone.append(True)
    times[0] = READ_AGAIN
    assert not following.changed(0.0)
    assert [note.text for note in notes if isinstance(note, Note)] == [
        "the cluster cannot be read; it is tried again: no answer"
    ]
    times[0] = UNREADABLE
    with pytest.raises(Unreachable):
        following.changed(0.0)
    gone.clear()
    assert [each.body["metadata"]["name"] for each in following.live.jobs] == ["a"]


def test_the_time_is_over_for_a_job_whose_pods_did_not_fit_before() -> None:
    """A warning from before all pods worked is no cause of what is not final now; one since then is."""
    on = cluster()
    job = on.put(body("PyTorchJob", "net", status=condition("Running")))
    ready = {"type": "Ready", "status": "True", "lastTransitionTime": "2026-01-01T10:00:30Z"}
    running = pod("net-0", job, conditions=[ready])
    running["metadata"]["labels"] = {"training.kubeflow.org/job-name": "net"}
    about = on.put(running)["metadata"]["uid"]

    def causes(seen: str, reason: str) -> list[str]:
        involved = {"kind": "Pod", "name": "net-0", "uid": about}
        on.put(
            body("Event", "one", involvedObject=involved, type="Warning", reason=reason, lastTimestamp=seen)
        )
        (end,) = waited(on, JobGoal.FINAL, lambda _: None, DeployOptions(deadline=0.0))
        return [cause.text for cause in end.causes]

    assert causes("2026-01-01T10:00:10Z", "FailedScheduling") == []
    assert causes("2026-01-01T10:05:00Z", "Unhealthy") == ["Unhealthy: "]
