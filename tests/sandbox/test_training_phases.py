"""Training jobs go through their phases with stories, under the real operators."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.controlplane import ControlPlane, Namespace
from tests.sandbox.story_pods import Json, create, ok, wait
from tests.sandbox.training_jobs import pytorch_job, runtime, train_job

pytestmark = pytest.mark.controlplane


@pytest.fixture(scope="session")
def operated(training_control_plane: ControlPlane) -> Namespace:
    """A namespace where both operators work, with their CRDs beside those of `--kinds all`."""
    return Namespace("default", training_control_plane)


def conditions(namespace: Namespace, target: str) -> dict[str, tuple[str, str]]:
    kind, _, name = target.partition("/")
    found = namespace.get(kind, name)["status"]["conditions"]
    return {each["type"]: (each["status"], each["reason"]) for each in found}


def jobs() -> list[Json]:
    return [
        pytorch_job("ok", "succeed@4s"),
        pytorch_job("failed", "fail@2s:1"),
        pytorch_job("retried", "fail@3s:138", restart="ExitCode"),
        pytorch_job("in-place", "fail@2s", restart="OnFailure", backoffLimit=1),
        pytorch_job("held", "hang", suspend=True),
        *(runtime("good", "succeed@3s"), runtime("bad", "fail@2s")),
        *(train_job("good", "good"), train_job("bad", "bad"), train_job("held", "good", suspend=True)),
    ]


def test_jobs_of_the_operators_go_through_all_phases(operated: Namespace) -> None:
    with ThreadPoolExecutor(1) as pool:
        # A job is Restarting for a moment only: who waits for it must be there before.
        create(operated, [pytorch_job("retried", "hang", restart="ExitCode")])
        restarting = pool.submit(wait, operated, "pytorchjob/retried", "condition=Restarting")
        wait(operated, "pytorchjob/retried", "condition=Running")
        ok(operated, "annotate", "pod", "--overwrite", "--all", "sandbox.dlctl.dev/story=fail@1s:138")
        create(operated, [job for job in jobs() if job["metadata"]["name"] != "retried"])
        restarting.result()

    wait(operated, "pytorchjob/held", "condition=Suspended")
    held = conditions(operated, "pytorchjob/held")
    assert held["Suspended"] == ("True", "PyTorchJobSuspended")
    assert operated.kubectl("get", "pods", "-l", "training.kubeflow.org/job-name=held").stdout == ""
    ok(operated, "patch", "pytorchjob/held", "--type=merge", "-p", '{"spec":{"runPolicy":{"suspend":false}}}')
    wait(operated, "pytorchjob/held", "condition=Running")
    assert conditions(operated, "pytorchjob/held")["Suspended"][0] == "False"

    wait(operated, "pytorchjob/ok", "condition=Succeeded")
    ended = conditions(operated, "pytorchjob/ok")
    assert (ended["Created"][0], ended["Running"][0]) == ("True", "False")
    assert "[worker rank 1] step 1 loss" in ok(operated, "logs", "ok-worker-0")
    wait(operated, "pytorchjob/failed", "condition=Failed")
    wait(operated, "pytorchjob/in-place", "condition=Failed")
    assert conditions(operated, "pytorchjob/in-place")["Failed"] == ("True", "PyTorchJobFailed")

    wait(operated, "trainjob/good", "condition=Complete")
    wait(operated, "trainjob/bad", "condition=Failed")
    wait(operated, "trainjob/held", "condition=Suspended")
    assert conditions(operated, "trainjob/held")["Suspended"] == ("True", "Suspended")
    ok(operated, "patch", "trainjob/held", "--type=merge", "-p", '{"spec":{"suspend":false}}')
    wait(operated, "trainjob/held", "condition=Complete")


def test_crds_of_operators_and_of_kinds_are_there_together(operated: Namespace) -> None:
    found = {each["metadata"]["name"]: each for each in operated.get("customresourcedefinitions")["items"]}
    stand_in = "sandbox.dlctl.dev/stand-in"

    for real in ("pytorchjobs.kubeflow.org", "trainjobs.trainer.kubeflow.org", "jobsets.jobset.x-k8s.io"):
        assert stand_in not in found[real]["metadata"].get("labels", {}), real
        schema = found[real]["spec"]["versions"][0]["schema"]["openAPIV3Schema"]
        assert "spec" in schema["properties"], real
    assert found["scaledobjects.keda.sh"]["metadata"]["labels"][stand_in] == "true"
