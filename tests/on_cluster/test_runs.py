"""Runs on a real cluster: submitted, listed, compared, made again and pruned, beside what `apply` applies."""

import base64
import json
import signal
import socket
import time
from pathlib import Path
from typing import Any

import pytest

from dlctl.cli.completion.on_clusters import LIMIT
from tests.cli.test_completion import complete
from tests.cluster.scripted_server import Answer, Seen
from tests.controlplane import ControlPlane
from tests.on_cluster.app_on_cluster import AppOnCluster, config
from tests.on_cluster.faults import between
from tests.on_cluster.processes import start
from tests.on_cluster.test_jobs import jobs, plain_job, training_app, until
from tests.output_schemas import checked
from tests.sandbox.training_jobs import pytorch_job, runtime, train_job

__all__ = ["training_app"]

pytestmark = pytest.mark.controlplane

TEMPLATE = """
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ component.name ~ "-settings" }}
data:
  lr: {{ params.lr | string }}
  first: {{ component.name ~ "-0." ~ component.name ~ "-board" }}
  derived: {{ params.token | upper }}
---
apiVersion: v1
kind: Secret
metadata:
  name: {{ component.name ~ "-token" }}
stringData:
  token: {{ params.token }}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: {{ component.name ~ "-data" }}
spec:
  accessModes: [ReadWriteOnce]
  resources:
    requests:
      storage: 1Gi
---
apiVersion: v1
kind: Service
metadata:
  name: {{ component.name ~ "-board" }}
spec:
  selector:
    app: board
  ports:
  - port: 80
---
apiVersion: batch/v1
kind: Job
metadata:
  name: {{ component.name }}
spec:
  backoffLimit: 0
  template:
    metadata:
      annotations:
        sandbox.dlctl.dev/story: {{ params.story }}
    spec:
      restartPolicy: Never
      tolerations:
      - operator: Exists
      containers:
      - name: main
        image: example.test/a:1
        env:
        - name: BOARD
          value: {{ "http://" ~ component.name ~ "-board:80" }}
        - name: SELF
          value: {{ component.name ~ "-0." ~ component.name }}
        envFrom:
        - configMapRef:
            name: {{ component.name ~ "-settings" }}
        - secretRef:
            name: {{ component.name ~ "-token" }}
      {% if params.story == "hang" %}
      volumes:
      - name: data
        persistentVolumeClaim:
          claimName: {{ component.name ~ "-data" }}
      {% endif %}
"""
PARAMS: dict[str, Any] = {
    "lr": {"type": "number", "default": 0.5, "description": "Learning rate"},
    "batch": {"type": "integer", "default": 32, "description": "Batch size"},
    "story": {"type": "string", "default": "hang", "description": "Story"},
    "token": {"type": "string", "default": "none", "writeOnly": True, "description": "Token"},
}
PATCH = """patches:
  train:
  - target: {kind: Job, name: train}
    merge: {spec: {activeDeadlineSeconds: 3600}}
"""


@pytest.fixture
def train(cluster_app: AppOnCluster) -> AppOnCluster:
    """An app whose component `train` is a job with configuration of its own, a claim and a Service."""
    cluster_app.component("train", plain_job("train", "hang"), **PARAMS)
    cluster_app.template("train", TEMPLATE)
    environment = "environments/dev/environment.yaml"
    cluster_app.project.write({environment: cluster_app.project.read(environment) + PATCH})
    return cluster_app


