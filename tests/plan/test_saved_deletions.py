"""Deletions of a plan in a file, when the plan is made again: the objects may be gone."""

from pathlib import Path

import pytest

from dlctl import API_VERSION
from dlctl.cluster.protocol import Cluster, Resource
from dlctl.errors import NotFound, PlanError, Unreachable
from dlctl.events import Event, Note
from dlctl.labels import APP
from dlctl.manifest import Manifest
from dlctl.plan.model import Plan
from dlctl.plan.options import PlanOptions
from dlctl.plan.planner import make_plan
from dlctl.plan.saved.digests import Digests
from dlctl.plan.saved.gone import gone_objects
from dlctl.plan.saved.model import KIND, SavedApp, SavedCluster, SavedFlags, SavedPlan
from dlctl.plan.saved.objects import ObjectDigests, saved_objects
from dlctl.plan.view.masked_plan import MaskedPlan
from dlctl.plan.view.report import plan_report
from dlctl.redact import Redactor
from dlctl.workflow.plan import Planned
from dlctl.workflow.saved.opened import OpenedPlan
from tests.fakes.cluster.cluster import MemoryCluster
from tests.plan.targets import Call, Watched, apply_all, config, manifest, scope

WHERE = scope("default")
PAGE = config("page", WHERE)
RBAC = "rbac.authorization.k8s.io"


def planned(cluster: Cluster, *rendered: Manifest) -> Planned:
    plan = make_plan(WHERE, [PAGE, *rendered], cluster, PlanOptions(prune=True))
    return Planned("test", plan, Redactor())


def opened(plan: Plan) -> OpenedPlan:
    """The plan, as if it had been saved and read."""
    digests, masked = Digests(), MaskedPlan(plan, Redactor())
    saved = SavedPlan(
        API_VERSION,
        KIND,
        "0",
        "",
        SavedApp("shop", ""),
        "test",
        SavedCluster(plan.identity.uid, plan.identity.server, weak=False),
        SavedFlags((), (), False, False, False, True, False, False, False),
        digests.salt_text,
        (),
        {},
        saved_objects(plan, masked, ObjectDigests(digests, Redactor(), {})),
        plan_report(masked),
    )
    return OpenedPlan(Path("plan"), b"", saved, digests)


@pytest.fixture
def cluster() -> MemoryCluster:
    cluster = MemoryCluster(namespaces=["default"])
    apply_all(cluster, [PAGE, *(config(f"s{number}", WHERE) for number in range(8))])
    return cluster


def delete(cluster: MemoryCluster, *names: str) -> None:
    for name in names:
        cluster.delete(cluster.resource("v1", "ConfigMap"), name, "default")


def test_what_is_gone_already_is_noted_once(cluster: MemoryCluster) -> None:
    plan, notes = opened(planned(cluster).plan), list[Event]()
    delete(cluster, *(f"s{number}" for number in range(6)))
    again, watched = planned(cluster), Watched(cluster)
    plan.check(again, watched, notes.append)
    texts = [note.text for note in notes if isinstance(note, Note) and "been deleted" in note.text]
    (text,) = texts
    assert text.startswith("6 objects that the plan deletes have already been deleted: ConfigMap/s0")
    assert (len(again.plan.steps), len(watched.asked("get", "list"))) == (3, 1)


def test_what_is_there_and_would_not_be_deleted_is_refused_as_less(cluster: MemoryCluster) -> None:
    plan = opened(planned(cluster).plan)
    delete(cluster, "s0")
    resource = cluster.resource("v1", "ConfigMap")
    body = cluster.get(resource, "s1", "default")
    del body["metadata"]["labels"][APP]
    cluster.put(body)
    with pytest.raises(PlanError, match="less would change than the plan shows: ConfigMap/s1") as caught:
        plan.check(planned(cluster), cluster, lambda _: None)
    assert "more would change" not in caught.value.message


def test_an_object_that_the_plan_does_not_have_is_more(cluster: MemoryCluster) -> None:
    plan = opened(planned(cluster).plan)
    apply_all(cluster, [config("late", WHERE)])
    with pytest.raises(PlanError, match="more would change than the plan shows: ConfigMap/late"):
        plan.check(planned(cluster), cluster, lambda _: None)


class _WithoutRbac(Watched):
    """A cluster that does not list the group of Roles among its APIs."""

    def resources(self) -> tuple[Resource, ...]:
        return tuple(each for each in self.inner.resources() if each.group != RBAC)


@pytest.mark.parametrize(("error", "gone"), [(Unreachable("503"), []), (NotFound("no group"), ["editor"])])
def test_an_object_whose_api_does_not_answer_is_not_taken_for_gone(
    cluster: MemoryCluster, error: Exception, gone: list[str]
) -> None:
    body = {"apiVersion": f"{RBAC}/v1", "kind": "Role", "metadata": {"name": "editor"}}
    apply_all(cluster, [manifest(body, WHERE)])
    saved = opened(planned(cluster).plan).saved

    def refuse(call: Call) -> None:
        if call.verb == "raw":
            raise error

    found = gone_objects(_WithoutRbac(cluster, refuse), saved.objects)
    assert [each.name for each in found] == gone
