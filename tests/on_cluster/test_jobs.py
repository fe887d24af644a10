"""`job list` on real clusters: jobs with stories under the real operators, and a cluster that stops."""

import copy
import json
import re
import signal
import time
import urllib.request
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import msgspec
import pytest

from dlctl.jobs.pod_fields import PodPage
from dlctl.sandbox.lifecycle.up_and_down import down
from dlctl.sandbox.story_names import STORY
from tests.controlplane import ControlPlane, StartControlPlane
from tests.on_cluster.app_on_cluster import AppOnCluster, Body, deployment
from tests.on_cluster.processes import Started, on_terminal, start
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


def in_part(name: str) -> Body:
    """A PyTorchJob whose worker no node takes."""
    made = pytorch_job(name, "hang")
    worker = made["spec"]["pytorchReplicaSpecs"]["Worker"] = copy.deepcopy(
        made["spec"]["pytorchReplicaSpecs"]["Worker"]
    )
    worker["template"]["spec"]["containers"][0]["resources"] = {"limits": {"nvidia.com/gpu": 64}}
    return made


def without_toleration(name: str) -> Body:
    made = plain_job(name, "hang", gpus=1)
    del made["spec"]["template"]["spec"]["tolerations"]
    return made


def labelled(made: Body, **metadata: Any) -> Body:
    return {**made, "metadata": {**made["metadata"], **metadata}}


