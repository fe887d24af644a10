"""Jobs as a cluster has them: whose the pods are, phases that pods and holders decide, reasons."""

import re
from typing import Any

import pytest

from dlctl.deploy.why.by_cause import by_cause, newest_first
from dlctl.deploy.why.involved import involved
from dlctl.deploy.why.reading import warnings_about
from dlctl.errors import Forbidden
from dlctl.jobs.choices import JobGoal
from dlctl.jobs.goal import is_reached
from dlctl.jobs.live import read_live
from dlctl.jobs.model import Devices, FailedBy, Replicas
from dlctl.manifest import ref_of
from tests.jobs.made import Json, body, cluster, jobs, pod, rules
from tests.plan.targets import Call, Watched


def true(kind: str, **more: Any) -> Json:
    """The status of a job with one condition."""
    return {"conditions": [{"type": kind, "status": "True", **more}]}


def replicas(count: int, gpus: int = 0) -> Json:
    limits = {"nvidia.com/gpu": gpus} if gpus else {}
    template = {"spec": {"containers": [{"name": "pytorch", "image": "a", "resources": {"limits": limits}}]}}
    return {"pytorchReplicaSpecs": {"Worker": {"replicas": count, "template": template}}}


def unscheduled(text: str) -> Json:
    false = {"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": text}
    return {"conditions": [false]}


def test_pods_belong_to_the_outermost_job_by_uid_and_jobs_of_jobs_are_hidden() -> None:
    on = cluster()
    train = on.put(
        body("TrainJob", "net", status={"jobsStatus": [{"name": "node", "ready": 1, "active": 1}]})
    )
    made = on.put(body("JobSet", "net", train))
    inner = on.put(body("Job", "net-node-0", made))
    on.put(pod("net-node-0-0", inner, gpus=4))
    on.put(pod("net-node-0-1", inner, "Failed", gpus=4))
    other = on.put(body("PyTorchJob", "net", spec=replicas(2, gpus=8), status=true("Running")))
    on.put(pod("net-worker-0", other, gpus=8))

    found = jobs(on)

    assert set(found) == {"TrainJob/net", "PyTorchJob/net"}
    assert found["TrainJob/net"].devices == Devices(4, 4), "a pod that has ended holds nothing"
    assert found["PyTorchJob/net"].replicas == Replicas(1, 2)
    assert found["PyTorchJob/net"].devices == Devices(8, 16)
    assert found["PyTorchJob/net"].phase == "Starting", "some of the required pods run, and not all"


BOTH = {"conditions": [*true("Succeeded")["conditions"], *true("Failed")["conditions"]]}
RESUMED = {"conditions": [{"type": "Suspended", "status": "False", "reason": "Resumed"}]}
MASKED = {"phase": "Starting", "worker": {"failed": 1}}
LONG_AGO = "2026-01-01T00:00:00Z"
GOING = {"deletionTimestamp": LONG_AGO, "finalizers": ["a/b"]}
IN_QUEUE = {"labels": {"kueue.x-k8s.io/queue-name": "lq"}}
HELD = {"metadata": IN_QUEUE, "spec": {"suspend": True}, "status": true("Suspended")}


@pytest.mark.parametrize(
    ("kind", "parts", "phase", "final", "failed_by"),
    [
        ("PyTorchJob", {"status": BOTH}, "Failed", True, "unknown"),
        ("PyTorchJob", {"status": true("Failed", reason="Evicted")}, "Failed", True, "infrastructure"),
        ("MPIJob", {"status": true("Failed", reason="MPIJobEvicted")}, "Restarting", False, None),
        ("PaddleJob", {"status": MASKED}, "Failed", True, "unknown"),
        ("TrainJob", {"status": RESUMED}, "Pending", False, None),
        ("PyTorchJob", {"metadata": GOING, "status": true("Running")}, "Deleting", False, None),
        ("Job", HELD, "Queued", False, None),
        ("Job", {"status": true("Failed", reason="DeadlineExceeded")}, "Failed", True, "policy"),
        ("PyTorchJob", {"metadata": {"creationTimestamp": LONG_AGO}}, "Unknown", False, None),
    ],
)
def test_phases(kind: str, parts: Json, phase: str, final: bool, failed_by: str | None) -> None:
    on = cluster()
    on.put(body(kind, "a", **parts))
    found = jobs(on)[f"{kind}/a"]
    assert (found.phase, found.final, found.failed_by) == (phase, final, failed_by)
    assert bool(found.reason.text) is (phase != "Deleting"), found.reason
    assert not re.search(r"\d s\b", found.reason.text), "a watch tells of it once"


