"""Which logs of a job are read, and to whom pods belong that no job owns directly."""

import contextlib
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from dlctl.cluster.protocol import LogQuery
from dlctl.errors import AppError, Unreachable
from dlctl.jobs.facts import Judge, Owner
from dlctl.jobs.live import read_live
from dlctl.jobs.logs import feeds, following
from dlctl.jobs.logs.choice import Choice
from dlctl.jobs.logs.containers import run_of
from dlctl.jobs.logs.model import LogLine, LogNotice, LogOptions, LogSource
from dlctl.jobs.logs.owned import OwnedBy
from dlctl.jobs.logs.run_log import RunLog
from dlctl.jobs.main_container import main_container
from dlctl.jobs.pod_labels import pod_labels
from dlctl.manifest import ref_of
from dlctl.plan.live.pending import pod_selector
from dlctl.workflow.jobs.find import FoundJob
from dlctl.workflow.jobs.logs import LogRequest, followed_logs, logs_of
from tests.fakes.cluster.cluster import MemoryCluster
from tests.jobs.made import body, cluster, pod, rules
from tests.plan.targets import Call, Watched

ROLE, INDEX = "training.kubeflow.org/replica-type", "training.kubeflow.org/replica-index"
RAN = {"terminated": {"startedAt": "2026-01-01T00:00:00Z", "exitCode": 0}}


def replica(on: MemoryCluster, job: Any, role: str, index: int, log: str = "", **status: Any) -> None:
    name = f"net-{role}-{index}"
    made = pod(name, job, "Succeeded", containerStatuses=[{"name": "main", "state": RAN, **status}])
    made["metadata"]["labels"] = {ROLE: role, INDEX: str(index)}
    on.put(made)
    on.set_log("ml", name, log or f"{role} {index}\n", container="main")


def found_on(on: Any, *, servers: bool = False) -> FoundJob:
    (live,) = read_live(on, ["ml"], rules(), servers=servers).jobs
    return FoundJob("dev", on, live, Owner("dev", "net"), Judge(rules(), datetime.now(UTC)))


def lines(found: FoundJob, **choice: Any) -> list[str]:
    entries = list(logs_of(found, LogRequest(Choice(**choice))).entries)
    return [f"{each.source.replica}: {each.text}" for each in entries if isinstance(each, LogLine)]


def test_replicas_by_role_index_and_name() -> None:
    on = cluster()
    job = on.put(body("PyTorchJob", "net", status={"conditions": []}))
    for role, index in (("worker", 10), ("worker", 2), ("worker", 0), ("master", 0)):
        replica(on, job, role, index)
    found = found_on(on)
    assert lines(found) == [
        "master-0: master 0",
        "worker-0: worker 0",
        "worker-2: worker 2",
        "worker-10: worker 10",
    ]
    assert lines(found, chief=True) == ["master-0: master 0"]
    assert lines(found, roles=("Worker",), indexes=frozenset({0, 10})) == [
        "worker-0: worker 0",
        "worker-10: worker 10",
    ]
    assert lines(found, replicas=("worker-2", "net-master-0")) == ["master-0: master 0", "worker-2: worker 2"]
    with pytest.raises(AppError, match="job 'net' has no such replica"):
        lines(found, roles=("evaluator",))
    request = LogRequest(matching=re.compile("er [12]").search, by_time=True)
    texts = sorted(each.text for each in logs_of(found, request).entries)
    assert texts == ["worker 10", "worker 2"]
    previous = LogRequest(Choice(chief=True), LogOptions(previous=True))
    with pytest.raises(AppError, match="master-0: container main has no previous instance") as refused:
        logs_of(found, previous)
    assert refused.value.hint == "leave out --previous", "not -f, which excludes --previous"
    with pytest.raises(AppError, match="job 'net' has no logs: its pods have no init containers"):
        logs_of(found, LogRequest(Choice(init=True)))


def test_a_cluster_that_is_lost_and_back_is_noted_once_each(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feeds, "LONGEST", 0.2)
    monkeypatch.setattr(following, "GRACE", 0.1)
    on, calls = cluster(), [0]
    on.put(body("PyTorchJob", "net", status={"conditions": []}))

    def refuse(call: Call) -> None:
        if call.verb == "watch":
            calls[0] += 1
            if calls[0] <= 4:  # of two feeds
                raise Unreachable("cannot connect")

    found = found_on(Watched(on, refuse))
    notices: list[str] = []
    for entry in followed_logs(found, LogRequest()).entries:
        assert isinstance(entry, LogNotice)
        notices.append(entry.text)
        if entry.text == "the cluster can be read again":
            done = [{"type": "Succeeded", "status": "True"}]
            uid = found.live.body["metadata"]["uid"]
            on.put(body("PyTorchJob", "net", status={"conditions": done}, metadata={"uid": uid}))
    assert notices == [notices[0], "cannot connect; trying again", "the cluster can be read again"]


