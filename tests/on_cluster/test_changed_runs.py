"""A training job whose template is changed while it runs: its pods are older until `--replace`."""

import itertools
import time
import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from dlctl.sandbox.lifecycle.simulate import simulate_pods
from tests.controlplane import ControlPlane
from tests.on_cluster.app_on_cluster import AppOnCluster, Body
from tests.on_cluster.test_stories_waited import tf_job
from tests.on_cluster.test_waiting import eventually
from tests.output_schemas import checked
from tests.project import Project

pytestmark = pytest.mark.controlplane

KEEPS = "it has started, and its running pods keep the old pod template"
BEGUN = f"{KEEPS}; this change does not start it again"
EARLIER = "its pod template was changed after it had started; it was not run again"


@pytest.fixture
def app(project: Project, training_control_plane: ControlPlane) -> Iterator[AppOnCluster]:
    """An app with a TFJob that runs and does not end."""
    made = AppOnCluster(project, training_control_plane, f"changed-{uuid.uuid4().hex[:8]}")
    made.context("first", training_control_plane)
    made.environment("dev", pin=training_control_plane)
    made.component("train", training())
    made.run("apply", "dev", "--no-fit-check").ok()
    running(made)
    yield made
    training_control_plane.kubectl("delete", "namespace", made.namespace, "--wait=false")


def training(image: str = "example.test/train:1", **policy: Any) -> Body:
    body = tf_job("train", "hang", **policy)
    (container,) = body["spec"]["tfReplicaSpecs"]["Worker"]["template"]["spec"]["containers"]
    container["image"] = image
    return body


def running(app: AppOnCluster) -> None:
    app.kubectl("wait", "--for=condition=Running", "tfjob/train", "--timeout=60s")


def end(app: AppOnCluster, story: str, condition: str) -> None:
    """Let the program of the job's pod end."""
    cluster = app.control_plane
    simulate_pods(cluster.name, f"{app.namespace}/train-worker-0", story, "", home=cluster.home)
    app.kubectl("wait", f"--for=condition={condition}", "tfjob/train", "--timeout=60s")


def image_of_pod(app: AppOnCluster) -> str:
    (pod,) = app.get("pods", "--selector=training.kubeflow.org/job-name=train")["items"]
    return str(pod["spec"]["containers"][0]["image"])


def test_replace_runs_a_job_again_that_an_earlier_apply_has_changed(app: AppOnCluster) -> None:
    app.component("train", training("example.test/train:2"))
    assert BEGUN in app.run("diff", "dev").out
    applied = app.run("apply", "dev", "--no-fit-check").ok()
    assert BEGUN in applied.err
    assert "pass --replace" in applied.err
    assert image_of_pod(app) == "example.test/train:1"
    uid = app.get("tfjob", "train")["metadata"]["uid"]

    later = app.run("apply", "dev", "--no-fit-check").ok()
    assert EARLIER in later.err, "the pods are still those of the first template"
    diff = app.run("diff", "dev", "--replace")
    assert diff.code == 1
    assert "would be deleted and recreated" in diff.out
    assert "1 pod stops" in diff.out
    app.run("apply", "dev", "--replace", "--no-fit-check").ok()
    running(app)
    assert app.get("tfjob", "train")["metadata"]["uid"] != uid
    assert image_of_pod(app) == "example.test/train:2"
    clean = app.run("apply", "dev", "--replace", "--no-fit-check").ok()
    assert "1 unchanged" in clean.err
    assert "pod template" not in clean.err


def test_another_change_does_not_make_it_forgotten(app: AppOnCluster) -> None:
    app.component("train", training("example.test/train:2"))
    app.run("apply", "dev", "--no-fit-check").ok()
    app.component("train", training("example.test/train:2", ttlSecondsAfterFinished=9000))
    applied = app.run("apply", "dev", "--no-fit-check").ok()
    assert "configured" in applied.out
    assert EARLIER in applied.err
    assert EARLIER in app.run("diff", "dev").err


