"""`apply --wait` and `status --wait` on a real cluster: verdicts, exit codes, and the causes."""

import json
import re
import time
from collections.abc import Callable
from typing import Any

import pytest

from tests.on_cluster.app_on_cluster import AppOnCluster, Body, config, custom, definition, deployment
from tests.on_cluster.processes import on_terminal
from tests.output_schemas import checked
from tests.screen import Screen

pytestmark = pytest.mark.controlplane


def eventually(look: Callable[[], str], expected: str) -> None:
    """Look until this is seen, for at most 30 s."""
    end = time.monotonic() + 30
    while look() != expected:
        assert time.monotonic() < end, look()
        time.sleep(0.3)


STORY = "sandbox.dlctl.dev/story"


def job(name: str, story: str = "", **spec: Any) -> Body:
    """A Job of one container, whose pod plays a story."""
    container = {"name": "main", "image": "busybox", "resources": {"limits": {"memory": "64Mi"}}}
    template = {
        "metadata": {"annotations": {STORY: story} if story else {}},
        "spec": {"restartPolicy": "Never", "containers": [container]},
    }
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {"name": name},
        "spec": {"backoffLimit": 0, "template": template, **spec},
    }


def with_status(body: Body) -> Body:
    """The definition of a kind that keeps any status."""
    schema = body["spec"]["versions"][0]["schema"]["openAPIV3Schema"]
    schema["properties"]["status"] = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
    return body


def test_services_are_ready_and_jobs_run(cluster_app: AppOnCluster) -> None:
    cluster_app.component("web", config("settings"), deployment("web"))
    cluster_app.component("train", job("train", "hang"))
    assert cluster_app.run("status", "dev", "--exit-status").code == 1  # missing
    answer = cluster_app.run("apply", "dev", "--wait", "--timeout", "60s", "-o", "json").ok()
    waited = checked(answer.out, "ReportList")["items"][0]["waited"]
    assert waited["reached"]
    phases = {each["object"]["kind"]: each["phase"] for each in waited["objects"]}
    assert (phases["Job"], phases["Deployment"]) == ("Running", "")
    assert cluster_app.run("status", "dev", "--wait").code == 0
    lines = cluster_app.run("apply", "dev", "--wait", "-o", "jsonl").ok().out.splitlines()
    events = [checked(line, "Event") for line in lines[:-1]]
    assert checked(lines[-1], "ReportList")["items"][0]["waited"]["reached"]
    ready = {event["object"]["name"] for event in events if event["reached"]}
    assert ready == {"web", "train"}
    refused = cluster_app.run("apply", "nowhere", "-o", "jsonl").out.splitlines()
    assert [checked(line, "Error")["errors"][0]["code"] for line in refused] == ["app"]
    final = cluster_app.run("status", "dev", "--wait-for", "final", "--timeout", "1s")
    assert final.code == 3  # it runs, and is not done
    assert "not finished: running, 1 active" in final.err


def test_a_namespace_that_is_made_for_the_others_is_not_waited_for(cluster_app: AppOnCluster) -> None:
    cluster_app.environment("dev", pin=cluster_app.control_plane, namespace=f"{cluster_app.namespace}-new")
    cluster_app.component("web", config("page"))
    answer = cluster_app.run("apply", "dev", "--wait", "--timeout", "20s").ok()
    assert f"Namespace/{cluster_app.namespace}-new created" in answer.out
    cluster_app.run("status", "dev", "--exit-status").ok()
    cluster_app.control_plane.kubectl("delete", "namespace", f"{cluster_app.namespace}-new", "--wait=false")


def test_a_job_that_fails_ends_the_wait_with_its_cause(cluster_app: AppOnCluster) -> None:
    cluster_app.component("train", job("train", "oom@1s", parallelism=2, completions=2))
    cluster_app.component("web", deployment("web"))
    answer = cluster_app.run("apply", "dev", "--wait-for", "final", "--timeout", "60s", "-o", "json")
    assert answer.code == 1
    document = checked(answer.out, "ReportList")
    causes = document["items"][0]["waited"]["causes"]
    assert [(cause["layer"], cause["object"]["name"]) for cause in causes] == [("crash", "train")]
    assert causes[0]["text"].endswith("pods: OOMKilled, limit 64Mi")
    again = cluster_app.run("status", "dev", "--wait")
    assert again.code == 1
    assert "Job.batch/train" in again.err
    assert "OOMKilled, limit 64Mi" in again.err


