"""`job list` on real clusters: jobs with stories under the real operators, and a cluster that stops."""

import re
import signal
import time
import urllib.request
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest

from dlctl.sandbox.lifecycle.up_and_down import down
from dlctl.sandbox.story_names import STORY
from tests.controlplane import ControlPlane, StartControlPlane
from tests.on_cluster.app_on_cluster import AppOnCluster, Body, deployment
from tests.on_cluster.processes import on_terminal, start
from tests.output_schemas import checked
from tests.project import Outcome, Project
from tests.sandbox.training_jobs import pytorch_job, runtime, train_job

pytestmark = pytest.mark.controlplane


def plain_job(name: str, story: str, gpus: int = 0, **spec: Any) -> Body:
    """A Job that is not tried again, unless `spec` says so."""
    limits = {"nvidia.com/gpu": gpus} if gpus else {}
    container = {"name": "main", "image": "example.test/a:1", "resources": {"limits": limits}}
    pod = {"restartPolicy": "Never", "containers": [container], "tolerations": [{"operator": "Exists"}]}
    template = {"metadata": {"annotations": {STORY: story}}, "spec": pod}
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {"name": name},
        "spec": {"backoffLimit": 0, **spec, "template": template},
    }


OURS = [
    plain_job("done", "succeed@1s"),
    plain_job("bad", "fail@1s:3"),
    plain_job("retried", "fail@1s", backoffLimit=6),
    plain_job("evicted", "evict@1s"),
    plain_job("late", "hang", activeDeadlineSeconds=2),
    plain_job("held", "hang", suspend=True),
    plain_job("huge", "hang", gpus=64),
    plain_job("gpu", "hang", gpus=2, parallelism=2, completions=2),
    plain_job("pull", "image-pull-error"),
    pytorch_job("net", "hang"),
    pytorch_job("worse", "fail@1s:1"),
    train_job("tune", "good"),
]
EXPECTED = {
    "done": ("Succeeded", "", None),
    "bad": ("Failed", "exit 3 (1 of 1 pods)", "user"),
    "retried": ("Restarting", "exit 1", None),
    "evicted": ("Failed", "Evicted: ", "infrastructure"),
    "late": ("Failed", "DeadlineExceeded: ", "policy"),
    "held": ("Suspended", "", None),
    "huge": ("Pending", "no node fits: 2 Insufficient nvidia.com/gpu (1 of 1 pods)", None),
    "gpu": ("Running", "", None),
    "pull": ("Pending", "ImagePullBackOff, image example.test/a:1", None),
    "net": ("Running", "", None),
    "worse": ("Failed", "exit 1 (", "user"),
    "tune": ("Running", "", None),
}


@pytest.fixture
def training_app(project: Project, training_control_plane: ControlPlane) -> Iterator[AppOnCluster]:
    """An app on the cluster with operators; its namespace is deleted afterwards."""
    name = f"jobs-{time.time_ns()}"
    assert training_control_plane.kubectl("create", "namespace", name).returncode == 0
    made = AppOnCluster(project, training_control_plane, name)
    made.context("first", training_control_plane)
    made.environment("dev", pin=training_control_plane)
    made.write_app()
    yield made
    training_control_plane.kubectl("delete", "namespace", name, "--wait=false")


def jobs(app: AppOnCluster, *words: str) -> dict[str, Any]:
    document = checked(app.run("job", "list", "dev", *words, "-o", "json").ok().out, "JobList")
    return {each["object"]["name"]: each for each in document["items"]}


def until(read: Callable[[], Any], wanted: Callable[[Any], bool]) -> Any:
    end = time.monotonic() + 60
    while not wanted(found := read()) and time.monotonic() < end:
        time.sleep(0.5)
    return found


def test_jobs_of_all_phases_with_their_reasons(training_app: AppOnCluster) -> None:
    training_app.component("train", *OURS, runtime("good", "hang"))
    training_app.run("apply", "dev").ok()
    training_app.kubectl("apply", "-f", "-", body=plain_job("theirs", "hang"))

    def shown(found: dict[str, Any]) -> dict[str, tuple[str, str, Any]]:
        return {
            name: (
                found[name]["phase"],
                reason if found[name]["reason"].startswith(reason) else found[name]["reason"],
                found[name]["failedBy"],
            )
            for name, (_, reason, _) in EXPECTED.items()
            if name in found
        }

    found = until(lambda: jobs(training_app), lambda found: shown(found) == EXPECTED)

    assert shown(found) == EXPECTED
    assert set(found) == set(EXPECTED), "neither others' jobs nor jobs of jobs"
    assert found["gpu"]["devices"] == {"held": 4, "wanted": 4}
    assert found["huge"]["devices"] == {"held": 0, "wanted": 64}
    assert found["net"]["replicas"] == found["tune"]["replicas"] == {"running": 2, "required": 2}
    assert {each["component"] for each in found.values()} == {"train"}
    created = [each["createdAt"] for each in found.values()]
    assert created == sorted(created, reverse=True), "the newest first"
    assert {name for name, each in found.items() if each["final"]} == {
        "done",
        "bad",
        "evicted",
        "late",
        "worse",
    }
    _is_described(training_app)
    _has_logs(training_app)
    others = jobs(training_app, "--unmanaged")
    assert (others["theirs"]["environment"], others["theirs"]["component"]) == ("", "")
    assert jobs(training_app, "-c", "train").keys() == found.keys()
    wrong = training_app.run("job", "list", "dev", "-c", "trian")
    assert (wrong.code, "did you mean 'train'?" in wrong.err) == (1, True)
    lines = training_app.run("job", "list", "dev").ok().out.splitlines()
    assert next(line for line in lines if line.startswith("gpu ")).split()[1:6] == [
        "job",
        "train",
        "Running",
        "2/2",
        "4/4",
    ]


