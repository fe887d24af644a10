"""A training job whose template is changed while it runs: its pods are older until `--replace`."""

import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from tests.controlplane import ControlPlane
from tests.on_cluster.app_on_cluster import AppOnCluster, Body
from tests.on_cluster.test_stories_waited import tf_job
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
    assert "its template" not in clean.err


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
    app.component("train", training("example.test/train:2", suspend=False))
    app.run("apply", "dev", "--no-fit-check").ok()
    running(app)
    assert image_of_pod(app) == "example.test/train:2"
    again = app.run("diff", "dev", "--replace")
    assert (again.code, again.err.count("its template")) == (0, 0)
