"""What `status` says of training jobs whose pods a quota refuses, in an API server in memory."""

from collections.abc import Sequence

from dlctl.manifest import JsonObject
from dlctl.plan.live.status import status_of
from dlctl.plan.model import Scope
from dlctl.workflow.status_reasons import with_reasons
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
    (status,) = with_reasons(found, manifests, on, RULES)
    return status.verdict.message


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
