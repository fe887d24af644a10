"""Stories: what a simulated pod's status is, seen with the sandbox's own kubectl."""

import json
import uuid
from collections.abc import Iterator
from datetime import datetime

import pytest

from dlctl.errors import UsageError
from dlctl.sandbox.lifecycle.simulate import simulate_node, simulate_pods
from dlctl.sandbox.story_names import STORY, check_story
from tests.controlplane import ControlPlane, Namespace, StartControlPlane
from tests.output_schemas import checked
from tests.sandbox.conftest import CommandLine
from tests.sandbox.story_pods import Json, create, ok, pod, wait

WAITING = ".status.containerStatuses[0].state.waiting.reason"


ENDS = {
    "succeeds": ("succeed@3s", "Succeeded", "Completed", 0),
    "fails": ("fail@3s:42", "Failed", "Error", 42),
    "fails-plainly": ("fail@3s", "Failed", "Error", 1),
    "is-killed": ("oom@3s", "Failed", "OOMKilled", 137),
    "is-evicted": ("evict@3s", "Failed", "Error", 137),
}


@pytest.fixture(scope="module")
def stories(control_plane: ControlPlane) -> Iterator[Namespace]:
    """A namespace with a pod for each story; all are started at once."""
    found = Namespace(f"stories-{uuid.uuid4().hex[:10]}", control_plane)
    ok(found, "create", "namespace", found.name)
    create(found, [pod(name, story) for name, (story, *_) in ENDS.items()])
    create(found, [pod("loop", "crash-loop", restart="Always"), pod("no-image", "image-pull-error")])
    create(found, [pod("slow", "slow-start@4s"), pod("flap", "flap")])
    yield found
    found.kubectl("delete", "namespace", found.name, "--wait=false")


def status(namespace: Namespace, name: str) -> Json:
    return dict(namespace.get("pod", name)["status"])


def conditions(found: Json) -> Json:
    return {each["type"]: (each["status"], each.get("reason")) for each in found["conditions"]}


def seconds(terminated: Json) -> float:
    begun, ended = (datetime.fromisoformat(terminated[key]) for key in ("startedAt", "finishedAt"))
    return (ended - begun).total_seconds()


@pytest.mark.controlplane
@pytest.mark.parametrize("name", ENDS)
def test_end_of_a_pod(stories: Namespace, name: str) -> None:
    story, phase, reason, code = ENDS[name]
    wait(stories, f"pod/{name}", f".status.phase={phase}")

    found = status(stories, name)
    (container,) = found["containerStatuses"]
    ended = container["state"]["terminated"]
    assert (ended["reason"], ended["exitCode"], container["restartCount"]) == (reason, code, 0)
    assert 3 <= seconds(ended) <= 6
    assert (container["ready"], container["started"]) == (False, False)
    completed = "PodCompleted" if phase == "Succeeded" else None
    assert conditions(found)["Initialized"] == ("True", completed)
    assert conditions(found)["Ready"] == ("False", completed or "PodFailed")
    assert conditions(found)["ContainersReady"] == ("False", completed or "PodFailed")
    assert conditions(found)["PodScheduled"] == ("True", None)
    assert found.get("reason") == ("Evicted" if story.startswith("evict") else None)
    if story.startswith("evict"):
        assert conditions(found)["DisruptionTarget"] == ("True", "TerminationByKubelet")
        assert "Warning  Evicted" in ok(stories, "describe", "pod", name)


@pytest.mark.controlplane
def test_crash_loop(stories: Namespace) -> None:
    wait(stories, "pod/loop", f"{WAITING}=CrashLoopBackOff")

    found = status(stories, "loop")
    (container,) = found["containerStatuses"]
    count = container["restartCount"]
    assert count >= 1
    assert container["state"]["waiting"]["message"].startswith(
        f"back-off {10 * 2 ** (count - 1)}s restarting failed container=main"
    )
    last = container["lastState"]["terminated"]
    assert (last["reason"], last["exitCode"]) == ("Error", 1)
    assert found["phase"] == "Running"
    assert conditions(found)["Ready"] == ("False", "ContainersNotReady")
    assert "Back-off restarting failed container" in ok(stories, "describe", "pod", "loop")
    wait(stories, "pod/loop", f".status.containerStatuses[0].restartCount={count + 1}")


