"""Each story of simulated pods, and phases of jobs, as `status --wait` sees them: verdict, code and cause."""

import json
import re
import uuid
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from dlctl.sandbox.lifecycle.simulate import simulate_node, simulate_pods
from dlctl.sandbox.story_names import STORY
from tests.controlplane import ControlPlane, shared_control_plane
from tests.on_cluster.app_on_cluster import AppOnCluster, Body, definition, deployment
from tests.on_cluster.test_waiting import eventually
from tests.output_schemas import checked
from tests.project import Project

pytestmark = pytest.mark.controlplane

LOST_NODE = "v100x8-ib100-0"


@pytest.fixture(scope="session")
def operated() -> ControlPlane:
    """The sandbox of tests/sandbox/test_training_phases.py, with one more node, which a test loses."""
    operators, nodes = ("training-operator", "trainer"), "cpu-only=1,v100x8-ib100=1"
    return shared_control_plane("operated", nodes=nodes, operators=operators, kinds=("all",))


@pytest.fixture
def app(project: Project, operated: ControlPlane) -> Iterator[AppOnCluster]:
    """An app without components, and an environment `dev` whose namespace does not exist yet."""
    made = AppOnCluster(project, operated, f"stories-{uuid.uuid4().hex[:8]}")
    made.context("first", operated)
    made.environment("dev", pin=operated)
    yield made
    operated.kubectl("delete", "namespace", made.namespace, "--wait=false")
    simulate_node(operated.name, LOST_NODE, "recover", None, home=operated.home)


def played(body: Body, story: str) -> Body:
    """The object, with a story for the pods of its template."""
    metadata = body["spec"]["template"].setdefault("metadata", {})
    metadata["annotations"] = {STORY: story}
    return body


def job(name: str, story: str) -> Body:
    spec = {"restartPolicy": "Never", "containers": [{"name": "main", "image": "busybox"}]}
    body = {"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": name}}
    return played({**body, "spec": {"backoffLimit": 0, "template": {"spec": spec}}}, story)


def tf_job(name: str, story: str, workers: int = 1, restart: str = "Never", **policy: Any) -> Body:
    limits = {"limits": {"memory": "16Gi"}, "requests": {"memory": "1Mi"}}
    container = {"name": "tensorflow", "image": "example.test/train:1", "resources": limits}
    template = {"metadata": {"annotations": {STORY: story}}, "spec": {"containers": [container]}}
    replicas = {"replicas": workers, "restartPolicy": restart, "template": template}
    spec = {"runPolicy": {"cleanPodPolicy": "None", **policy}, "tfReplicaSpecs": {"Worker": replicas}}
    return {"apiVersion": "kubeflow.org/v1", "kind": "TFJob", "metadata": {"name": name}, "spec": spec}


def on_the_lost_node(name: str) -> Body:
    body = deployment(name)
    body["spec"]["template"]["spec"] |= {
        "nodeSelector": {"kubernetes.io/hostname": LOST_NODE},
        "tolerations": [{"operator": "Exists"}],
    }
    return body


BODIES = {
    "again": tf_job("again", "fail@10s:7", restart="OnFailure"),
    "fail": job("fail", "fail@2s:42"),
    "evict": job("evict", "evict@2s"),
    "no-image": played(deployment("no-image"), "image-pull-error"),
    "loop": played(deployment("loop", minReadySeconds=10), "crash-loop"),
    "flap": played(deployment("flap", minReadySeconds=10), "flap"),
    "lost": on_the_lost_node("lost"),
    "oom": tf_job("oom", "hang", workers=8),
    "hang": tf_job("hang", "hang"),
    "succeeded": tf_job("succeeded", "succeed@1s"),
    "held": tf_job("held", "hang", suspend=True),
    "unpulled": tf_job("unpulled", "image-pull-error"),
}
"""The stories run at the same time; their parts are named after them."""

