"""Each story of simulated pods, and phases of jobs, as `status --wait` sees them: verdict, code and cause."""

import uuid
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from dlctl.sandbox.lifecycle.simulate import simulate_node, simulate_pods
from dlctl.sandbox.story_names import STORY
from tests.controlplane import ControlPlane, shared_control_plane
from tests.on_cluster.app_on_cluster import AppOnCluster, Body, deployment
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
    "again": tf_job("again", "fail@15s:7", restart="OnFailure"),
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


def waited(app: AppOnCluster, name: str, code: int, *options: str) -> Mapping[str, Any]:
    """What `status --wait` says of a component, once its exit code is known to be right."""
    answer = app.run("status", "dev", "-c", name, "--wait", "--timeout", "1s", "-o", "json", *options)
    assert answer.code == code, (name, answer.out, answer.err)
    return dict(checked(answer.out, "StatusList")["items"][0]["waited"])


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


def test_each_story_has_its_verdict_code_and_cause(app: AppOnCluster) -> None:
    for name, body in BODIES.items():
        app.component(name, body)
    app.run("apply", "dev").ok()
    ready = ("-c", "oom", "-c", "lost", "-c", "hang", "-c", "again")
    app.run("status", "dev", *ready, "--wait", "--timeout", "30s").ok()
    tell(app)

    found = {name: waited(app, name, code) for name, (code, *_) in DEFAULT.items()}

    for name, (_, phase, layer, text, log) in DEFAULT.items():
        assert found[name]["objects"][0]["phase"] == phase, (name, found[name])
        causes = [(each["layer"], each["text"]) for each in found[name]["causes"] if text]
        assert [each[0] for each in causes] == ([layer] if layer else []), (name, found[name])
        assert all(each[1].startswith(text) and each[1] == each[1].strip() for each in causes), causes
        assert not log or log in found[name]["causes"][0]["log"][-1], (name, found[name])
    (flaps,) = found["flap"]["causes"]
    assert "Unhealthy: Readiness probe failed" in "".join((flaps["text"], *flaps["events"]))
    assert "Evicted" in found["evict"]["causes"][0]["events"][0]
    assert found["oom"]["causes"][0]["pods"] == [f"oom-worker-{rank}" for rank in range(7)]

    # A run that failed, and the run after it: the end of both logs.
    worker = "jsonpath={.status.containerStatuses[0].restartCount}"
    eventually(lambda: app.output("get", "pod", "again-worker-0", "-o", worker), "1")
    (again,) = waited(app, "again", 3, "--wait-for", "final")["causes"]
    assert again["text"] == "1 of 1 workers: exit 7, restarted once"
    assert "RuntimeError: simulated failure, exit code 7" in again["log"]
    assert again["log"][-1].startswith("[worker rank 0] ")
    final = waited(app, "hang", 3, "--wait-for", "final")
    assert (final["objects"][0]["phase"], final["causes"]) == ("Running", [])
    waited(app, "held", 3, "--wait-for", "running")
    waited(app, "succeeded", 0, "--wait-for", "final")


def test_apply_says_the_cause_of_a_job_that_fails(app: AppOnCluster) -> None:
    app.component("late", tf_job("late", "fail@2s:9"))
    answer = app.run("apply", "dev", "--wait-for", "final", "--timeout", "30s")
    assert answer.code == 1
    assert "1 of 1 workers: exit 9\n" in answer.err
    assert "log: RuntimeError: simulated failure, exit code 9\n" in answer.err