QUOTA = {
    "apiVersion": "v1",
    "kind": "ResourceQuota",
    "metadata": {"name": "gpus"},
    "spec": {"hard": {"requests.nvidia.com/gpu": "200"}},
}
OURS = [
    in_part("half"),
    without_toleration("tainted"),
    plain_job("greedy", "hang", gpus=201),
    labelled(plain_job("queued", "hang", suspend=True), labels={"kueue.x-k8s.io/queue-name": "lq"}),
    labelled(plain_job("going", "hang"), finalizers=["example.com/held"]),
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
    "half": ("Starting", "no node fits: ", None),
    "tainted": ("Pending", "no node fits: ", None),
    "greedy": ("Pending", "no pods: FailedCreate: ", None),
    "queued": ("Queued", "Queued: held by queue lq", None),
    "going": ("Deleting", "", None),
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


def is_refused(app: AppOnCluster, gpus: int) -> bool:
    """Whether the API server knows the quota yet."""
    pod = {**plain_job("a", "hang", gpus)["spec"]["template"], "apiVersion": "v1", "kind": "Pod"}
    body = json.dumps({**pod, "metadata": {"name": "a"}})
    words = ("--namespace", app.namespace, "create", "--dry-run=server", "-f", "-")
    return "exceeded quota" in app.control_plane.kubectl(*words, input=body).stderr


def release(app: AppOnCluster) -> None:
    """Let what was deleted go."""
    app.kubectl("patch", "job", "going", "--type=merge", "-p", '{"metadata": {"finalizers": null}}')


def until(read: Callable[[], Any], wanted: Callable[[Any], bool]) -> Any:
    end = time.monotonic() + 120
    while not wanted(found := read()) and time.monotonic() < end:
        time.sleep(0.5)
    return found


def test_jobs_of_all_phases_with_their_reasons(training_app: AppOnCluster) -> None:
    training_app.kubectl("create", "-f", "-", body=QUOTA)
    until(lambda: is_refused(training_app, gpus=201), bool)
    training_app.component("train", *OURS, runtime("good", "hang"))
    training_app.run("apply", "dev").ok()
    training_app.kubectl("apply", "-f", "-", body=plain_job("theirs", "hang"))
    training_app.kubectl("delete", "job", "going", "--wait=false")

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
    assert "untolerated taint" in found["tainted"]["reason"]
    assert (found["greedy"]["layer"], "exceeded quota: gpus" in found["greedy"]["reason"]) == ("quota", True)
    (greedy,) = (line for line in training_app.run("status", "dev").out.splitlines() if "/greedy " in line)
    assert "no pods: FailedCreate: " in greedy
    assert "exceeded quota: gpus" in greedy
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
    _is_the_same_everywhere(training_app)
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
    used = checked(training_app.run("job", "top", "dev", "-o", "json").ok().out, "JobUsageList")["items"]
    assert [(each["by"], each["name"], each["jobs"], each["held"], each["wanted"]) for each in used] == [
        *(
            (by, name, 5, 4, 334)
            for by, name in [("queue", ""), ("namespace", training_app.namespace), ("owner", "train")]
        ),
        ("job", "job/gpu", 1, 4, 4),
        ("job", "job/greedy", 1, 0, 201),
        ("job", "job/huge", 1, 0, 64),
        ("job", "pytorch/half", 1, 0, 64),
        ("job", "job/tainted", 1, 0, 1),
    ]
    _is_waited_for(training_app)
    _is_cancelled(training_app)
    release(training_app)


def _is_the_same_everywhere(app: AppOnCluster) -> None:
    """Each phase and reason of the list is that of `wait`, and those of each phase are that of `describe`."""
    waited = app.run("job", "wait", *EXPECTED, "--for", "deleted", "--timeout", "1s", "-o", "json")
    document = checked(waited.out, "JobWait")
    assert waited.code == 3
    for each in document["jobs"]:
        name, job = each["job"]["object"]["name"], each["job"]
        phase, reason, _ = EXPECTED[name]
        if name != "retried":  # it goes on being tried again
            assert (job["phase"], job["reason"][: len(reason)]) == (phase, reason)
            assert bool(job["reason"]) is bool(reason)
    for name in ("half", "greedy", "queued", "going", "done", "late"):
        described = app.run("job", "describe", name, "--env", "dev", "-o", "json").ok().out
        job = checked(described, "Job")["job"]
        assert (job["phase"], job["reason"][: len(EXPECTED[name][1])]) == EXPECTED[name][:2]


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


def _is_waited_for(app: AppOnCluster) -> None:
    """With the codes of a wait: 0 reached, 1 ended otherwise, 3 time over, 4 cannot be known."""
    assert app.run("job", "wait", "done", "--timeout", "1s").ok().out == "dev: job/done succeeded\n"
    assert app.run("job", "wait", "net", "tune", "--for", "running").ok().out.count(" running\n") == 2
    assert app.run("job", "wait", "bad", "--for", "failed").code == 0
    failed = app.run("job", "wait", "done", "bad")
    assert (failed.code, failed.out) == (1, "dev: job/done succeeded\n")
    assert (
        "Error: dev: job/bad has finished: Failed by its program or image: exit 3 (1 of 1 pods)\n"
        in failed.err
    )
    assert "    log: RuntimeError: simulated failure, exit code 3\n" in failed.err, "as apply --wait tells it"
    late = checked(app.run("job", "wait", "huge", "bad", "--any", "-o", "json").out, "JobWait")
    assert [each["result"] for each in late["jobs"]] == ["stopped", "missed"]
    slow = app.run("job", "wait", "huge", "--timeout", "1s")
    assert (slow.code, slow.out) == (3, "")
    assert "job/huge is not final after " in slow.err
    assert ": Pending: no node fits: 2 Insufficient nvidia.com/gpu" in slow.err
    assert app.run("job", "wait", "hug").code == app.run("job", "wait", "a", "--env", "devv").code == 4
    waiting = [start(app, "job", "wait", "gpu", "--for", goal) for goal in ("deleted", "final")]
    for each in waiting:
        assert each.process.stderr is not None
        assert each.process.stderr.readline() == "dev: job/gpu Running\n"
    assert app.run("job", "cancel", "gpu", "--yes").ok().out == "dev: job/gpu deleted\n"
    deleted, final = (each.end() for each in waiting)
    assert (deleted.code, deleted.out) == (0, "dev: job/gpu deleted\n")
    assert (final.code, "Error: dev: job/gpu was deleted: its last phase was " in final.err) == (4, True)


def _is_cancelled(app: AppOnCluster) -> None:
    """By its UID, after what is lost was shown; or suspended, to go on later."""
    theirs = app.run("job", "cancel", "theirs", "--yes")
    assert (theirs.code, "job/theirs does not belong to environment dev: it does not have" in theirs.err) == (
        1,
        True,
    )
    dry = app.run("job", "cancel", "net", "--dry-run").ok()
    assert dry.out == "dev: pytorch/net would be deleted\n"
    assert ", 2 pods stop; its logs and its status are lost\n" in dry.err
    assert app.run("job", "cancel", "net").code == 2, "nobody can be asked"
    assert app.run("job", "resume", "net").ok().err.endswith("left as it is: it is not suspended: Running\n")
    for name in ("net", "tune"):
        before = checked(app.run("job", "cancel", name, "--suspend", "-o", "json").ok().out, "JobChange")
        assert (before["pods"], before["job"]["phase"]) == (2, "Running")
    stopped = until(
        lambda: jobs(app), lambda found: found["net"]["phase"] == found["tune"]["phase"] == "Suspended"
    )
    assert stopped["net"]["phase"] == stopped["tune"]["phase"] == "Suspended"
    for name in ("net", "tune", "held"):
        app.run("job", "resume", name).ok()
    assert app.run("job", "wait", "net", "tune", "held", "--for", "running", "--timeout", "1m").code == 0
    ended = app.run("job", "cancel", "done", "--yes").ok()
    assert (ended.out, "it has already finished: Succeeded" in ended.err) == ("", True)
    app.kubectl(
        "patch", "job", "held", "--type=merge", "-p", '{"metadata": {"finalizers": ["example.com/a"]}}'
    )
    stays = app.run("job", "cancel", "held", "--yes", "--timeout", "1s")
    assert (stays.code, "blocked by its finalizers example.com/a" in stays.err) == (3, True)
    _is_cancelled_once_more(app)
    app.run("job", "cancel", "net", "--yes", "--timeout", "1m").ok()
    assert "net" not in app.names("pytorchjob")


def _is_cancelled_once_more(app: AppOnCluster) -> None:
    """What is being deleted is waited for, without a question; an interrupt says that it continues."""
    begun = "dev: job/held: it is already being deleted; waiting until it is gone\n"
    again = app.run("job", "cancel", "held", "--timeout", "1s")
    assert (again.code, begun in again.err) == (3, True)
    assert "blocked by its finalizers example.com/a" in again.err
    left = app.run("job", "cancel", "held", "--no-wait").ok()
    assert "job/held is left as it is: it is already being deleted" in left.err
    for number, code in (signal.SIGINT, 130), (signal.SIGTERM, 143):
        waiting = start(app, "job", "cancel", "held")
        assert waiting.process.stderr is not None
        assert waiting.process.stderr.readline() == begun
        waiting.process.send_signal(number)
        ended = waiting.end()
        assert ended.code == code
        assert (
            "dev: job/held: its deletion was requested, and continues; "
            "'dlctl job wait job/held --env dev --for deleted' waits for its end\n" in ended.err
        )
    waiting = start(app, "job", "cancel", "held")
    assert waiting.process.stderr is not None
    assert waiting.process.stderr.readline() == begun
    app.kubectl("patch", "job", "held", "--type=merge", "-p", '{"metadata": {"finalizers": null}}')
    ended = waiting.end()
    assert (ended.code, ended.out) == (0, "dev: job/held deleted\n")


def _is_watched(app: AppOnCluster, far: ControlPlane) -> None:
    """Lines are appended on a pipe; on a terminal the table is redrawn."""
    watching = start(app, "job", "list", "--all", "--watch")
    assert watching.process.stdout is not None
    first = [watching.process.stdout.readline().split() for _ in range(3)]
    assert first[0][:3] == ["ENV", "NAMESPACE", "NAME"]
    assert {row[0] for row in first[1:]} == {"dev", "far"}
    far.kubectl("create", "-f", "-", input=json.dumps(plain_job("b", "hang", suspend=True)))
    far.kubectl("delete", "job", "a")
    while (row := watching.process.stdout.readline().split())[5:6] != ["Deleted"]:
        assert row[:3] == ["far", "default", "a"]
    watching.process.send_signal(signal.SIGINT)
    ended = watching.end()
    assert (ended.code, "Traceback" in ended.err) == (130, False)
    drawn = on_terminal(app, "job", "list", "--all", "-w", interrupt_at="dev ")
    assert (drawn.code, "Traceback" in drawn.out) == (130, False)
    assert app.run("job", "list", "--all", "-w", "-o", "json").code == 2


def replica(story: str, restart: str) -> Body:
    """One replica of a PyTorchJob."""
    pod = {"containers": [{"name": "pytorch", "image": "example.test/a:1"}]}
    template = {"metadata": {"annotations": {STORY: story}}, "spec": pod}
    return {"replicas": 1, "restartPolicy": restart, "template": template}


def test_logs_are_followed_over_restarts_and_new_pods_until_the_job_fails(training_app: AppOnCluster) -> None:
    """The container of the master is restarted again and again; new pods replace workers that are killed."""
    job = pytorch_job("again", "hang")
    roles = {"Master": replica("fail@1s", "OnFailure"), "Worker": replica("fail@2s:137", "ExitCode")}
    job["spec"] = {"runPolicy": {"activeDeadlineSeconds": 14}, "pytorchReplicaSpecs": roles}
    training_app.component("train", job)
    training_app.run("apply", "dev").ok()

    described = start(training_app, "job", "describe", "again", "--watch")
    followed = training_app.run("job", "logs", "again", "-f", "--tail", "-1", "--exit-status", "-o", "jsonl")

    assert (followed.code, "job 'again' is Failed: " in followed.err) == (1, True)
    lines = [json.loads(line) for line in followed.out.splitlines()[:-1]]
    master = [(each["time"], each["line"]) for each in lines if each["replica"] == "master-0"]
    runs = [time for time, line in master if line == "[master rank 0] starting example.test/a:1"]
    ends = [time for time, line in master if line == "RuntimeError: simulated failure, exit code 1"]
    assert len(runs) == len(ends) >= 2, followed.out
    assert len(set(runs)) == len(runs), "each run is read once"
    assert followed.err.count("master-0: container pytorch restarted (exit 1)") == len(runs) - 1
    pods = [each["pod"] for each in lines if each["line"].startswith("[worker rank 1] starting")]
    assert len(pods) >= 2, "a new pod is read from its first line on"
    assert followed.err.count("worker-0: new pod again-worker-0") == len(pods) - 1
    _was_described_to_its_end(training_app, described.end())


def _was_described_to_its_end(app: AppOnCluster, described: Outcome) -> None:
    """Once, then a line for each change; on a terminal the last state is written whole."""
    begun, _, rest = described.out.partition("\nPods:")
    assert (described.code, described.err, begun.split()[:2]) == (0, "", ["Name:", "again"])
    lines = [line.split(" ", 1)[1] for line in rest.splitlines() if line.startswith("20")]
    assert any(line.startswith("pod master-0 ") and "restarts" in line for line in lines), described.out
    assert any(line.startswith("event ") for line in lines)
    assert lines[-1].startswith("job again Failed, ready 0/2: "), lines
    drawn = on_terminal(app, "job", "describe", "again", "-w")
    assert (drawn.code, "Phase:" in drawn.out, "Failed" in drawn.out) == (0, True, True)
    assert app.run("job", "describe", "again", "-w", "-o", "json").code == 2


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
    pods = cluster_app.control_plane.get("--namespace", cluster_app.namespace, "pods")["items"]
    assert msgspec.convert({"metadata": {}, "items": pods}, PodPage)["items"], "a list reads them by types"

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
    assert follow.end().code == 130
    wrong = cluster_app.run("job", "exec", "web", "-c", "mian", "--", "true")
    assert (wrong.code, "did you mean 'main'?" in wrong.err) == (1, True)
    cancelled = cluster_app.run("job", "cancel", "other", "--yes")
    assert (cancelled.code, "to stop a server: dlctl delete dev -c other" in cancelled.err) == (1, True)
    missing = cluster_app.run("port-forward", "nosuch", "80")
    assert "pod, job or server 'nosuch' not found\n  jobs and servers: helper, web" in missing.err
    for words in (("job", "port-forward", "web", ":8000"), ("port-forward", pod, ":8000")):
        started = start(cluster_app, *words)
        assert started.process.stdout is not None
        line = started.process.stdout.readline()
        url = f"http://{line.split()[2]}/v1"
        with urllib.request.urlopen(url, timeout=20) as answer:
            assert answer.read().decode() == f"ok: pod {cluster_app.namespace}/{pod}, port 8000\n"
        started.process.send_signal(signal.SIGINT)
        end = started.end()
        assert (end.code, line) == (130, f"Forwarding from {line.split()[2]} -> {pod}:8000\n")
        assert line.split()[2].startswith("127.0.0.1:")
        assert "declare" not in end.err
    undeclared = start(cluster_app, "port-forward", "web", ":9000", ":8000")
    assert undeclared.process.stdout is not None
    assert undeclared.process.stdout.readline().endswith(f"-> {pod}:9000\n"), "it is forwarded nevertheless"
    undeclared.process.send_signal(signal.SIGINT)
    assert f"warning: pod '{pod}' does not declare port 9000; it declares 8000\n" in undeclared.end().err

    cluster_app.environment("dev", clusterId="11111111-1111-1111-1111-111111111111")
    for line in ("job exec web -- true", f"port-forward {pod} :8000"):
        refused = cluster_app.run(*line.split())
        assert (refused.code, "is pinned to" in refused.err) == (1, True), refused.err
    for command in ("list", "top"):
        astray = cluster_app.run("job", command, "dev")
        assert (astray.code, astray.err.count("is pinned to"), astray.out) == (1, 1, ""), "not: no jobs"
    (read,) = checked(cluster_app.run("job", "list", "dev", "-o", "json").out, "JobList")["clusters"]
    assert read["status"] == "other-cluster"


def test_jobs_that_a_cron_job_makes_are_those_of_its_component(cluster_app: AppOnCluster) -> None:
    job = plain_job("night", "hang")["spec"]
    spec = {"schedule": "0 3 * * *", "suspend": True, "jobTemplate": {"spec": job}}
    night = {"apiVersion": "batch/v1", "kind": "CronJob", "metadata": {"name": "night"}, "spec": spec}
    cluster_app.component("night", night)
    cluster_app.run("apply", "dev", "--yes", "--wait").ok()
    assert "suspended" in cluster_app.run("status", "dev", "--all-objects").ok().out
    cluster_app.kubectl("create", "job", "night-1", "--from=cronjob/night")
    (listed,) = checked(cluster_app.run("job", "list", "dev", "-o", "json").ok().out, "JobList")["items"]
    assert (listed["object"]["name"], listed["component"]) == ("night-1", "night")
    cluster_app.run("job", "wait", "night-1", "--for", "running", "--timeout", "1m").ok()
    assert "starting example.test/a:1" in cluster_app.run("job", "logs", "night-1").ok().out
    cluster_app.run("diff", "dev").ok()
    cancelled = cluster_app.run("job", "cancel", "night-1", "--yes").ok()
    assert (cancelled.out, "CronJob/night creates additional jobs" in cancelled.err) == (
        "dev: job/night-1 deleted\n",
        True,
    )
    refused = cluster_app.run("job", "submit", "night", "--env", "dev")
    assert (refused.code, "component night has no job" in refused.err) == (1, True)


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

    for environment in ("dev", "far"):  # so that nothing but the deletion changes while they are watched
        cluster_app.run("job", "wait", "a", "--env", environment, "--for", "running", "--timeout", "1m").ok()
    _is_watched(cluster_app, other)
    watching = start(cluster_app, "job", "list", "--all", "--watch")
    assert watching.process.stdout is not None
    assert [watching.process.stdout.readline().split()[0] for _ in range(2)] == ["ENV", "dev"]
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
    top = cluster_app.run("job", "top", "--all")
    assert (top.code, top.out.splitlines()[1:]) == (4, ["far   -    not-found   -      -      -"])
    for words in (["wait", "a"], ["cancel", "a", "--yes"]):
        assert cluster_app.run("job", *words).code == 4
    assert cluster_app.run("job", "diff", "a", "b", "--env", "far").code == 2, "1: there are differences"
    _goes_on_with_the_other(cluster_app, watching)


def _goes_on_with_the_other(app: AppOnCluster, watching: Started) -> None:
    """The cluster that has stopped is a row; a change on the other one is still seen."""
    assert watching.process.stdout is not None
    row = watching.process.stdout.readline().split()
    assert (row[0], row[4]) == ("far", "unreachable"), row
    app.kubectl("delete", "job", "a")
    while (row := watching.process.stdout.readline().split())[4:5] != ["Deleted"]:
        assert row[0] == "dev" or row[4] == "not-found", row
    watching.process.send_signal(signal.SIGINT)
    ended = watching.end()
    assert (ended.code, "Traceback" in ended.err) == (130, False)