def test_a_run_has_a_name_and_configuration_of_its_own(
    train: AppOnCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = train.run("job", "submit", "train", "--env", "dev", "--dry-run", "-o", "json").ok()
    assert checked(tried.out, "Run")["run"] == "train-r1"
    assert train.names("jobs") == []

    first = checked(train.run("job", "submit", "train", "--env", "dev", "-o", "json").ok().out, "Run")
    words = ("--set", "lr=0.1", "--set", "train.token=hunter2-hunter2")
    second = train.run("job", "submit", "train", "--env", "dev", *words).ok()

    assert (first["run"], first["object"]["name"]) == ("train-r1", "train-r1")
    assert "dev: run train-r2 submitted: Job.batch/train-r2 " in second.out
    assert train.names("jobs") == ["train-r1", "train-r2"]
    assert train.names("configmaps") == ["train-r1-settings", "train-r2-settings"]
    assert train.names("secrets") == ["train-r1-token", "train-r2-token"]
    assert train.names("persistentvolumeclaims") == ["train-data"]
    assert train.names("services") == ["train-board"]
    job = train.get("job", "train-r2")
    pod = job["spec"]["template"]["spec"]
    container = pod["containers"][0]
    assert {each["name"]: each["value"] for each in container["env"]} == {
        "BOARD": "http://train-board:80",
        "SELF": "train-r2-0.train-r2",
    }
    assert [next(iter(each.values()))["name"] for each in container["envFrom"]] == [
        "train-r2-settings",
        "train-r2-token",
    ]
    assert pod["volumes"][0]["persistentVolumeClaim"]["claimName"] == "train-data"
    assert job["spec"]["activeDeadlineSeconds"] == 3600, "a patch by name reaches the run"
    labels = job["metadata"]["labels"]
    assert (labels["dlctl.dev/run"], labels["dlctl.dev/component"]) == ("train-r2", "train")
    assert "applyset.kubernetes.io/part-of" not in labels
    made = json.loads(job["metadata"]["annotations"]["dlctl.dev/made-from"])
    assert (made["values"], made["hidden"], made["params"]["lr"]) == ({"lr": 0.1}, ["token"], 0.1)
    assert "hunter2" not in json.dumps(job)
    owner = train.get("configmap", "train-r2-settings")["metadata"]["ownerReferences"][0]
    assert owner["uid"] == job["metadata"]["uid"]
    assert train.get("configmap", "train-r2-settings")["data"]["first"] == "train-r2-0.train-board"
    listed = checked(train.run("job", "list", "dev", "-o", "json").ok().out, "JobList")["items"]
    assert [each["object"]["name"] for each in listed] == ["train-r2", "train-r1"]
    _are_completed(train, monkeypatch)


def _are_completed(train: AppOnCluster, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where one cluster refuses connections, and one never answers."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        for name, port in (("refused", 1), ("silent", silent.getsockname()[1])):
            server = {"server": f"https://127.0.0.1:{port}"}
            train.context(name, train.control_plane, cluster=server)
            train.environment(name, context=name)
        begun = time.monotonic()
        with monkeypatch.context() as patch:
            assert complete(train.project, patch, "dlctl job logs ") == ["train", "train-r1", "train-r2"]
            assert time.monotonic() - begun < LIMIT + 2
            assert complete(train.project, patch, "dlctl job rerun --env dev train-r2") == ["train-r2"]
            assert complete(train.project, patch, "dlctl job logs --env refused ") == ["train"]


def submit(app: AppOnCluster, *words: str) -> str:
    return app.run("job", "submit", "train", "--env", "dev", "-o", "name", *words).ok().out.strip()


def ended(app: AppOnCluster, *names: str) -> None:
    def phases() -> dict[str, str]:
        return {name: f"{each['phase']}{each['reason']}" for name, each in jobs(app).items()}

    wanted = dict.fromkeys(names, "Succeeded")
    found = until(phases, lambda found: {name: found.get(name) for name in names} == wanted)
    assert {name: found.get(name) for name in names} == wanted


def test_runs_are_compared_made_again_and_pruned(train: AppOnCluster) -> None:
    first = submit(train, "--set", "lr=0.1", "--set", "story=succeed@1s", "--set", "token=hunter2-hunter2")
    refused = train.run("job", "rerun", first)
    assert (refused.code, "--set token=VALUE" in refused.err) == (1, True), "secrets are not kept"

    again = train.run("job", "rerun", first, "--set", "token=other2-other2", "--set", "batch=64").ok()
    assert "run train-r2 submitted" in again.out
    assert "batch: null then, 64 now" in again.err
    assert train.get("configmap", "train-r2-settings")["data"]["lr"] == "0.1", "its values hold again"

    differs = train.run("job", "diff", first, "train-r2", "-o", "json")
    assert differs.code == 1
    found = checked(differs.out, "RunDiff")
    assert found["params"] == [{"name": "batch", "left": None, "right": 64}]
    assert [(each["kind"], each["name"]) for each in found["objects"]] == [
        ("ConfigMap", "RUN-settings"),
        ("Secret", "RUN-token"),
    ]
    assert {each["changes"][0]["old"] for each in found["objects"]} == {"*** (before)"}
    text = train.run("job", "diff", first, "train-r2")
    assert [line.split() for line in text.out.splitlines()[:2]][1] == ["batch", "-", "64"]
    tried = train.run("job", "rerun", first, "--set", "token=hunter2-hunter2", "--dry-run")
    assert "hunter2" not in (text.out + differs.out + tried.out + tried.err).lower()
    assert train.run("job", "diff", first, first).code == 0
    assert train.run("job", "diff", first, "trian-r2").code == 2

    third = submit(train, "--set", "story=succeed@1s")
    running = submit(train)
    ended(train, first, "train-r2", third)
    shown = checked(
        train.run("job", "prune", "train", "--env", "dev", "--keep", "1", "--dry-run", "-o", "json").ok().out,
        "PrunedRunList",
    )
    assert [(each["run"], each["result"]) for each in shown["items"]] == [
        (third, "kept"),
        ("train-r2", "would-delete"),
        (first, "would-delete"),
    ]
    assert train.run("job", "prune", "train", "--env", "dev", "--keep", "1").code == 2, "it asks"
    train.run("job", "prune", "train", "--env", "dev", "--keep", "1", "--yes").ok()
    assert train.names("jobs") == [third, running]
    assert train.names("configmaps") == [f"{third}-settings", f"{running}-settings"]
    assert train.names("secrets") == [f"{third}-token", f"{running}-token"]


def test_an_interrupted_prune_says_what_is_not_known_and_goes_on(train: AppOnCluster) -> None:
    names = [submit(train, "--set", "story=succeed@1s") for _ in range(2)]
    ended(train, *names)
    kept, held = '{"metadata": {"finalizers": ["example.com/held"]}}', '{"metadata": {"finalizers": null}}'
    train.kubectl("patch", "job", names[0], "--type=merge", "-p", kept)
    words = ("job", "prune", "train", "--env", "dev", "--keep", "0", "--yes", "-o", "json")
    running = start(train, *words)
    until(lambda: train.get("job", names[0])["metadata"].get("deletionTimestamp"), bool)
    until(lambda: train.names("jobs"), lambda found: found == [names[0]])
    running.process.send_signal(signal.SIGINT)
    outcome = running.end()
    train.kubectl("patch", "job", names[0], "--type=merge", "-p", held)
    assert outcome.code == 130
    assert "run the command again to continue" in outcome.err
    document = checked(outcome.out, "PrunedRunList")
    assert [error["code"] for error in document["errors"]] == ["interrupted"]
    results = {each["run"]: (each["result"], each["reason"]) for each in document["items"]}
    assert results[names[0]] == ("unknown", "its deletion was requested")
    assert "failed" not in {result for result, _ in results.values()}
    train.run(*words).ok()
    assert until(lambda: train.names("jobs"), lambda found: not found) == []


def test_no_plan_touches_runs(train: AppOnCluster) -> None:
    train.kubectl("apply", "-f", "-", body=plain_job("train-r1", "hang"))
    assert submit(train) == "train-r2", "a number that is taken is passed over"
    started = [start(train, "job", "submit", "train", "--env", "dev", "-o", "name") for _ in range(2)]
    names = [each.end().out.strip() for each in started]
    assert sorted(names) == ["train-r3", "train-r4"], "two at once never get one number"
    train.kubectl("delete", "job", *names)
    taken = train.run("job", "submit", "train", "--env", "dev", "--name", "train-r1")
    assert (taken.code, "run train-r1 already" in taken.err) == (1, True)
    left = until(lambda: train.names("configmaps"), lambda names: len(names) == 1)
    assert left == ["train-r2-settings"], "nothing of it stays; what is deleted takes its configuration along"

    train.run("apply", "dev").ok()
    assert train.run("diff", "dev").code == 0
    train.environment("dev", pin=train.control_plane)
    train.without("train")
    train.component("other", config("other"))
    pruned = train.run("apply", "dev", "--prune").ok()
    assert "train-r2" not in pruned.out + pruned.err
    assert train.names("jobs") == ["train-r1", "train-r2"]
    assert "train-r2" not in train.run("status", "dev", "-o", "json").out

    named = train.run("env", "rm", "dev")
    assert (named.code, "train-r2" in named.err) == (2, True)
    assert "'dlctl delete dev --runs'" in named.err
    kept = train.run("delete", "dev", "--yes").ok()
    assert "1 run stays: train-r2 (pass --runs to delete them)" in kept.err
    assert train.names("jobs") == ["train-r1", "train-r2"]
    train.run("delete", "dev", "-c", "train", "--runs", "--yes").ok()
    assert train.names("jobs") == ["train-r1"]
    assert train.names("configmaps") == []


def test_a_run_has_no_name_of_a_components_object(train: AppOnCluster) -> None:
    train.component("other", plain_job("score", "hang"))
    for name, component in ("train", "train"), ("score", "other"):
        for more in (), ("--dry-run",):
            refused = train.run("job", "submit", "train", "--env", "dev", "--name", name, *more)
            assert refused.code == 1
            assert f"Job.batch/{name} in namespace {train.namespace}, which component {component} has" in (
                refused.err
            )
    assert train.names("jobs") == train.names("configmaps") == []


def test_a_run_in_the_way_of_an_apply_is_not_adopted(train: AppOnCluster) -> None:
    """The component is newer than the run; a prune or a cancel makes way."""
    assert submit(train, "--name", "late", "--set", "story=succeed@1s") == "late"
    assert submit(train, "--name", "later") == "later"
    for name in "late", "later":
        train.component(name, plain_job(name, "hang"))
    for more in (), ("--adopt",):
        refused = train.run("apply", "dev", "-c", "later", *more)
        assert refused.code == 1
        assert "belongs to run later of component train, which cannot be adopted" in refused.err
        assert "dlctl job cancel later --env dev" in refused.err
        assert "dlctl job prune train --env dev --keep 0" in refused.err
    adopting = train.run("adopt", "dev", "job/later", "--yes")
    assert (adopting.code, "belongs to run later" in adopting.err) == (1, True)
    train.run("job", "cancel", "later", "--env", "dev", "--yes").ok()
    train.run("apply", "dev", "-c", "later").ok()
    ended(train, "late")
    train.run("job", "prune", "train", "--env", "dev", "--keep", "0", "--yes").ok()
    train.run("apply", "dev", "-c", "late").ok()


def test_the_number_of_a_deleted_run_is_not_given_again(train: AppOnCluster) -> None:
    """After a cancel and after a prune of all; 'delete --runs' begins anew."""
    assert [submit(train) for _ in range(3)] == ["train-r1", "train-r2", "train-r3"]
    cancel = ("job", "cancel", "--env", "dev", "--yes")
    train.run(*cancel, "train-r1").ok()
    train.run(*cancel, "train-r3", "--dry-run").ok()
    record = f"dlctl.{train.namespace}.dev.train.last-run"
    assert record not in train.names("configmaps"), "a later run is there"
    for name in ("train-r3", "train-r2"):
        train.run(*cancel, name).ok()
        assert train.get("configmap", record)["data"] == {"lastRun": "train-r3"}
    assert submit(train, "--set", "story=succeed") == "train-r4"
    train.run("job", "wait", "train-r4", "--env", "dev", "--timeout", "60s").ok()
    train.run("job", "prune", "train", "--env", "dev", "--keep", "0", "--yes").ok()
    assert submit(train) == "train-r5"
    assert train.run("status", "dev").ok().out.count("last-run") == 0
    train.run("delete", "dev", "--runs", "--yes").ok()
    assert train.names("configmaps") == []
    assert submit(train) == "train-r1"


def test_a_protected_environment_asks_and_one_that_takes_signed_plans_refuses(train: AppOnCluster) -> None:
    train.environment("dev", pin=train.control_plane, protected=True)
    assert train.run("job", "submit", "train", "--env", "dev").code == 2
    train.environment("dev", pin=train.control_plane, approve={"keys": ["ssh-ed25519 AAAAC3Nz me"]})
    assert train.run("job", "submit", "train", "--env", "dev").code == 1
    train.environment("dev", pin=train.control_plane)
    train.context("first", train.control_plane, user="viewer")
    limited = train.run("job", "submit", "train", "--env", "dev")
    assert (limited.code, "you lack" in limited.err) == (1, True)
    train.context("first", train.control_plane)
    train.environment("dev")
    assert "not pinned" in train.run("job", "submit", "train", "--env", "dev").err
    assert train.names("jobs") == []
    train.environment("dev", pin=train.control_plane)
    assert submit(train) == "train-r1"
    train.component("plain", config("plain"))
    no_job = train.run("job", "submit", "plain", "--env", "dev")
    assert (no_job.code, "has no job" in no_job.err) == (1, True)


def test_a_sweep_makes_a_run_of_each_combination_and_goes_on_where_it_stopped(train: AppOnCluster) -> None:
    grid = ("job", "sweep", "train", "--env", "dev", "--grid", "lr=0.1,0.01", "--grid", "batch=32")
    wrong = train.run(*grid, "--grid", "batch=1")
    assert (wrong.code, "--grid has 'batch' twice" in wrong.err) == (2, True)
    assert train.run(*grid, "--set", "batch=many").code == 1
    secret = train.run("job", "sweep", "train", "--env", "dev", "--grid", "token=a,b")
    assert (secret.code, "values are secret" in secret.err, train.names("jobs")) == (1, True, [])

    done = train.run(*grid, "--set", "story=succeed@1s", "-o", "json").ok()
    found = checked(done.out, "Sweep")
    assert found["complete"]
    assert [each["values"] for each in found["runs"]] == [{"lr": lr, "batch": 32} for lr in (0.1, 0.01)]
    assert {each["phase"] for each in found["runs"]} == {"Succeeded"}
    assert all(each["durationSeconds"] is not None for each in found["runs"])
    words = [line.split() for line in done.err.splitlines()]
    at_work = 0
    for line in words:
        at_work += (line[-1] == "submitted") - (line[-1] == "Succeeded")
        assert at_work <= 1
    again = train.run(*grid, "--set", "story=succeed@1s").ok()
    assert [line.split()[0] for line in again.out.splitlines()] == ["RUN", *train.names("jobs")]
    assert train.get("configmap", "train-r2-settings")["data"]["lr"] == "0.01"

    twice = [start(train, *grid) for _ in range(2)]
    for each in twice:
        assert each.process.stderr is not None
        assert "train-r3: lr=0.1 batch=32" in next(line for line in each.process.stderr if "train-r" in line)
    twice[0].process.send_signal(signal.SIGINT)
    stopped = twice[0].end()
    assert (stopped.code, "Traceback" in stopped.err) == (130, False)
    assert "1 combination not submitted" in stopped.err
    left = checked(train.run(*grid, "--dry-run", "-o", "json").ok().out, "Sweep")
    assert [each["run"] for each in left["runs"]] == ["train-r3", None]
    twice[1].process.send_signal(signal.SIGINT)
    assert twice[1].end().code == 130
    assert train.names("jobs") == ["train-r1", "train-r2", "train-r3"], "the same sweep twice makes one run"


def test_a_run_goes_where_it_fits(cluster_app: AppOnCluster, second_control_plane: ControlPlane) -> None:
    cluster_app.component("wide", plain_job("wide", "hang", gpus=2, completions=1))
    cluster_app.component("huge", plain_job("huge", "hang", gpus=640))
    cluster_app.context("second", second_control_plane)
    cluster_app.context("dead", second_control_plane, cluster={"server": "https://127.0.0.1:1"})
    second_control_plane.kubectl("create", "namespace", cluster_app.namespace)
    cluster_app.environment("gpu/a", pin=cluster_app.control_plane)
    cluster_app.environment("gpu/b", pin=second_control_plane, context="second")
    cluster_app.environment("gpu/c", pin=second_control_plane, context="dead")
    pick = ("job", "submit", "wide", "--env", "gpu/*")
    assert "--pick first-fit" in cluster_app.run(*pick).err

    first = cluster_app.run(*pick, "--pick", "first-fit", "-o", "json").ok()
    found = checked(first.out, "Run")
    assert (found["environment"], found["object"]["name"]) == ("gpu/a", "wide-r1")
    assert [(each["environment"], each["chosen"]) for each in found["candidates"]] == [
        ("gpu/a", True),
        ("gpu/b", False),
        ("gpu/c", False),
    ]
    assert (found["candidates"][2]["verdict"], "127.0.0.1" in first.err) == (None, True)
    assert first.err.index("gpu/b: component wide fits now") < first.err.index("first-fit: gpu/a")

    def most() -> Any:
        words = (*pick, "--pick", "most-free", "--dry-run", "-o", "json")
        return checked(cluster_app.run(*words).ok().out, "Run")

    free = until(most, lambda found: found["candidates"][0]["free"] != found["candidates"][1]["free"])
    rows = [each for each in free["candidates"] if each["free"] is not None]
    assert free["environment"] == max(rows, key=lambda each: int(each["free"]))["environment"] == "gpu/b"

    refused = cluster_app.run("job", "submit", "huge", "--env", "gpu/*", "--pick", "most-free")
    assert (refused.code, "can start in none" in refused.err) == (1, True)
    assert cluster_app.names("jobs") == ["wide-r1"]
    second_control_plane.kubectl("delete", "namespace", cluster_app.namespace, "--wait=false")


def test_operators_run_runs(training_app: AppOnCluster) -> None:
    training_app.component("tune", train_job("tune", "good"), runtime("good", "hang"))
    training_app.component("net", pytorch_job("net", "succeed@1s"))
    training_app.run("job", "submit", "tune", "--env", "dev").ok()
    training_app.run("job", "submit", "net", "--env", "dev", "--name", "net-first").ok()
    wanted = {"tune-r1": "Running", "net-first": "Succeeded"}

    def phases() -> dict[str, str]:
        return {name: str(each["phase"]) for name, each in jobs(training_app).items()}

    assert until(phases, lambda found: found == wanted) == wanted
    job = training_app.get("trainjob", "tune-r1")
    assert job["spec"]["runtimeRef"]["name"] == "tune-r1-good", "a runtime of its own"


def test_what_a_server_quotes_of_a_run_is_masked(train: AppOnCluster, tmp_path: Path) -> None:
    encoded = base64.b64encode(b"hunter2-hunter2").decode()

    def fault(seen: Seen) -> Answer | None:
        if seen.method != "POST" or not seen.path.endswith("/secrets"):
            return None
        message = f"denied: {seen.body!r} hunter2-hunter2"
        return Answer(422, json.dumps({"kind": "Status", "reason": "Invalid", "message": message}))

    with between(train.control_plane, tmp_path, fault) as server:
        train.context("first", train.control_plane, cluster={"server": server.url})
        words = ("job", "submit", "train", "--env", "dev", "--set", "token=hunter2-hunter2")
        for more in ((), ("-o", "json"), ("--dry-run",)):
            refused = train.run(*words, *more)
            assert (refused.code, "hunter2" in refused.out + refused.err) == (1, False)
            assert encoded not in refused.out + refused.err
    assert train.names("configmaps") == train.names("jobs") == []