@pytest.mark.controlplane
def test_image_that_cannot_be_pulled(stories: Namespace) -> None:
    wait(stories, "pod/no-image", f"{WAITING}=ImagePullBackOff")

    found = status(stories, "no-image")
    assert found["phase"] == "Pending"
    assert found["containerStatuses"][0]["state"]["waiting"]["message"] == (
        'Back-off pulling image "example.test/a:1": ErrImagePull: failed to pull and unpack image '
        '"example.test/a:1": failed to resolve reference: not found'
    )
    assert "Error: ErrImagePull" in ok(stories, "describe", "pod", "no-image")


@pytest.mark.controlplane
def test_slow_start_and_flap_change_readiness_only(stories: Namespace) -> None:
    wait(stories, "pod/slow", "condition=Ready")
    slow = stories.get("pod", "slow")
    changed = next(each for each in slow["status"]["conditions"] if each["type"] == "Ready")
    late = {"startedAt": slow["status"]["startTime"], "finishedAt": changed["lastTransitionTime"]}
    assert seconds(late) >= 4
    for ready in ("False", "True", "False"):
        wait(stories, "pod/flap", f"condition=Ready={ready}")
        assert "running" in status(stories, "flap")["containerStatuses"][0]["state"]

    control_plane = stories.control_plane
    simulate_pods(control_plane.name, f"{stories.name}/slow", "flap", "", home=control_plane.home)
    wait(stories, "pod/slow", "condition=Ready=False")