def in_a_set(on: MemoryCluster, owner: Any, name: str, labels: Mapping[str, str]) -> None:
    made = pod(
        name, owner, containerStatuses=[{"name": "main", "state": {"running": {}}, "containerID": name}]
    )
    made["metadata"]["labels"] = dict(labels)
    on.put(made)
    on.set_log("ml", name, f"{name}\n", container="main")


def test_pods_of_a_leader_worker_set_are_those_of_its_groups() -> None:
    """Workers belong to a StatefulSet of their leader, which no list of jobs or servers has."""
    on = cluster()
    template = {"spec": {"containers": [{"name": "main", "resources": {"limits": {"nvidia.com/gpu": 8}}}]}}
    spec = {"replicas": 2, "leaderWorkerTemplate": {"size": 3, "workerTemplate": template}}
    on.put(body("LeaderWorkerSet", "llm", spec=spec, status={"readyReplicas": 1, "replicas": 2}))
    label = "leaderworkerset.sigs.k8s.io"
    for group, place in ((1, 2), (0, 0), (1, 0), (0, 10), (0, 2)):
        name = f"llm-{group}-{place}" if place else f"llm-{group}"
        labels = {
            f"{label}/name": "llm",
            f"{label}/group-index": str(group),
            f"{label}/worker-index": str(place),
        }
        in_a_set(on, {"metadata": {"uid": f"uid-{group}"}}, name, labels)
    assert read_live(on, ["ml"], rules()).jobs == (), "it comes to no end"
    found = found_on(on, servers=True)
    assert lines(found) == [
        "leader-0: llm-0",
        "leader-1: llm-1",
        "worker-0-2: llm-0-2",
        "worker-0-10: llm-0-10",
        "worker-1-2: llm-1-2",
    ]
    assert lines(found, indexes=frozenset({1})) == ["leader-1: llm-1", "worker-1-2: llm-1-2"]
    assert lines(found, chief=True) == ["leader-0: llm-0"]
    job = found.job
    assert (job.phase, job.message) == ("Starting", "1 of 2 groups ready")
    assert (job.replicas.required, job.devices.wanted) == (6, 48)


def test_pods_of_a_job_set_are_told_apart_by_the_job_where_a_role_has_several() -> None:
    on = cluster()
    job = on.put(body("JobSet", "net", status={"conditions": []}))
    label = "jobset.sigs.k8s.io"
    for role, count, number in (("driver", 1, 0), ("worker", 2, 1), ("worker", 2, 0)):
        labels = {f"{label}/replicatedjob-name": role, f"{label}/job-index": str(number)}
        labels |= {f"{label}/replicatedjob-replicas": str(count)}
        labels |= {"batch.kubernetes.io/job-completion-index": "0"}
        in_a_set(on, job, f"net-{role}-{number}-0-x", labels)
    assert lines(found_on(on)) == [
        "driver-0: net-driver-0-0-x",
        "worker-0-0: net-worker-0-0-x",
        "worker-1-0: net-worker-1-0-x",
    ]


def test_secrets_of_the_object_are_masked_and_what_cannot_be_read_is_a_notice() -> None:
    on = cluster()
    places = {"dlctl.dev/secret-fields": '["/spec/token"]'}
    spec = {"token": "hunter2-hunter2"}
    job = on.put(body("PyTorchJob", "net", metadata={"annotations": places}, spec=spec, status={"a": 1}))
    replica(on, job, "master", 0, "login with hunter2-hunter2\n10%\r20%\n")
    replica(on, job, "worker", 0)
    found = found_on(on)
    on.delete(on.resource("v1", "Pod"), "net-worker-0", "ml")

    entries = list(logs_of(found, LogRequest()).entries)

    assert [each.text for each in entries if isinstance(each, LogLine)] == ["login with ***", "20%"]
    (notice,) = (each for each in entries if isinstance(each, LogNotice))
    assert notice == LogNotice('worker-0: pods "net-worker-0" not found', failed=True)


@pytest.mark.parametrize(
    ("kind", "spec", "phase", "why"),
    [
        ("PyTorchJob", {"runPolicy": {"cleanPodPolicy": "All"}}, "Succeeded", "cleanPodPolicy: All deleted"),
        ("PyTorchJob", {"runPolicy": {"suspend": True}}, "Suspended", "suspended, which deletes its pods"),
    ],
)
def test_why_there_are_no_pods(kind: str, spec: Mapping[str, Any], phase: str, why: str) -> None:
    on = cluster()
    conditions = [{"type": phase, "status": "True", "reason": "R", "message": ""}]
    on.put(body(kind, "net", spec=spec, status={"conditions": conditions}))
    with pytest.raises(AppError, match=why):
        logs_of(found_on(on), LogRequest())


