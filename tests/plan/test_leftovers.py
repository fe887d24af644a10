"""What left a target, and what did not."""

from typing import Any

from dlctl.cluster.protocol import Resource
from dlctl.manifest import ref_of
from dlctl.plan.leftovers import leaving
from dlctl.plan.live.objects.model import LiveObject
from dlctl.plan.options import PlanOptions
from tests.plan.targets import manifest, scope

WHERE = scope("here")


def live(api_version: str, name: str, uid: str) -> LiveObject:
    """An Ingress of the target as a group serves it."""
    group, _, version = api_version.partition("/")
    body: dict[str, Any] = {"apiVersion": api_version, "kind": "Ingress", "metadata": {"name": name}}
    whole = manifest(body, WHERE).body
    owner = {"manager": WHERE.managers.current, "operation": "Apply", "apiVersion": api_version}
    metadata = {**whole["metadata"], "uid": uid, "managedFields": [{**owner, "fieldsV1": {}}]}
    resource = Resource(group, version, "Ingress", "ingresses", namespaced=True)
    return LiveObject(ref_of(whole), resource, {**whole, "metadata": metadata})


def test_an_object_that_two_groups_serve_is_not_deleted_while_it_is_written() -> None:
    here, there = live("networking.k8s.io/v1", "web", "1"), live("extensions/v1beta1", "web", "1")
    old = live("extensions/v1beta1", "old", "2")
    found = leaving(WHERE, [there, old, here], {here.ref}, {""}, PlanOptions(prune=True))
    assert [each.ref for each in found.staying] == [old.ref], "without a label of the set it is kept"
    assert found.steps == ()