def test_what_does_not_start_is_on_its_way_with_its_cause(cluster_app: AppOnCluster) -> None:
    for name, story in (("no-image", "image-pull-error"), ("crashing", "crash-loop")):
        body = deployment(name)
        body["spec"]["template"]["metadata"]["annotations"] = {STORY: story}
        cluster_app.component(name, body)
    answer = cluster_app.run("apply", "dev", "-c", "no-image", "--wait", "--timeout", "8s", "-o", "json")
    assert answer.code == 3
    (cause,) = checked(answer.out, "ReportList")["items"][0]["waited"]["causes"]
    assert (cause["layer"], cause["text"]) == (
        "image",
        "1 of 1 pods: ImagePullBackOff, image nginx:1.27",
    )
    assert cause["events"]
    status = cluster_app.run("status", "dev", "-c", "no-image", "--exit-status")
    assert (status.code, status.err.splitlines()[-1]) == (3, "Error: dev: 1 object is not ready")
    cluster_app.run("apply", "dev", "-c", "crashing").ok()
    back_off = "jsonpath={.items[0].status.containerStatuses[0].state.waiting.reason}"
    eventually(
        lambda: cluster_app.output("get", "pods", "-l", "app=crashing", "-o", back_off), "CrashLoopBackOff"
    )
    crashing = cluster_app.run("status", "dev", "-c", "crashing", "--wait", "--timeout", "2s")
    assert crashing.code == 3
    assert "1 of 1 pods: exit 1, restarted once" in crashing.err
    assert "; exit 1, restarted once (1 of 1 pods)" in crashing.out, "as 'status' without a wait"


def test_what_fits_on_no_node_and_what_a_quota_forbids(cluster_app: AppOnCluster) -> None:
    body = deployment("large")
    body["spec"]["template"]["spec"]["containers"][0]["resources"] = {"requests": {"cpu": "9999"}}
    quota = {
        "apiVersion": "v1",
        "kind": "ResourceQuota",
        "metadata": {"name": "none"},
        "spec": {"hard": {"count/jobs.batch": "9", "pods": "1"}},
    }
    cluster_app.kubectl("apply", "-f", "-", body=quota)
    cluster_app.component("large", body)
    seen = on_terminal(cluster_app, "apply", "dev", "--wait", "--timeout", "6s")
    assert seen.code == 3
    frames = ["\n".join(frame) for frame in Screen.after(seen.out, 80).frames]
    row = re.compile(r"^Deployment/large  waiting  .+\ndev: objects ready .* 0/1  0:0\d$", re.MULTILINE)
    assert any(map(row.search, frames)), frames[-3:]
    cluster_app.component("train", job("train"))
    answer = cluster_app.run("apply", "dev", "--wait", "--timeout", "6s")
    assert answer.code == 3
    assert "1 of 1 pods: no node fits: " in answer.err
    assert "Insufficient cpu" in answer.err
    assert "no pods: FailedCreate: " in answer.err
    assert "exceeded quota: none" in answer.err
    status = cluster_app.run("status", "dev", "-c", "train", "--wait", "--timeout", "1s")
    assert "exceeded quota: none" in status.out


HEAD = "apiVersion: dlctl.dev/v1\nkind: Readiness\noperator: the widget operator\n"
WIDGET = """\
job: {suspend: spec.stopped}
references: [{field: spec.on, kind: Platform.GROUP}]
rules:
- {phase: Failed, condition: {type: Done, status: 'False'}}
- {phase: Succeeded, condition: Done}
- {phase: Suspended, condition: Stopped}
- {phase: Running, field: {path: status.up, atLeast: spec.size}}
- {phase: Starting, when: status.up > 0, messageFrom: "status.up ~ ' up'"}
"""
TICKET = """\
holds: {layer: queue, jobLabel: example.com/line, queue: spec.line}
rules:
- {is: ready, field: status.seat}
- {is: progressing, condition: {type: Seated, status: 'False'}}
"""
LINE = "namedBy: {labels: [example.com/line]}\nwithoutStatus: true\nrules: [{is: ready}]\n"
PLATFORM = "withoutStatus: true\nrules: [{is: ready}]\n"