def test_pods_of_a_job_that_was_suspended_have_the_new_template(app: AppOnCluster) -> None:
    app.component("train", training("example.test/train:2"))
    app.run("apply", "dev", "--no-fit-check").ok()
    app.component("train", training("example.test/train:2", suspend=True))
    app.run("apply", "dev", "--no-fit-check").ok()
    app.kubectl("wait", "--for=condition=Suspended", "tfjob/train", "--timeout=60s")
    time.sleep(1.1)  # the times of runs are whole seconds
    app.component("train", training("example.test/train:2", suspend=False))
    app.run("apply", "dev", "--no-fit-check").ok()
    running(app)
    assert image_of_pod(app) == "example.test/train:2"
    again = app.run("diff", "dev", "--replace")
    assert (again.code, "pod template" in again.out + again.err) == (0, False)


NEVER_RAN = (
    "it succeeded, but its pod template was changed after it had started; it was not run again "
    "('apply --replace' runs it)"
)


def test_a_run_that_was_changed_and_then_succeeds_has_failed_to_run_what_it_states(app: AppOnCluster) -> None:
    """It is said alike by all who look at it, as of a run that was changed after its end."""
    app.component("train", training("example.test/train:2"))
    app.run("apply", "dev", "--no-fit-check").ok()
    at_work = app.run("status", "dev", "--exit-status", "--all-objects", "-o", "json").ok()
    assert "its pod template was changed after it had started" in at_work.out
    end(app, "succeed@1s", "Succeeded")

    shown = app.run("status", "dev", "--exit-status")
    assert (shown.code, NEVER_RAN in " ".join(shown.out.split())) == (1, True)
    for words in ("status", "dev", "--wait-for", "final"), ("apply", "dev", "--wait-for", "final"):
        waited = app.run(*words, "--timeout", "20s")
        assert (waited.code, NEVER_RAN in waited.err) == (1, True)
    listed = checked(app.run("job", "list", "dev", "-o", "json").ok().out, "JobList")
    (found,) = listed["items"]
    assert (found["phase"], found["final"], found["failedBy"]) == ("Failed", True, None)
    assert found["reason"] == f"Changed: {NEVER_RAN}"
    waited = app.run("job", "wait", "train", "--timeout", "20s")
    assert (waited.code, NEVER_RAN in waited.err) == (1, True)
    app.run("apply", "dev", "--replace", "--no-fit-check").ok()
    running(app)
    end(app, "succeed@1s", "Succeeded")
    app.run("status", "dev", "--exit-status").ok()
    app.run("job", "wait", "train", "--timeout", "20s").ok()


def test_what_made_a_changed_run_fail_is_said_too(app: AppOnCluster) -> None:
    app.component("train", training("example.test/train:2"))
    app.run("apply", "dev", "--no-fit-check").ok()
    end(app, "fail@1s", "Failed")
    shown = app.run("status", "dev", "--exit-status")
    assert shown.code == 1
    text = " ".join(shown.out.split())
    assert "TFJob train has failed" in text.replace(f"{app.namespace}/", "")
    assert "its pod template was changed after it had started" in text


def test_a_run_that_was_changed_after_its_end_is_listed_as_one_that_never_ran(app: AppOnCluster) -> None:
    end(app, "succeed@1s", "Succeeded")
    app.run("job", "wait", "train", "--timeout", "20s").ok()
    images = itertools.count(2)
    eventually(lambda: str(changed_to(app, next(images))), "1")
    waited = app.run("job", "wait", "train", "--timeout", "20s")
    assert waited.code == 1
    assert "it succeeded before its spec was last changed; it was not run again" in waited.err


def changed_to(app: AppOnCluster, image: int) -> int:
    """The exit code of `status` after a change, which must be later than the end in whole seconds."""
    app.component("train", training(f"example.test/train:{image}"))
    app.run("apply", "dev", "--no-fit-check").ok()
    return app.run("status", "dev", "--exit-status").code