# component: exit code, phase, layer of the cause, its text, the end of the log
DEFAULT = {
    "fail": (1, "Failed", "crash", "1 of 1 pods: exit 42", "RuntimeError: simulated failure, exit code 42"),
    "evict": (1, "Failed", "pod", "1 of 1 pods: Evicted: The node was low on resource: memory", ""),
    "no-image": (3, "", "image", "1 of 1 pods: ImagePullBackOff, image nginx:1.27", ""),
    "loop": (3, "", "crash", "1 of 1 pods: exit 1, restarted", "simulated failure, exit code 1"),
    "flap": (3, "", "", "", ""),
    "lost": (3, "", "node", f"1 of 1 pods: node {LOST_NODE} is lost: ", ""),
    "oom": (1, "Failed", "crash", "7 of 8 workers: OOMKilled, limit 16Gi", " step "),
    "hang": (0, "Running", "", "", ""),
    "succeeded": (0, "Succeeded", "", "", ""),
    "held": (0, "Suspended", "", "", ""),
    "unpulled": (3, "Pending", "image", "1 of 1 workers: ImagePullBackOff, image example.test/train:1", ""),
}


def waited(app: AppOnCluster, code: int, *names: str, goal: str = "") -> Mapping[str, Mapping[str, Any]]:
    """What `status --wait` says of components, once its exit code is known to be right."""
    chosen = [word for name in names for word in ("-c", name)]
    options = ("--wait-for", goal) if goal else ("--wait",)
    answer = app.run("status", "dev", *chosen, *options, "--timeout", "1s", "-o", "json")
    assert answer.code == code, (names, answer.out, answer.err)
    found = checked(answer.out, "StatusList")["items"][0]["waited"]
    return {
        each["object"]["name"]: {
            "phase": each["phase"],
            "causes": [cause for cause in found["causes"] if cause["object"] == each["object"]],
        }
        for each in found["objects"]
    }


def tell(app: AppOnCluster) -> None:
    """Seven of the eight workers run out of memory, and a node is lost."""
    name, home = app.control_plane.name, app.control_plane.home
    for rank in range(7):
        simulate_pods(name, f"{app.namespace}/oom-worker-{rank}", "oom@1s", "", home=home)
    simulate_node(name, LOST_NODE, "node-lost", None, home=home)
    phases = "jsonpath={.items[*].status.phase}"
    label = "training.kubeflow.org/job-name=oom"
    eventually(lambda: app.output("get", "pods", "-l", label, "-o", phases), "Failed " * 7 + "Running")
    ready = "jsonpath={.items[0].status.conditions[?(@.type=='Ready')].status}"
    eventually(lambda: app.output("get", "pods", "-l", "app=lost", "-o", ready), "False")


def end_of_both_logs(app: AppOnCluster) -> str:
    """How the last line about a job begins whose worker failed and runs again; it fails again and again."""
    (again,) = waited(app, 3, "again", goal="final")["again"]["causes"]
    assert re.fullmatch(r"1 of 1 workers: exit 7, restarted (once|\d times)", again["text"])
    assert "RuntimeError: simulated failure, exit code 7" in again["log"]
    return str(again["log"][-1][:15])


def test_each_story_has_its_verdict_code_and_cause(app: AppOnCluster) -> None:
    for name, body in BODIES.items():
        app.component(name, body)
    app.run("apply", "dev").ok()
    ready = ("-c", "oom", "-c", "lost", "-c", "hang")
    app.run("status", "dev", *ready, "--wait", "--timeout", "30s").ok()
    tell(app)
    failed = "jsonpath={.items[*].status.failed}"  # some seconds after their pods have started
    eventually(lambda: app.output("get", "job", "fail", "evict", "-o", failed), "1 1")
    eventually(lambda: str("Unhealthy" in app.output("get", "events")), "True")

    found: dict[str, Mapping[str, Any]] = {}
    for code in (0, 1, 3):
        names = [name for name, expected in DEFAULT.items() if expected[0] == code]
        for together in [names] if code != 1 else [[name] for name in names]:  # one failure is enough for 1
            found |= waited(app, code, *together)

    for name, (_, phase, layer, text, log) in DEFAULT.items():
        assert found[name]["phase"] == phase, (name, found[name])
        causes = [(each["layer"], each["text"]) for each in found[name]["causes"] if text]
        assert [each[0] for each in causes] == ([layer] if layer else []), (name, found[name])
        assert all(each[1].startswith(text) and each[1] == each[1].strip() for each in causes), causes
        assert not log or log in found[name]["causes"][0]["log"][-1], (name, found[name])
    (flaps,) = found["flap"]["causes"]
    assert "Unhealthy: Readiness probe failed" in "".join((flaps["text"], *flaps["events"]))
    assert "Evicted" in found["evict"]["causes"][0]["events"][0]
    assert found["oom"]["causes"][0]["pods"] == [f"oom-worker-{rank}" for rank in range(7)]

    # A run that failed, and the run after it: the end of both logs.
    worker = "jsonpath={.status.containerStatuses[0].lastState.terminated.exitCode}"
    eventually(lambda: app.output("get", "pod", "again-worker-0", "-o", worker), "7")
    eventually(lambda: end_of_both_logs(app), "[worker rank 0]")
    final = waited(app, 3, "hang", "held", goal="final")
    assert (final["hang"]["phase"], final["hang"]["causes"]) == ("Running", [])
    for goal in "ready", "running":  # which ask for more than --wait
        waited(app, 3, "held", goal=goal)
    waited(app, 0, "succeeded", goal="final")

    answer = app.run("apply", "dev", "-c", "fail", "--wait-for", "final", "--timeout", "30s")
    assert answer.code == 1
    assert "1 of 1 pods: exit 42\n" in answer.err
    assert "log: RuntimeError: simulated failure, exit code 42\n" in answer.err