def test_the_container_of_the_program_is_read_and_no_sidecar() -> None:
    def of(*names: str, **annotations: str) -> str:
        containers = [{"name": name} for name in names]
        return main_container({"metadata": {"annotations": annotations}, "spec": {"containers": containers}})

    assert of("istio-proxy", "app") == "app"
    assert of("queue-proxy", "tensorflow", "a") == "tensorflow"
    assert of("b", "a", **{"kubectl.kubernetes.io/default-container": "a"}) == "a"
    assert of("fluent-bit") == "fluent-bit"


def test_a_run_is_the_same_while_it_runs_after_it_ended_and_while_the_next_one_waits() -> None:
    def run(restarts: int, state: Any, last: Any = None) -> Any:
        status = {"name": "m", "restartCount": restarts, "state": state, "lastState": last or {}}
        status |= {"containerID": (state.get("terminated") or state.get("running") or {}).get("containerID")}
        return run_of({"status": {"containerStatuses": [status]}}, "m")

    first = {"containerID": "c1", "startedAt": "t1", "exitCode": 3}
    assert not run(0, {"waiting": {"reason": "ImagePullBackOff"}}).id
    begun = run(0, {"running": {"containerID": "c1", "startedAt": "t1"}})
    ended = run(0, {"terminated": first})
    waits = run(1, {"waiting": {"reason": "CrashLoopBackOff"}}, {"terminated": first})
    assert begun.id == ended.id == waits.id == "c1"
    assert (begun.ended, ended.ended, waits.ended) == (False, True, True)
    again = run(1, {"running": {"containerID": "c2"}}, {"terminated": first})
    assert (again.id, again.before, again.exit_code) == ("c2", "c1", 3)


class RestartsMeanwhile(MemoryCluster):
    """A container is restarted between the status that dlctl read and the request for its log."""

    def run_is(self, present: str, before: str = "") -> None:
        last = {"terminated": {"containerID": before, "exitCode": 1}} if before else {}
        one = {"name": "main", "containerID": present, "state": {"running": {}}, "lastState": last}
        self.put(pod("net-0", {"metadata": {"uid": "job"}}, "Running", containerStatuses=[one]))
        self.runs = {False: present, True: before}

    def stream_log(self, namespace: str, pod: str, query: LogQuery) -> Any:
        if self.runs[False] == "c1":
            self.run_is("c2", "c1")
        line = f"2026-01-01T00:00:00Z of {self.runs[query.previous]}\n"
        return contextlib.nullcontext(iter([line.encode()]))


@pytest.mark.parametrize("previous", [False, True])
def test_a_followed_run_is_not_mistaken_for_the_next_one(previous: bool) -> None:
    """Each run of a container gives its own log, however late it is read; that of one that is gone, none."""
    on = RestartsMeanwhile(namespaces=["ml"])
    on.run_is("c1")
    uid = on.get(on.resource("v1", "Pod"), "net-0", "ml")["metadata"]["uid"]

    def read(run: str) -> list[str]:
        source = LogSource("ml", "net-0", uid, "main", run, "net-0", ended=previous, previous=previous)
        return [each.text for each in RunLog(on, source, LogOptions(follow=True), lambda _: False).entries()]

    assert read("c1") == ["of c1"]
    assert read("c2") == ["of c2"]
    on.run_is("c3", "c2")
    assert read("c1") == ["net-0: the log of an earlier instance of container main is no longer kept"]
    assert read("c2") == ["of c2"]


def test_pods_belong_to_their_job_through_controllers_that_are_read_once() -> None:
    on = cluster()
    job = on.put(body("TrainJob", "tune"))
    other = on.put(body("TrainJob", "other"))
    owned = OwnedBy(on, job["metadata"]["uid"])
    for owner, expected in ((job, True), (other, False)):
        sets = {**body("JobSet", f"{owner['metadata']['name']}-set", owner)}
        sets["metadata"]["ownerReferences"][0] |= {
            "apiVersion": "trainer.kubeflow.org/v1alpha1",
            "kind": "TrainJob",
            "name": owner["metadata"]["name"],
        }
        stored = on.put(sets)
        made = pod("a", stored)
        made["metadata"]["ownerReferences"][0] |= {
            "apiVersion": "jobset.x-k8s.io/v1alpha2",
            "kind": "JobSet",
            "name": stored["metadata"]["name"],
        }
        assert owned(made) is expected
    assert not owned({"metadata": {"name": "alone"}})


def labelled(name: str, owner: str, **labels: str) -> Any:
    """A pod of a controller that is not read."""
    made = pod(name, {"metadata": {"uid": f"uid-{owner}"}})
    made["metadata"]["labels"] = {
        key.replace("__", "/").replace("_", "."): text for key, text in labels.items()
    }
    made["metadata"]["ownerReferences"][0] |= {"kind": "ReplicaSet", "name": owner}
    return made