def _is_described(app: AppOnCluster) -> None:
    described = checked(app.run("job", "describe", "retried", "-o", "json").ok().out, "Job")
    assert described["causes"][0]["text"].startswith("exit 1 (")
    assert described["log"]["lines"][-1] == "RuntimeError: simulated failure, exit code 1"
    first = min(described["pods"], key=lambda pod: pod["createdAt"])
    assert (described["log"]["pod"], first["exitCode"]) == (first["name"], 1), "the first failure"
    times = [each["time"] for each in described["events"]]
    assert times == sorted(times, key=datetime.fromisoformat)
    assert {each["kind"] for each in described["events"]} == {"Job", "Pod"}
    text = app.run("job", "describe", "pytorch/net").ok().out
    assert [line.split()[0] for line in text.splitlines() if "-0 " in line and "Running" in line] == [
        "master-0",
        "worker-0",
    ]
    wrong = app.run("job", "describe", "retreid")
    assert (wrong.code, "did you mean 'retried'?" in wrong.err) == (1, True)
    app.environment("again", pin=app.control_plane, namespace=app.namespace)
    assert app.run("job", "describe", "huge", "--env", "again").code == 1, "it belongs to dev"


def _has_logs(app: AppOnCluster) -> None:
    """Of every replica, with prefixes; of those and of that much that the options name."""
    whole = app.run("job", "logs", "net").ok()
    begun = [line for line in whole.out.splitlines() if "starting" in line]
    assert begun == [
        "master-0 | [master rank 0] starting example.test/train:1",
        "worker-0 | [worker rank 1] starting example.test/train:1",
    ]
    tail = app.run("job", "logs", "net", "--role", "worker", "--index", "0", "--tail", "1", "-t").ok().out
    assert re.fullmatch(r"[0-9-]+T[0-9:.]+Z \[worker rank 1\] step \d+ loss .*\n", tail)
    document = checked(app.run("job", "logs", "bad", "-o", "jsonl").ok().out.splitlines()[-1], "LogLine")
    assert (document["object"]["name"], document["container"]) == ("bad", "main")
    assert document["line"] == "RuntimeError: simulated failure, exit code 3"
    waiting = app.run("job", "logs", "pull")
    assert (waiting.code, "has not started: ImagePullBackOff" in waiting.err) == (1, True)
    wrong = app.run("job", "logs", "net", "--replica", "worker-1")
    assert (wrong.code, "did you mean 'worker-0'?" in wrong.err) == (1, True)
    wrong = app.run("job", "logs", "net", "-c", "main")
    assert (wrong.code, "containers: pytorch" in wrong.err) == (1, True)


def replica(story: str, restart: str) -> Body:
    """One replica of a PyTorchJob."""
    pod = {"containers": [{"name": "pytorch", "image": "example.test/a:1"}]}
    template = {"metadata": {"annotations": {STORY: story}}, "spec": pod}
    return {"replicas": 1, "restartPolicy": restart, "template": template}


def test_logs_are_followed_over_restarts_and_new_pods_until_the_job_fails(training_app: AppOnCluster) -> None:
    """The master's container is restarted after 10 s; each worker that is killed is replaced by a new pod."""
    job = pytorch_job("again", "hang")
    roles = {"Master": replica("fail@1s", "OnFailure"), "Worker": replica("fail@2s:137", "ExitCode")}
    job["spec"] = {"runPolicy": {"activeDeadlineSeconds": 14}, "pytorchReplicaSpecs": roles}
    training_app.component("train", job)
    training_app.run("apply", "dev").ok()

    followed = training_app.run("job", "logs", "again", "-f", "--tail", "-1", "--exit-status")

    assert (followed.code, "job 'again' is Failed: " in followed.err) == (1, True)
    lines = followed.out.splitlines()
    runs = [line for line in lines if line == "master-0 | [master rank 0] starting example.test/a:1"]
    ends = [line for line in lines if line.endswith("RuntimeError: simulated failure, exit code 1")]
    assert len(runs) == len(ends) == 2, followed.out
    assert "master-0: container pytorch restarted (exit 1)" in followed.err
    pods = [line for line in lines if line.startswith("worker-0 | [worker rank 1] starting")]
    assert len(pods) >= 2, "a new pod is read from its first line on"
    assert followed.err.count("worker-0: new pod again-worker-0") == len(pods) - 1


