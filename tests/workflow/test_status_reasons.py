"""What `status` and `job list` say of jobs whose pods a quota refuses, in an API server in memory."""

from collections.abc import Sequence
from datetime import UTC, datetime

from dlctl.jobs.facts import Judge, Owner
from dlctl.jobs.live import read_live
from dlctl.jobs.model import Job
from dlctl.jobs.warnings import Warned
from dlctl.manifest import JsonObject
from dlctl.plan.live.status import status_of
from dlctl.plan.model import Scope
from dlctl.workflow.status_reasons import Reasons
from tests.jobs import made
from tests.plan.targets import Watched, manifest, scope

RULES = made.rules()
QUOTA = 'pods "net-worker-1" is forbidden: exceeded quota: gpus'
LABEL = {"training.kubeflow.org/job-name": "net"}


def event(about: JsonObject, time: str) -> made.Json:
    involved = {"kind": about["kind"], "name": about["metadata"]["name"], "uid": about["metadata"]["uid"]}
    return made.body(
        "Event",
        "refused",
        involvedObject=involved,
        type="Warning",
        reason="FailedCreatePod",
        message=QUOTA,
        lastTimestamp=time,
    )


def job(where: Scope, **status: object) -> made.Json:
    body = dict(manifest(made.body("PyTorchJob", "net"), where, "net").body)
    return {**body, **({"status": status} if status else {})}


def said(on: Watched, where: Scope) -> str:
    manifests = [manifest(made.body("PyTorchJob", "net"), where, "net")]
    found = status_of(where, manifests, on, rules=RULES, extras=False)
    (status,) = Reasons(manifests, on, RULES).with_reasons(found)
    return status.verdict.message


def job_listed(on: Watched) -> Job:
    now = datetime.now(UTC)
    (live,) = read_live(on, ["ml"], RULES, brief=True).jobs
    return Judge(RULES, now, Warned(on).about([live], RULES, now)).job(live, Owner("dev", "net"))


def events_read(on: Watched) -> Sequence[str]:
    return [call.namespace for call in on.asked("list") if call.kind == "Event"]


def test_a_job_whose_pods_a_quota_refuses() -> None:
    memory, where = made.cluster(), scope("ml")
    on = Watched(memory)
    stored = memory.put(job(where))
    assert said(on, where).startswith("no controller has written a status for ")
    memory.put(event({**stored, "metadata": {**stored["metadata"], "uid": "of-an-earlier-one"}}, "2099"))
    assert said(on, where).startswith("no controller has written a status for ")
    memory.put(event(stored, "2099-01-01T00:00:00Z"))
    assert said(on, where) == f"pods cannot be created: FailedCreatePod: {QUOTA}"
    created = {"conditions": [{"type": "Created", "status": "True", "message": "it is created"}]}
    memory.put({**job(where, **created), "metadata": stored["metadata"]})
    assert said(on, where) == f"no pods: FailedCreatePod: {QUOTA}"


def test_some_pods_of_a_job_are_refused() -> None:
    """A refusal from before the last pod was made holds no more."""
    memory, where = made.cluster(), scope("ml")
    on = Watched(memory)
    created = {"conditions": [{"type": "Created", "status": "True", "message": "it is created"}]}
    stored = memory.put(job(where, **created))
    pod = made.pod("net-worker-0", stored)
    made_at = {"creationTimestamp": "2026-01-01T00:00:00Z", "labels": LABEL}
    memory.put({**pod, "metadata": {**pod["metadata"], **made_at}})
    memory.put(event(stored, "2025-12-31T23:59:00Z"))
    assert "exceeded quota" not in said(on, where)
    memory.put(event(stored, "2099-01-01T00:00:00Z"))
    assert said(on, where).endswith(f": FailedCreatePod: {QUOTA}")


def test_a_list_of_jobs_says_the_same_of_a_job_that_lacks_pods() -> None:
    """Such a job's operator may have written no status: it is there, though, as it was refused."""
    memory, where = made.cluster(), scope("ml")
    on = Watched(memory)
    template = {"spec": {"containers": [{"name": "main", "image": "a:1"}]}}
    spec = {"pytorchReplicaSpecs": {"Worker": {"replicas": 2, "template": template}}}
    stored = memory.put({**job(where), "spec": spec})
    memory.put(event(stored, "2099-01-01T00:00:00Z"))
    for number, refused in (0, True), (1, False):
        pod = made.pod(f"net-worker-{number}", stored)
        made_at = {"creationTimestamp": f"2026-01-01T00:00:0{number}Z", "labels": LABEL}
        memory.put({**pod, "metadata": {**pod["metadata"], **made_at}})
        found = job_listed(on)
        assert (found.reason.layer == "quota") == refused
        assert (QUOTA in found.reason.text) == refused
        assert ("no controller" in found.message) != refused
        if refused:
            assert found.message == said(on, where) == found.reason.text
    memory.put(event(stored, "2025-12-31T23:59:00Z"))
    memory.delete(memory.resource("v1", "Pod"), "net-worker-1", "ml")
    assert job_listed(on).reason.layer == "object", "a pod was made after the refusal"


def test_after_a_wait_pods_of_jobs_are_not_read_again() -> None:
    """The wait has looked at those of jobs that are reported to run."""
    memory, where = made.cluster(), scope("ml")
    on = Watched(memory)
    stored = memory.put(job(where, conditions=[{"type": "Running", "status": "True"}]))
    states = {
        "state": {"waiting": {"reason": "CrashLoopBackOff"}},
        "lastState": {"terminated": {"exitCode": 7}},
    }
    failed = {"name": "main", "restartCount": 2, **states}
    pod = made.pod("net-worker-0", stored, containerStatuses=[failed], conditions=[])
    memory.put({**pod, "metadata": {**pod["metadata"], "labels": LABEL}})
    manifests = [manifest(made.body("PyTorchJob", "net"), where, "net")]
    reasons = Reasons(manifests, on, RULES)
    looked = reasons.as_pods_run(status_of(where, manifests, on, rules=RULES, extras=False))
    assert looked[0].verdict.message.endswith("; exit 7, restarted 2 times (1 of 1 pods)")
    asked = len(on.asked("list"))
    assert reasons.with_reasons(looked) == looked
    assert len(on.asked("list")) == asked


def test_warnings_are_read_only_where_a_job_waits() -> None:
    memory, where = made.cluster(), scope("ml")
    on = Watched(memory)
    running = {"conditions": [{"type": "Running", "status": "True"}]}
    memory.put(job(where, **running))
    said(on, where)
    assert not events_read(on)
    memory.put(job(where))
    said(on, where)
    assert events_read(on) == ["ml"], "once for the namespace"
