"""A change of a run that has ended, and how it is run again, on a real API server with its controllers."""

import uuid
from typing import Any

import pytest

from dlctl.deploy.apply import apply_plan
from dlctl.events import Event, Note
from dlctl.manifest import JsonObject, Manifest
from dlctl.plan.live.status import status_of
from dlctl.plan.model import Action, Scope
from dlctl.plan.options import PlanOptions
from dlctl.plan.planner import make_plan
from dlctl.status import Status, ended_run
from tests.controlplane import Namespace
from tests.deploy.test_on_api_server import eventually
from tests.plan.targets import Watched, manifest, scope, the_step

pytestmark = pytest.mark.controlplane

AGAIN = PlanOptions(replace=True)


@pytest.fixture
def where(namespace: Namespace) -> Scope:
    return scope(namespace.name, app=f"shop-{uuid.uuid4().hex[:8]}")


def job(where: Scope, image: str = "example.com/train:1", **spec: Any) -> Manifest:
    """A Job that wants no pod to succeed: its controller lets it end at once."""
    pod = {"containers": [{"name": "main", "image": image}], "restartPolicy": "Never"}
    body = {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {"name": "train"},
        "spec": {"completions": 0, "template": {"spec": pod}, **spec},
    }
    return manifest(body, where)


def live(cluster: Watched, wanted: Manifest) -> JsonObject:
    return cluster.get(cluster.resource(*wanted.api_key), wanted.ref.name, wanted.ref.namespace)


def run_to_its_end(cluster: Watched, where: Scope, wanted: Manifest) -> str:
    """The UID of the Job, once it has ended."""
    assert apply_plan(make_plan(where, [wanted], cluster), cluster).succeeded
    assert eventually(lambda: ended_run(live(cluster, wanted)) is not None)
    return str(live(cluster, wanted)["metadata"]["uid"])


def test_a_change_of_an_ended_run_says_that_it_starts_nothing(api_server: Watched, where: Scope) -> None:
    uid = run_to_its_end(api_server, where, job(where))
    changed = job(where, parallelism=3)

    notes: list[Event] = []
    plan = make_plan(where, [changed], api_server, emit=notes.append)
    step = the_step(plan)
    assert step.action is Action.UPDATE
    assert step.reason == "it has finished (succeeded); this change does not start it again"
    assert "--replace" in step.hint
    assert any(isinstance(note, Note) and "does not start it again" in note.text for note in notes)

    assert eventually(lambda: is_changed_later(api_server, where, changed))
    step = the_step(make_plan(where, [changed], api_server))
    assert (step.action, step.starts_nothing) == (Action.UNCHANGED, True)
    (status,) = status_of(where, [changed], api_server)
    assert status.verdict.status is Status.FAILED
    assert status.verdict.message == (
        "it succeeded before its spec was last changed; it was not run again ('apply --replace' runs it)"
    )

    again = make_plan(where, [changed], api_server, AGAIN)
    assert the_step(again).action is Action.REPLACE
    assert apply_plan(again, api_server).succeeded
    assert live(api_server, changed)["metadata"]["uid"] != uid


def is_changed_later(cluster: Watched, where: Scope, wanted: Manifest) -> bool:
    """Apply until the change is later than the end by the server's clock, which counts whole seconds."""
    parallelism = live(cluster, wanted)["spec"].get("parallelism", 1) % 5 + 1
    for each in (job(where, parallelism=parallelism), wanted):
        assert apply_plan(make_plan(where, [each], cluster), cluster).succeeded
    (status,) = status_of(where, [wanted], cluster)
    return status.verdict.status is Status.FAILED


def test_an_ended_run_that_did_not_change_is_not_run_again(api_server: Watched, where: Scope) -> None:
    run_to_its_end(api_server, where, job(where))
    step = the_step(make_plan(where, [job(where)], api_server, AGAIN))
    assert (step.action, step.reason) == (Action.UNCHANGED, "")


def test_fields_that_are_read_after_the_end_are_changed_in_place(api_server: Watched, where: Scope) -> None:
    run_to_its_end(api_server, where, job(where))
    step = the_step(make_plan(where, [job(where, ttlSecondsAfterFinished=9000)], api_server, AGAIN))
    assert (step.action, step.reason) == (Action.UPDATE, "")


def test_the_image_of_a_job_is_changed_by_replacing_it(api_server: Watched, where: Scope) -> None:
    """The server's message quotes the whole template before it says that the field is immutable."""
    long = {"env": [{"name": f"A{number}", "value": "x" * 90} for number in range(40)]}
    first = job(where)
    pod: Any = first.body["spec"]["template"]["spec"]
    pod["containers"][0].update(long)
    uid = run_to_its_end(api_server, where, first)
    changed = job(where, "example.com/train:2")

    refused = the_step(make_plan(where, [changed], api_server))
    assert refused.action is Action.UNKNOWN
    assert refused.reason == "it has finished (succeeded), and spec.template cannot be changed in place"
    assert refused.hint == "pass --replace to delete and recreate the object, which runs it again"

    again = make_plan(where, [changed], api_server, AGAIN)
    step = the_step(again)
    assert step.action is Action.REPLACE
    assert step.merged is not None
    (container,) = step.merged["spec"]["template"]["spec"]["containers"]
    assert "env" not in container, "what leaves the manifest is gone once it is replaced"
    assert apply_plan(again, api_server).succeeded
    body = live(api_server, changed)
    assert body["metadata"]["uid"] != uid
    assert body["spec"]["template"]["spec"]["containers"][0]["image"] == "example.com/train:2"