@pytest.mark.controlplane
def test_running_pods_of_a_job_get_a_story(namespace: Namespace) -> None:
    pod_spec = {"restartPolicy": "Never", "containers": [{"name": "main", "image": "example.test/a:1"}]}
    template = {"metadata": {"annotations": {STORY: "hang"}}, "spec": pod_spec}
    spec = {"backoffLimit": 0, "template": template}
    job = {"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "train"}, "spec": spec}
    assert namespace.kubectl("apply", "-f", "-", input=json.dumps(job)).returncode == 0
    active = namespace.kubectl("wait", "--for=jsonpath={.status.ready}=1", "job/train", "--timeout=60s")
    assert active.returncode == 0, active.stderr

    control_plane = namespace.control_plane
    pods = simulate_pods(control_plane.name, "job/train", "oom@1s", namespace.name, home=control_plane.home)

    assert len(pods) == 1
    failed = namespace.kubectl("wait", "--for=condition=Failed", "job/train", "--timeout=60s")
    assert failed.returncode == 0, failed.stderr


@pytest.mark.controlplane
def test_stories_of_a_node(start_control_plane: StartControlPlane) -> None:
    started = start_control_plane(nodes="v100x8-ib100=1")
    name = "v100x8-ib100-0"

    tell(started, "lose-gpu", 3)
    assert started.get("node", name)["status"]["allocatable"]["nvidia.com/gpu"] == "5"
    assert started.get("node", name)["status"]["capacity"]["nvidia.com/gpu"] == "8"
    tell(started, "pressure")
    pressed = started.kubectl("wait", "--for=condition=MemoryPressure", f"node/{name}", "--timeout=60s")
    assert pressed.returncode == 0, pressed.stderr
    tell(started, "not-ready")
    tainted = "--for=jsonpath={.spec.taints[?(@.key=='node.kubernetes.io/not-ready')].effect}"
    waited = started.kubectl("wait", tainted, f"node/{name}", "--timeout=60s")
    assert waited.returncode == 0, waited.stderr
    tell(started, "cordon")
    assert "NotReady,SchedulingDisabled" in started.kubectl("get", "node", name).stdout

    tell(started, "recover")
    waited = started.kubectl("wait", "--for=condition=Ready", f"node/{name}", "--timeout=60s")
    assert waited.returncode == 0, waited.stderr
    node = started.get("node", name)
    assert node["status"]["allocatable"]["nvidia.com/gpu"] == "8"
    assert "unschedulable" not in node["spec"]


def tell(started: ControlPlane, story: str, number: int | None = None) -> None:
    simulate_node(started.name, "v100x8-ib100-0", story, number, home=started.home)


@pytest.mark.parametrize(
    "story", ["", "fail", "fail@", "fail@3s:0", "fail@3s:256", "oom@3s:1", "hang@3s", "x@1s"]
)
def test_wrong_story_is_refused(story: str) -> None:
    with pytest.raises(UsageError, match=r"unknown behavior .+ of a pod") as caught:
        check_story(story)
    assert caught.value.hint


def test_nearest_story_is_suggested() -> None:
    with pytest.raises(UsageError) as caught:
        check_story("succed@3s")
    assert caught.value.hint == "did you mean 'succeed'?"


@pytest.mark.controlplane
def test_pods_of_an_environment_get_a_story_and_its_node_is_lost(
    sandbox: CommandLine, start_control_plane: StartControlPlane
) -> None:
    started = start_control_plane(nodes="cpu-only=2")
    app = {"apiVersion": "dlctl.dev/v1", "kind": "App", "name": "shop", "components": {}}
    environment = sandbox.root / "environments" / "eu" / "test"
    environment.mkdir(parents=True)
    (sandbox.root / "dlctl.yaml").write_text(json.dumps(app))
    (environment / "environment.yaml").write_text(f"sandbox: {started.name}\nnamespace: default\n")
    labels = {"dlctl.dev/app": "shop", "dlctl.dev/environment": "eu.test"}
    soon = {"key": "node.kubernetes.io/unreachable", "operator": "Exists", "effect": "NoExecute"}
    for name, own in (("ours", labels), ("other", {})):
        spec = {**pod(name, restart="Always")["spec"], "tolerations": [{**soon, "tolerationSeconds": 2}]}
        template = {"metadata": {"labels": {"run": name}}, "spec": spec}
        selector = {"matchLabels": {"run": name}}
        deployment = {
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "metadata": {"name": name, "labels": own},
        }
        deployment["spec"] = {"selector": selector, "template": template}
        assert started.kubectl("apply", "-f", "-", input=json.dumps(deployment)).returncode == 0
    assert started.kubectl("rollout", "status", "deployment", "--timeout=60s").returncode == 0
    commands = CommandLine(sandbox.root, {"DLCTL_SANDBOX_HOME": str(started.home.state)})

    seen = checked(commands.ok("simulate", "eu/test", "hang", "-o", "json"), "Simulation")
    (name,) = seen["pods"]
    assert (seen["sandbox"], seen["node"]) == (started.name, None)
    assert name.startswith("default/ours-")
    wrong = commands("simulate", "eu", "hang")
    assert "eu/test" in wrong.stderr

    target = name.partition("/")[2]
    node = started.get("pod", target)["spec"]["nodeName"]
    patient = pod("patient", restart="Always")
    patient["spec"]["nodeName"] = node
    assert started.kubectl("apply", "-f", "-", input=json.dumps(patient)).returncode == 0
    ready = ("wait", "pod/patient", "--for=condition=Ready", "--timeout=60s")
    assert started.kubectl(*ready).returncode == 0
    commands.ok("simulate", "eu/test", "node-lost")
    unreachable = "--for=jsonpath={.spec.taints[?(@.effect=='NoExecute')].key}=node.kubernetes.io/unreachable"
    for waited in ((f"node/{node}", unreachable), (f"pod/{target}", "--for=condition=Ready=False")):
        answer = started.kubectl("wait", *waited, "--timeout=60s")
        assert answer.returncode == 0, answer.stderr
    marked = started.kubectl("wait", f"pod/{target}", "--for=condition=DisruptionTarget", "--timeout=60s")
    assert marked.returncode == 0, (started.get("pod", target), started.get("node", node))
    assert "NotReady" in started.kubectl("get", "node", node).stdout
    assert "Terminating" in started.kubectl("get", "pod", target).stdout
    assert "ServiceUnavailable" in started.kubectl("logs", target).stderr

    commands.ok("simulate", f"node/{node}", "recover", "--sandbox", started.name)
    gone = started.kubectl("wait", "--for=delete", f"pod/{target}", "--timeout=60s")
    assert gone.returncode == 0, gone.stderr
    assert started.kubectl(*ready).returncode == 0, started.get("pod", "patient")
