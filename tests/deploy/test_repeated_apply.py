"""Whatever was applied is unchanged at the next run, and costs no write."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest

from dlctl.deploy.apply import apply_plan
from dlctl.manifest import Manifest
from dlctl.plan.applyset import parent_of
from dlctl.plan.compare.compare import clean
from dlctl.plan.compare.dry_run import dry_run
from dlctl.plan.compare.field_ownership import owns_exactly
from dlctl.plan.compare.prepare import prepare
from dlctl.plan.model import Action, Scope
from dlctl.plan.options import PlanOptions
from dlctl.plan.planner import make_plan
from tests.controlplane import Namespace
from tests.plan.mutations import mutations
from tests.plan.targets import Watched, actions, manifest, objects_in, scope, widget_definition

pytestmark = pytest.mark.controlplane


@pytest.fixture
def group() -> str:
    return f"g{uuid.uuid4().hex[:8]}.dlctl.dev"


@pytest.fixture
def applied(api_server: Watched, namespace: Namespace, group: str) -> Callable[[Scope], list[Manifest]]:
    """Apply the awkward objects, and the CRD of one of them, and return their manifests."""

    def apply(where: Scope) -> list[Manifest]:
        definition = manifest(widget_definition(group), where, "crd", namespaced=False)
        manifests = [definition, *(manifest(body, where) for body in _awkward(group))]
        report = apply_plan(make_plan(where, manifests, api_server), api_server)
        assert report.succeeded, report.error()
        return manifests

    return apply


def _awkward(group: str) -> list[dict[str, Any]]:
    return [
        {**body, "apiVersion": body["apiVersion"].replace("awkward.dlctl.dev", group)}
        for body in objects_in("objects_with_defaults.yaml")
    ]


def test_objects_with_server_defaults_are_unchanged_on_second_apply(
    api_server: Watched, namespace: Namespace, applied: Callable[[Scope], list[Manifest]]
) -> None:
    where = scope(namespace.name)
    manifests = applied(where)
    api_server.calls.clear()

    second = make_plan(where, manifests, api_server)

    differing = {name: action for name, action in actions(second).items() if action is not Action.UNCHANGED}
    assert differing == {}
    assert apply_plan(second, api_server).counts[Action.UNCHANGED] == len(manifests)
    # The parent lists kinds that could not be read, which tests beside this one make and delete.
    written = [call.name for call in api_server.asked("apply", "delete", "raw")]
    assert [name for name in written if not name.startswith("dlctl.")] == []


def test_plain_objects_need_no_dry_run(
    api_server: Watched, namespace: Namespace, applied: Callable[[Scope], list[Manifest]]
) -> None:
    where = scope(namespace.name)
    manifests = applied(where)
    api_server.calls.clear()

    make_plan(where, manifests, api_server)

    # Left to the server: quantities in another spelling, defaults inside lists that are owned whole.
    assert {call.name for call in api_server.asked("dry-run")} <= {
        "quantities",
        "empty-and-null",
        "binding",
        "stateful",
        "limits",
        "widget",
    }


def test_ownership_check_agrees_with_the_server(
    api_server: Watched, namespace: Namespace, applied: Callable[[Scope], list[Manifest]]
) -> None:
    """Every small change of every manifest: the check may doubt, but must not be wrong."""
    where = scope(namespace.name)
    checked = 0
    for original in applied(where):
        stated = prepare(original, parent_of(where.app, where.environment, where.namespace).id)
        resource = api_server.resource(*stated.api_key)
        live = api_server.get(resource, stated.ref.name, stated.ref.namespace)
        for change, body in mutations(stated.body):
            checked += 1
            if owns_exactly(body, live, where.managers.current):
                changed = Manifest(stated.ref, stated.api_version, body, stated.component)
                step = dry_run(api_server, changed, resource, live, where.managers, PlanOptions())
                assert step.action is Action.UNCHANGED, (stated.ref, change, step.changes, clean(live))
    assert checked > 400