def without_controller(kind: str, api_version: str, name: str, **spec: Any) -> Body:
    metadata: dict[str, Any] = {"name": name}
    return {"apiVersion": api_version, "kind": kind, "metadata": metadata, "spec": spec}


VOLCANO = "batch.volcano.sh/v1alpha1"
PADDLE = "batch.paddlepaddle.org/v1"
SHORT = "couldn't assign flavors: insufficient unused quota for nvidia.com/gpu in flavor a100, 4 more needed"

# component: exit code, phase, causes
WRITTEN: Mapping[str, tuple[int, str, list[tuple[str, str]]]] = {
    "restarting": (3, "Restarting", []),
    "broken": (1, "Failed", []),
    "queued": (3, "Queued", [("queue", "queue team: needs 4 more nvidia.com/gpu (flavor a100)")]),
    "unknown": (3, "Queued", [("queue", "queue team: Kueue created no Workload for this Job")]),
    "gang": (3, "Pending", [("gang", "gang 0/8: 0 of 8 pods created")]),
    "running": (0, "Running", []),
}


@pytest.fixture(scope="session")
def workloads(operated: ControlPlane) -> None:
    """The kind Workload of Kueue, which sandboxes do not have."""
    crd = definition("kueue.x-k8s.io", "Workload")
    (version,) = crd["spec"]["versions"]
    kept = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
    version |= {"name": "v1beta2", "schema": {"openAPIV3Schema": kept}}
    crd["metadata"]["annotations"] = {"api-approved.kubernetes.io": "unapproved, for a test"}
    made = operated.kubectl("apply", "-f", "-", input=json.dumps(crd))
    assert made.returncode == 0, made.stderr
    name = f"crd/{crd['metadata']['name']}"
    assert operated.kubectl("wait", "--for=condition=Established", name).returncode == 0