def test_what_kueue_holds_is_queued_for_the_quota_that_it_lacks() -> None:
    on = cluster()
    held = on.put(body("PyTorchJob", "a", spec=replicas(1), status=true("Suspended")))
    lacks = (
        "couldn't assign flavors to pod set worker: insufficient unused quota for nvidia.com/gpu "
        "in flavor a100, 8 more needed"
    )
    waits = {"type": "QuotaReserved", "status": "False", "reason": "Pending", "message": lacks}
    on.put(body("Workload", "w", held, spec={"queueName": "lq"}, status={"conditions": [waits]}))
    found = jobs(on)
    assert set(found) == {"PyTorchJob/a"}, "a Workload is no job"
    job = found["PyTorchJob/a"]
    assert (job.phase, job.queue) == ("Queued", "lq")
    assert (job.reason.layer, job.reason.text) == (
        "queue",
        "queue lq: needs 8 more nvidia.com/gpu (flavor a100)",
    )


def test_a_gang_waits_for_what_one_of_its_pods_lacks() -> None:
    on = cluster()
    job = on.put(body("PyTorchJob", "a", spec=replicas(2), status=true("Created")))
    on.put(
        pod(
            "a-0",
            job,
            "Pending",
            "",
            **unscheduled("2/2 tasks in gang unschedulable: pod group is not ready"),
        )
    )
    full = (
        "0/3 nodes are available: 1 node(s) had untolerated taint {a: b, c}, 2 Insufficient nvidia.com/gpu."
    )
    on.put(pod("a-1", job, "Pending", "", **unscheduled(full)))
    on.put(body("PodGroup", "pg", job, spec={"minMember": 2, "queue": "q"}, status={"phase": "Pending"}))
    found = jobs(on)["PyTorchJob/a"]
    assert (found.phase, found.queue, found.reason.layer) == ("Queued", "q", "gang")
    assert found.reason.text == (
        "gang 0/2: no node fits: 2 Insufficient nvidia.com/gpu, 1 node(s) had untolerated taint {a: b, c}"
    )


def test_a_failed_job_is_explained_by_its_container_and_a_quota_by_the_warning() -> None:
    on = cluster()
    failed = on.put(body("PyTorchJob", "a", spec=replicas(1), status=true("Failed", message="it failed")))
    ended = {"name": "main", "state": {"terminated": {"exitCode": 3, "reason": "Error"}}}
    on.put(pod("a-0", failed, "Failed", containerStatuses=[ended]))
    on.put(body("Job", "b", status={"startTime": "2026-01-01T00:00:00Z"}))
    event = {
        "involvedObject": {"name": "b"},
        "reason": "FailedCreate",
        "message": 'pods "b-x" is forbidden: exceeded quota: gpus',
        "lastTimestamp": "2026-01-01T00:00:00Z",
    }
    found = jobs(on, (event,))
    assert found["PyTorchJob/a"].reason.text == "exit 3 (1 of 1 pods)"
    assert found["PyTorchJob/a"].failed_by is FailedBy.USER
    assert (found["Job/b"].phase, found["Job/b"].reason.layer) == ("Pending", "quota")


