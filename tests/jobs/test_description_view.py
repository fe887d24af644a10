"""`dlctl job describe` as people read it, and which job a name stands for."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from dlctl.cli.output.views.jobs.description import print_text
from dlctl.errors import AppError
from dlctl.jobs.description import describe
from dlctl.jobs.facts import Judge, Owner
from dlctl.jobs.live import read_live
from dlctl.labels import RUN
from dlctl.workflow.jobs.find import FoundJob, Searched, the_one
from dlctl.workflow.jobs.listing import ChosenJobs
from tests import golden
from tests.fakes.cluster.cluster import MemoryCluster
from tests.jobs.made import body, cluster, pod, rules

GOLDEN = Path(__file__).parent / "golden" / "description.txt"
NOW = datetime(2026, 1, 1, 1, tzinfo=UTC)


def at(minute: int) -> str:
    return f"2026-01-01T00:{minute:02}:00Z"


def failing(on: MemoryCluster) -> None:
    """A job of a master and two workers, of which one failed first."""
    condition = {"type": "Failed", "status": "True", "reason": "PyTorchJobFailed", "message": "it failed"}
    status = {
        "startTime": at(1),
        "completionTime": at(9),
        "conditions": [{**condition, "lastTransitionTime": at(9)}],
    }
    limits = {"limits": {"nvidia.com/gpu": 4}}
    template = {"spec": {"containers": [{"name": "main", "image": "a", "resources": limits}]}}
    replicas = {
        "Master": {"replicas": 1, "template": template},
        "Worker": {"replicas": 2, "template": template},
    }
    metadata = {"creationTimestamp": at(0)}
    job = on.put(
        body("PyTorchJob", "net", metadata=metadata, spec={"pytorchReplicaSpecs": replicas}, status=status)
    )
    key = "training.kubeflow.org/replica-"
    for role, index, ended in (("worker", "0", 8), ("worker", "1", 7), ("master", "0", 0)):
        name = f"net-{role}-{index}"
        terminated = {"exitCode": 1, "reason": "Error", "finishedAt": at(ended)}
        statuses = [{"name": "main", "restartCount": 0, "state": {"terminated": terminated}}] if ended else []
        made = pod(name, job, "Failed" if ended else "Running", gpus=4, containerStatuses=statuses)
        labels = {f"{key}type": role, f"{key}index": index}
        made["metadata"] |= {"labels": labels, "creationTimestamp": at(2)}
        stored = on.put(made)
        on.set_log("ml", name, f"from {name}\n", container="main")
        for minute, about, reason in ((3, stored, "Pulled"), (2, job, "SuccessfulCreatePod")):
            on.put(_event(f"{name}-{minute}", about, at(minute), reason, f"of {name}"))


def _event(name: str, about: Any, time: str, reason: str, message: str) -> dict[str, Any]:
    uid, kind = about["metadata"]["uid"], about["kind"]
    involved = {"uid": uid, "kind": kind, "name": about["metadata"]["name"], "namespace": "ml"}
    event = {"involvedObject": involved, "type": "Normal", "reason": reason, "message": message}
    return {
        "apiVersion": "v1",
        "kind": "Event",
        "metadata": {"name": name, "namespace": "ml"},
        **event,
        "lastTimestamp": time,
    }


def chosen(on: MemoryCluster, environment: str = "dev") -> ChosenJobs:
    known = rules()
    live = read_live(on, ["ml"], known).jobs
    return ChosenJobs(tuple((each, Owner(environment, "train")) for each in live), Judge(known, NOW), ())


def test_all_of_a_failed_job(capsys: pytest.CaptureFixture[str]) -> None:
    on = cluster()
    failing(on)
    found = chosen(on)
    ((live, owner),) = found.jobs
    described = describe(on, live, owner, found.judge)
    assert described.log is not None
    assert (described.log.pod, described.log.lines) == ("net-worker-1", ("from net-worker-1",))
    print_text(described, NOW)
    golden.check(capsys.readouterr().out, GOLDEN)


def test_a_name_stands_for_one_job_or_is_an_error_that_lists_them() -> None:
    clusters = {"dev": cluster(), "far": cluster()}
    for on in clusters.values():
        on.put(body("PyTorchJob", "net"))
        on.put(body("MPIJob", "net"))

    def looked(name: str, *environments: str) -> FoundJob:
        searched = [Searched(each, clusters[each], chosen(clusters[each], each)) for each in environments]
        return the_one(name, searched)

    shared = [Searched(each, clusters["dev"], chosen(clusters["dev"], each)) for each in ("", "dev")]
    assert the_one("mpi/net", shared).environment == "dev", "its own, of two that share a namespace"

    assert looked("mpi/net", "dev").job.ref.kind == looked("mpijob/net", "dev").ref.kind == "MPIJob"
    for words, message, hint in (
        (("net", "dev"), "several jobs are called 'net': mpi/net, pytorch/net", "name one of them: mpi/net"),
        (
            ("mpi/net", "dev", "far"),
            "in several environments: mpi/net in dev, mpi/net in far",
            "pass --env ENV",
        ),
        (("nte", "dev"), "job 'nte' not found", "did you mean 'net'?"),
    ):
        with pytest.raises(AppError) as error:
            looked(*words)
        assert message in error.value.message
        assert error.value.hint == hint


def test_a_component_without_a_job_is_explained_with_the_environment_that_was_searched() -> None:
    searched = [Searched(name, on, chosen(on, name)) for name, on in (("dev", cluster()), ("far", cluster()))]
    for found, place in (searched[:1], "dev"), (searched, "ENV"):
        with pytest.raises(AppError) as error:
            the_one("web", found, components=("web",))
        assert f"'dlctl status {place} -c web' shows its objects" in (error.value.hint or "")
        assert (error.value.hint or "").endswith(f"dlctl delete {place} -c web")


def test_a_job_with_a_generated_name_is_found_by_its_run() -> None:
    on = cluster()
    for run, suffix in (("img-r1", "-a25"), ("img-r2", "-b36")):
        on.put(body("PyTorchJob", f"{run}{suffix}", metadata={"labels": {RUN: run}}))
    on.put(body("MPIJob", "img-r1"))
    searched = [Searched("dev", on, chosen(on))]

    assert the_one("img-r2", searched).ref.name == "img-r2-b36"
    assert the_one("pytorch/img-r1", searched).ref.name == "img-r1-a25"
    assert the_one("img-r1", searched).ref.kind == "MPIJob", "the object's own name is first"
    with pytest.raises(AppError) as error:
        the_one("img-r3", searched)
    assert "did you mean" in (error.value.hint or "")