def test_a_server_is_listed_and_reached(cluster_app: AppOnCluster) -> None:
    """Its logs, a command in it with its exit code, its port from loopback, and a pod by its name."""
    body = deployment("web")
    body["spec"]["template"]["spec"]["containers"][0]["ports"] = [{"containerPort": 8000}]
    cluster_app.component("web-serving", body)
    cluster_app.component("other", deployment("helper"))
    cluster_app.run("apply", "dev", "--wait").ok()

    found = jobs(cluster_app)
    assert {name: (each["phase"], each["final"]) for name, each in found.items()} == {
        "web": ("Running", False)
    }
    assert found["web"]["replicas"] == {"running": 1, "required": 1}
    assert cluster_app.run("job", "logs", "deploy/web").ok().out.startswith("starting nginx:1.27\n")
    assert cluster_app.run("job", "logs", "helper").ok().out.startswith("starting nginx:1.27\n")
    (pod,) = (each for each in cluster_app.names("pods") if each.startswith("web-"))

    ended = end_of(cluster_app, "job", "exec", "web", "--", "sh", "-c", "hostname; exit 7")
    assert (ended.code, ended.out) == (7, f"{pod}\n")
    shown = on_terminal(
        cluster_app, "job", "exec", "web", "--env", "dev", "--", "sh", typed="hostname\nexit 5\n"
    )
    assert (shown.code, shown.out.count(pod)) == (5, 1)
    follow = start(cluster_app, "job", "logs", "web", "-f")
    assert follow.process.stdout is not None
    assert "up for " in follow.process.stdout.readline() + follow.process.stdout.readline()
    follow.process.send_signal(signal.SIGINT)
    interrupted = time.monotonic()
    assert follow.end().code == 130
    assert time.monotonic() - interrupted < 5
    wrong = cluster_app.run("job", "exec", "web", "-c", "mian", "--", "true")
    assert (wrong.code, "did you mean 'main'?" in wrong.err) == (1, True)
    for words in (("job", "port-forward", "web", ":8000"), ("port-forward", pod, ":8000")):
        started = start(cluster_app, *words)
        assert started.process.stdout is not None
        line = started.process.stdout.readline()
        url = f"http://{line.split()[2]}/v1"
        with urllib.request.urlopen(url, timeout=20) as answer:
            assert answer.read().decode() == f"ok: pod {cluster_app.namespace}/{pod}, port 8000\n"
        started.process.send_signal(signal.SIGINT)
        assert (started.end().code, line) == (130, f"Forwarding from {line.split()[2]} -> {pod}:8000\n")
        assert line.split()[2].startswith("127.0.0.1:")

    cluster_app.environment("dev", clusterId="11111111-1111-1111-1111-111111111111")
    for line in ("job exec web -- true", f"port-forward {pod} :8000"):
        refused = cluster_app.run(*line.split())
        assert (refused.code, "is pinned to" in refused.err) == (1, True), refused.err


def end_of(app: AppOnCluster, *words: str) -> Outcome:
    """A command as a process of its own, which writes bytes."""
    return start(app, *words).end()


@pytest.fixture
def other(start_control_plane: StartControlPlane) -> ControlPlane:
    """A cluster that the test may stop; started before a project has a cache without its programs."""
    return start_control_plane("jobs")


def test_a_cluster_that_stops_is_a_row_beside_the_jobs_of_the_others(
    other: ControlPlane, cluster_app: AppOnCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DLCTL_SANDBOX_HOME", str(other.home.state))
    files = {"environments/far/environment.yaml": f"sandbox: {other.name}\nnamespace: default\n"}
    cluster_app.project.write(files)
    cluster_app.component("train", plain_job("a", "hang"))
    cluster_app.run("apply", "dev", "far").ok()
    both = checked(cluster_app.run("job", "list", "--all", "-o", "json").ok().out, "JobList")
    assert {each["environment"] for each in both["items"]} == {"dev", "far"}

    several = cluster_app.run("job", "describe", "a")
    assert (several.code, "several environments: job/a in dev, job/a in far" in several.err) == (1, True)
    assert "Environment:  far" in cluster_app.run("job", "describe", "a", "--env", "far").ok().out

    down(other.name, home=other.home)

    assert cluster_app.run("job", "describe", "a").code == 4, "it may stand in the other one, too"
    assert cluster_app.run("job", "describe", "b").code == 4

    partial = cluster_app.run("job", "list", "--all")
    assert partial.code == 4
    rows = {line.split()[0]: line.split()[1:5] for line in partial.out.splitlines()}
    assert rows["dev"][:3] == ["a", "job", "train"]
    assert rows["far"] == ["-", "-", "-", "not-found"]
    assert f"far: sandbox '{other.name}' not found" in partial.err
    document = checked(cluster_app.run("job", "list", "--all", "-o", "json").out, "JobList")
    assert {each["name"]: each["status"] for each in document["clusters"]} == {
        "dev": "ok",
        "far": "not-found",
    }
    assert [each["environment"] for each in document["items"]] == ["dev"]
    assert cluster_app.run("job", "list", "--all", "--ignore-unreachable").code == 0
    assert cluster_app.run("job", "list", "far").code == 1