@pytest.mark.usefixtures("workloads")
def test_phases_that_operators_write_and_what_queues_and_gangs_hold(app: AppOnCluster) -> None:
    """The test writes what the operators of these kinds do."""
    queued, unknown = job("queued", ""), job("unknown", "")
    for body in (queued, unknown):
        body["metadata"]["labels"] = {"kueue.x-k8s.io/queue-name": "team"}
        body["spec"]["suspend"] = True
    task = {"name": "worker", "replicas": 8, "template": {"spec": {"containers": []}}}
    app.component("restarting", without_controller("Job", VOLCANO, "restarting", tasks=[task]))
    app.component("broken", without_controller("PaddleJob", PADDLE, "broken"))
    app.component("queued", queued)
    app.component("unknown", unknown)
    app.component("gang", without_controller("Job", VOLCANO, "gang", tasks=[task], minAvailable=8))
    app.component("running", without_controller("Job", VOLCANO, "running", tasks=[task]))
    app.run("apply", "dev").ok()

    def write(kind: str, name: str, **status: Any) -> None:
        part = () if kind.startswith(("podgroups", "workloads")) else ("--subresource=status",)
        app.kubectl("patch", kind, name, "--type=merge", *part, "-p", json.dumps({"status": status}))

    def owned(kind: str, api_version: str, by: str, owner: str, **spec: Any) -> None:
        body = without_controller(kind, api_version, owner, **spec)
        live = app.get(by, owner)
        named = {"apiVersion": live["apiVersion"], "kind": live["kind"], "name": owner}
        reference = {**named, "uid": live["metadata"]["uid"], "controller": True}
        body["metadata"]["ownerReferences"] = [reference]
        app.kubectl("create", "-f", "-", body=body)

    volcano = "jobs.batch.volcano.sh"
    write(volcano, "restarting", state={"phase": "Restarting"})
    write("paddlejobs.batch.paddlepaddle.org", "broken", phase="Starting", worker={"failed": 1})
    write(volcano, "running", state={"phase": "Running"})
    write(volcano, "gang", state={"phase": "Pending"})
    owned("PodGroup", "scheduling.volcano.sh/v1beta1", volcano, "gang", minMember=8)
    gangs = {"type": "Unschedulable", "status": "True", "message": "8/8 tasks in gang unschedulable"}
    write("podgroups.scheduling.volcano.sh", "gang", phase="Pending", conditions=[gangs])
    owned("Workload", "kueue.x-k8s.io/v1beta2", "jobs.batch", "queued", queueName="team", podSets=[])
    reserved = {"type": "QuotaReserved", "status": "False", "reason": "Pending", "message": SHORT}
    write("workloads.kueue.x-k8s.io", "queued", conditions=[reserved])

    for code in (0, 1, 3):
        names = [name for name, expected in WRITTEN.items() if expected[0] == code]
        for name, found in waited(app, code, *names).items():
            causes = [(each["layer"], each["text"]) for each in found["causes"]]
            assert (found["phase"], causes) == WRITTEN[name][1:], (name, found)


def test_a_job_whose_pods_do_not_run_is_not_as_far_as_its_operator_says(app: AppOnCluster) -> None:
    """Operators report that a job runs as soon as one of its pods has started, and count those that crash."""
    app.component("crashes", tf_job("crashes", "crash-loop", restart="OnFailure"))
    lacking, servers = tf_job("lacking", "hang"), tf_job("servers", "image-pull-error")
    lacking["spec"]["tfReplicaSpecs"]["PS"] = servers["spec"]["tfReplicaSpecs"]["Worker"]
    app.component("lacking", lacking)
    app.component("works", tf_job("works", "hang"))

    answer = app.run("apply", "dev", "--wait", "--timeout", "15s")
    assert answer.code == 3, answer.err
    assert "2 objects not ready in time" in answer.err
    assert re.search(r"1 of 1 workers: exit 1, restarted", answer.err)
    assert "1 of 1 pss: ImagePullBackOff, image example.test/train:1" in answer.err
    for name in ("crashes", "lacking"):
        conditions = app.get("tfjob", name)["status"]["conditions"]
        assert {each["type"]: each["status"] for each in conditions}["Running"] == "True", "says its operator"
    found = waited(app, 3, "crashes", "lacking")
    assert [found[name]["phase"] for name in ("crashes", "lacking")] == ["Restarting", "Starting"]
    waited(app, 0, "works")


def test_status_alone_says_what_the_pods_say(app: AppOnCluster) -> None:
    """Without a wait: a job whose program crashes again and again is not ready, as its operator says."""
    app.component("train", tf_job("train", "crash-loop", restart="OnFailure"))
    app.component("web", played(deployment("web"), "image-pull-error"))
    app.run("apply", "dev").ok()

    def seen() -> dict[str, tuple[str, str]]:
        items = checked(app.run("status", "dev", "-o", "json").out, "StatusList")["items"][0]["objects"]
        return {each["object"]["kind"]: (each["status"], each["message"]) for each in items}

    eventually(lambda: str("restarted" in seen()["TFJob"][1]), "True")
    status, message = seen()["TFJob"]
    assert (status, "exit 1, restarted" in message) == ("InProgress", True), message
    status, message = seen()["Deployment"]
    assert (status, "ImagePullBackOff, image nginx:1.27 (1 of 1 pods)" in message) == ("InProgress", True)
    assert app.run("status", "dev", "--exit-status").code == 3
