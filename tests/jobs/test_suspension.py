"""What is applied to suspend and to resume a job: of kinds whose operators cannot run here, too."""

from typing import Any

import pytest

from dlctl.jobs.live import LiveJob
from dlctl.jobs.suspension import suspending
from tests.jobs.made import rules

UID = "0a1b2c3d-0000-0000-0000-000000000000"


def live(version: str, kind: str, **more: Any) -> LiveJob:
    metadata = {"name": "net", "namespace": "ml", "uid": UID, "labels": {"a": "b"}}
    return LiveJob({"apiVersion": version, "kind": kind, "metadata": metadata, "spec": {"a": 1}}, **more)


@pytest.mark.parametrize(
    ("version", "kind", "spec"),
    [
        ("batch/v1", "Job", {"suspend": True}),
        ("trainer.kubeflow.org/v1alpha1", "TrainJob", {"suspend": True}),
        ("ray.io/v1", "RayJob", {"suspend": True}),
        ("kubeflow.org/v1", "TFJob", {"runPolicy": {"suspend": True}}),
        ("kubeflow.org/v2beta1", "MPIJob", {"runPolicy": {"suspend": True}}),
    ],
)
def test_one_field_of_this_very_object(version: str, kind: str, spec: Any) -> None:
    assert suspending(live(version, kind), rules(), suspend=True) == {
        "apiVersion": version,
        "kind": kind,
        "metadata": {"name": "net", "namespace": "ml", "uid": UID},
        "spec": spec,
    }


def test_a_queue_is_asked_before_the_job_itself() -> None:
    workload = live("kueue.x-k8s.io/v1beta1", "Workload").body
    for suspend in (True, False):
        body = suspending(live("batch/v1", "Job", queued=(workload,)), rules(), suspend=suspend)
        assert body is not None
        assert (body["kind"], body["spec"]) == ("Workload", {"active": not suspend})


def test_volcano_gets_a_command_and_paddle_cannot_be_suspended() -> None:
    body = suspending(live("batch.volcano.sh/v1alpha1", "Job"), rules(), suspend=True)
    assert body is not None
    assert (body["apiVersion"], body["kind"], body["action"]) == (
        "bus.volcano.sh/v1alpha1",
        "Command",
        "AbortJob",
    )
    assert body["target"] == body["metadata"]["ownerReferences"][0]
    assert (body["target"]["uid"], body["metadata"]["name"]) == (UID, "net-abortjob-0a1b2c3d")
    assert suspending(live("batch.paddlepaddle.org/v1", "PaddleJob"), rules(), suspend=True) is None