def test_events_of_deleted_objects_of_the_same_name_explain_nothing() -> None:
    def event(kind: str, name: str, uid: str, time: str) -> Json:
        involved = {"kind": kind, "name": name, "uid": uid}
        return {"involvedObject": involved, "reason": kind, "message": uid, "lastTimestamp": time}

    metadata = {"uid": "new", "creationTimestamp": "2026-01-02T00:00:00Z"}
    live = body("Deployment", "web", metadata=metadata)
    present = body("Pod", "web-1", live, metadata={"uid": "pod"})
    before, after = "2026-01-01T00:00:00Z", "2026-01-02T00:00:01Z"
    events = [
        event("Deployment", "web", "old", after),
        event("Deployment", "web", "new", before),
        event("Pod", "web-0", "old-pod", after),
        event("Pod", "web-1", "pod", after),
        event("ReplicaSet", "web-7d", "old-set", before),
        event("ReplicaSet", "web-7d", "set", after),
    ]
    lines = warnings_about(events, involved(ref_of(live), live, [present]))
    assert lines == ("Deployment: new", "Pod: pod", "ReplicaSet: set")
    assert warnings_about(events[2:3], involved(ref_of(live), live, [])), "of a pod that is gone since"


def test_the_pods_of_the_newest_replica_set_are_explained_first() -> None:
    web = body("Deployment", "web", metadata={"uid": "u"})
    pods = []
    for template, day, code in (("a", 1, 1), ("a", 1, 1), ("b", 2, 2)):
        made = pod(f"web-{template}", web, containerStatuses=[exited(code)])
        made["metadata"]["labels"] = {"pod-template-hash": template}
        made["metadata"]["creationTimestamp"] = f"2026-01-0{day}T00:00:00Z"
        pods.append(made)
    causes = newest_first(by_cause(pods, ()), pods)
    assert [each.cause.text for each in causes] == ["exit 2", "exit 1"]


def exited(code: int, state: str = "state") -> Json:
    """The status of a container that ended."""
    return {"name": "main", state: {"terminated": {"exitCode": code, "reason": "Error"}}}


def test_programs_that_crash_again_and_again_do_not_run_whatever_the_operator_counts() -> None:
    on = cluster()
    job = on.put(body("PyTorchJob", "a", spec=replicas(2), status=true("Running")))
    unready = [{"type": "Ready", "status": "False"}]
    waits = {"waiting": {"reason": "CrashLoopBackOff"}}
    crashed = {**exited(3, "lastState"), "state": waits, "restartCount": 4}
    for name in ("a-0", "a-1"):
        on.put(pod(name, job, containerStatuses=[crashed], conditions=unready))
    server = on.put(body("MPIJob", "b", status=true("Running")))
    on.put(pod("b-0", server, conditions=unready))

    found = jobs(on)

    restarting, runs = found["PyTorchJob/a"], found["MPIJob/b"]
    assert (restarting.phase, restarting.replicas) == ("Restarting", Replicas(0, 2))
    assert restarting.reason.text == "exit 3, restarted 4 times (2 of 2 pods)"
    assert not is_reached(restarting, JobGoal.RUNNING)
    assert (runs.phase, runs.replicas) == ("Running", Replicas(0, 1)), "it runs, and is not ready yet"


def test_one_list_for_each_kind_and_what_may_not_be_listed_is_a_note() -> None:
    on = cluster()
    for number in range(20):
        made = on.put(body("Job", f"j{number}", status={"startTime": "2026-01-01T00:00:00Z", "active": 1}))
        on.put(pod(f"p{number}", made))
    watched = Watched(on, lambda call: None)
    read_live(watched, ["ml"], rules())
    asked = [call.kind for call in watched.calls]
    assert len(asked) == len(set(asked))

    def no_pods(call: Call) -> None:
        if call.verb == "list" and call.kind in ("Pod", "MPIJob"):
            raise Forbidden("no")

    hidden = read_live(Watched(on, no_pods), ["ml"], rules())
    assert hidden.notes == (
        "you do not have permission to list mpijobs in namespace ml",
        "you do not have permission to list pods in namespace ml",
    )
    assert jobs(Watched(on, no_pods))["Job/j0"].replicas == Replicas(None, None)

    def nothing(call: Call) -> None:
        if call.verb == "list":
            raise Forbidden("no")

    with pytest.raises(Forbidden):
        read_live(Watched(on, nothing), ["ml"], rules())
