"""What left a target, and what did not."""

from typing import Any

from msgspec.structs import replace

from dlctl.app.model import Release
from dlctl.cluster.protocol import Resource
from dlctl.deploy.release import release_all
from dlctl.events import no_events
from dlctl.labels import APP, COMPONENT, labels_of
from dlctl.manifest import ref_of
from dlctl.plan.leftovers import leaving
from dlctl.plan.live.objects.model import LiveObject
from dlctl.plan.model import History
from dlctl.plan.options import PlanOptions
from dlctl.plan.planner import make_plan
from tests.fakes.cluster.cluster import MemoryCluster
from tests.plan.targets import apply_all, config, manifest, scope

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


def test_a_release_is_part_of_what_was_agreed_to_and_takes_only_labels_that_it_saw() -> None:
    cluster = MemoryCluster(namespaces=["here"])
    apply_all(cluster, [config("page", WHERE), config("data", WHERE)])
    releasing = replace(WHERE, history=History(released=(Release("ConfigMap", "data"),)))
    plans = [
        make_plan(each, [config("page", WHERE)], cluster, PlanOptions(prune=False))
        for each in (WHERE, releasing)
    ]
    assert plans[0].fingerprint != plans[1].fingerprint
    body = cluster.get(cluster.resource("v1", "ConfigMap"), "data", "here")
    body["metadata"]["labels"][APP] = "another"
    cluster.put(body)
    assert release_all(plans[1], cluster, no_events)
    labels = labels_of(cluster.get(cluster.resource("v1", "ConfigMap"), "data", "here"))
    assert (labels[APP], COMPONENT in labels) == ("another", False)