def test_a_package_alone_brings_a_kind_of_job(cluster_app: AppOnCluster, group: str) -> None:
    """With what it names, its phases, what holds it, and how it is suspended."""
    files = {"Widget": WIDGET.replace("GROUP", group), "Ticket": TICKET, "Line": LINE, "Platform": PLATFORM}
    kinds = [with_status(definition(group, kind)) for kind in files]
    for crd in kinds:
        open_spec = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
        crd["spec"]["versions"][0]["schema"]["openAPIV3Schema"]["properties"]["spec"] = open_spec
    cluster_app.component("kinds", *kinds)
    widget = custom(group, "w", size=2, on="p")
    widget["metadata"]["labels"] = {"example.com/line": "gold"}
    cluster_app.component("a-train", widget)
    cluster_app.project.write(
        {f"prototypes/a-train/readiness/{kind}.{group}.yaml": HEAD + text for kind, text in files.items()}
    )
    platform = custom(group, "p", "Platform")
    needs = f"{group}/namespaces/{cluster_app.namespace}/Widget/w"
    platform["metadata"]["annotations"] = {"config.kubernetes.io/depends-on": needs}
    cluster_app.component("on", platform, custom(group, "gold", "Line"))
    refused = cluster_app.run("apply", "dev", "--dry-run")
    assert (refused.code, "Platform/p needs Widget/w needs Platform/p" in refused.err) == (1, True), (
        refused.err
    )
    cluster_app.component("on", custom(group, "p", "Platform"), custom(group, "gold", "Line"))
    answer = cluster_app.run("apply", "dev", "--wait", "--timeout", "8s", "-o", "jsonl")
    assert answer.code == 3
    assert "no status: waiting for its controller" in answer.out
    events = [json.loads(line) for line in answer.out.splitlines()[:-1]]
    applied = [event["object"]["kind"] for event in events if event["type"] == "applied"]
    assert applied[-1] == "Widget", "it names the others"

    def report(status: Body, kind: str = "widget", name: str = "w") -> None:
        patch = json.dumps({"status": status})
        cluster_app.kubectl("patch", f"{kind}s.{group}", name, "--type=merge", "-p", patch)

    report({"conditions": [{"type": "Stopped", "status": "True"}]})
    held = cluster_app.run("status", "dev", "--wait", "--timeout", "1s")
    assert held.code == 3
    assert "held by queue gold" in held.err
    assert "queue gold: the widget operator created no Ticket for this Widget" in held.err
    uid = cluster_app.get(f"widgets.{group}", "w")["metadata"]["uid"]
    ticket = custom(group, "t", "Ticket", line="gold")
    owner = {"apiVersion": f"{group}/v1", "kind": "Widget", "name": "w", "uid": uid}
    ticket["metadata"]["ownerReferences"] = [owner]
    cluster_app.kubectl("create", "-f", "-", body=ticket)
    seated = {"type": "Seated", "status": "False", "reason": "Full", "message": "2 seats too few"}
    report({"conditions": [seated]}, "ticket", "t")
    held = cluster_app.run("status", "dev", "--wait", "--timeout", "1s")
    assert "queue gold: Full: 2 seats too few" in held.err
    listed = cluster_app.run("job", "list", "dev").ok().out
    assert re.search(r"Queued .*gold", listed), listed

    report({"conditions": [], "up": 1})
    assert "not ready: 1 up" in cluster_app.run("status", "dev", "--wait", "--timeout", "1s").err
    report({"up": 2})
    assert cluster_app.run("status", "dev", "--wait").code == 0
    assert cluster_app.run("status", "dev", "--wait-for", "final", "--timeout", "1s").code == 3
    cluster_app.run("job", "cancel", "w", "-e", "dev", "--suspend", "--yes").ok()
    assert cluster_app.get(f"widgets.{group}", "w")["spec"]["stopped"] is True
    report({"conditions": [{"type": "Done", "status": "False", "message": "out of memory"}]})
    failed = cluster_app.run("status", "dev", "--wait")
    assert failed.code == 1
    assert "failed: out of memory" in failed.err