def test_pods_of_servers_and_of_ray_are_known_by_labels() -> None:
    on = cluster()
    on.put(body("RayJob", "ray", status={"rayClusterName": "ray-abc", "jobDeploymentStatus": "Running"}))
    on.put(labelled("head", "ray-abc", ray_io__cluster="ray-abc"))
    assert pod_labels(body("RayJob", "other"), rules()) == "", "its submitter has other labels"
    on.put(body("RayService", "chat", status={"activeServiceStatus": {"rayClusterName": "chat-x1"}}))
    on.put(labelled("chat-head", "chat-x1", ray_io__cluster="chat-x1"))
    on.put(body("InferenceService", "llm", status={"conditions": [{"type": "Ready", "status": "Unknown"}]}))
    on.put(labelled("llm-1", "x", serving_kserve_io__inferenceservice="llm"))
    on.put(body("LLMInferenceService", "qwen", status={"conditions": [{"type": "Ready", "status": "True"}]}))
    of_kserve = {"app_kubernetes_io__part-of": "llminferenceservice", "app_kubernetes_io__name": "qwen"}
    on.put(labelled("qwen-1", "qwen-kserve-5f", **of_kserve))
    selector = "app.kubernetes.io/name=qwen,app.kubernetes.io/part-of=llminferenceservice"
    assert pod_selector(ref_of(body("LLMInferenceService", "qwen")), rules()) == selector
    on.put(labelled("qwen-web", "qwen-web-5f", app_kubernetes_io__name="qwen"))
    on.put(body("Service", "fn", status={"conditions": [{"type": "Ready", "status": "True"}]}))
    on.put(labelled("fn-1", "y", serving_knative_dev__service="fn"))
    deployment = body("Deployment", "web", spec={"replicas": 1, "selector": {"matchLabels": {"app": "web"}}})
    on.put(deployment)
    on.put(labelled("web-1", "web-5f", app="web"))
    on.put(labelled("twin-1", "twin-5f", app="web"))
    hidden = {**body("Deployment", "fn-00001", spec={}), "spec": {"selector": {"matchLabels": {"a": "b"}}}}
    hidden["metadata"]["ownerReferences"] = [{"uid": "u", "kind": "Revision", "name": "fn-00001"}]
    on.put(hidden)
    hub = on.put(body("StatefulSet", "tf-hub", spec={"replicas": 1}))
    on.put(pod("tf-hub-0", hub))

    def pods(*, servers: bool) -> dict[str, list[str]]:
        live = read_live(on, ["ml"], rules(), servers=servers).jobs
        return {
            each.body["metadata"]["name"]: [one["metadata"]["name"] for one in each.pods or ()]
            for each in live
        }

    assert pods(servers=False) == {"ray": ["head"]}
    assert pods(servers=True) == {
        "ray": ["head"],
        "chat": ["chat-head"],
        "llm": ["llm-1"],
        "qwen": ["qwen-1"],
        "fn": ["fn-1"],
        "web": ["web-1"],
        "tf-hub": ["tf-hub-0"],
    }
    judge = Judge(rules(), datetime.now(UTC))
    live = {each.body["metadata"]["name"]: each for each in read_live(on, ["ml"], rules(), servers=True).jobs}
    phases = {name: judge.job(live[name], Owner()).phase.value for name in ("ray", "chat", "llm", "fn")}
    assert phases == {"ray": "Running", "chat": "Starting", "llm": "Starting", "fn": "Running"}


@pytest.mark.parametrize("kind", ["RayService", "LeaderWorkerSet", "Deployment"])
def test_a_server_none_of_whose_pods_runs_is_pending_and_its_reason_does_not_change_with_time(
    kind: str,
) -> None:
    on = cluster()
    metadata = {"creationTimestamp": "2026-01-01T00:00:00Z", "generation": 1}
    server = on.put(body(kind, "ray", metadata=metadata, spec={"replicas": 3}, status={}))

    def seen(seconds: int) -> tuple[str, str]:
        (live,) = read_live(on, ["ml"], rules(), servers=True).jobs
        now = datetime(2026, 1, 1, 0, 5, tzinfo=UTC) + timedelta(seconds=seconds)
        job = Judge(rules(), now).job(live, Owner("dev", ""))
        return job.phase.value, job.reason.text

    assert seen(0) == seen(7)
    assert seen(0)[0] == "Pending"
    on.put(pod("ray-0", server, "Pending"))
    assert seen(0)[0] == "Pending", "a pod that waits does not run"
    on.put(pod("ray-1", server))
    assert seen(0)[0] == "Starting"
