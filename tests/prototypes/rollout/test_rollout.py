"""Every example with pods of its own rolls out: `dlctl apply`, then `dlctl status` until all is there.

The sandbox's scheduler and controllers are real, and kwok plays the kubelets. What is not there is made
before: what `surroundings` finds, and kinds of others that the example needs, as upstream defines them.
"""

import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from dlctl.cluster.protocol import Cluster
from dlctl.yamlio.load import load_file
from tests.controlplane import ControlPlane, shared_control_plane
from tests.online.desk import Desk
from tests.project import Project
from tests.prototypes.examples import EXAMPLES, Example
from tests.prototypes.rollout.surroundings import WORKLOADS, Json, node_labels, surroundings
from tests.prototypes.upstream import (
    UPSTREAM_CRDS,
    apply,
    connected,
    definitions,
    installable,
    put,
    served,
)

# In one worker, one after the other: what is cluster-scoped has the same name in examples of one prototype.
pytestmark = [pytest.mark.controlplane, pytest.mark.xdist_group("rollout")]

NODES = "v100x8-ib100=4,roce25=2,h200x8-ib400=1,cpu-only=2"
FOLLOWED = frozenset({*WORKLOADS, ("v1", "PersistentVolume")})
"""Kinds whose examples are tested here; volumes for the claims that come with them."""
LEFT_OUT = frozenset({"gang", "queue", "min_available", "gang_timeout_seconds", "suspend"})
"""Gangs are started by schedulers of other projects, a suspended job by its owner: neither is here."""
DEFINITION = ("apiextensions.k8s.io/v1", "CustomResourceDefinition")
CLUSTER_SCOPED = (
    ("v1", "Namespace"),
    ("v1", "PersistentVolume"),
    ("admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration"),
    ("node.k8s.io/v1", "RuntimeClass"),
    ("rbac.authorization.k8s.io/v1", "ClusterRole"),
    ("rbac.authorization.k8s.io/v1", "ClusterRoleBinding"),
    ("scheduling.k8s.io/v1", "PriorityClass"),
    DEFINITION,
)


def has_pods(example: Example) -> bool:
    text = example.expected.read_text()
    return any(f"apiVersion: {version}\nkind: {kind}\n" in text for version, kind in FOLLOWED)


@pytest.fixture(scope="session")
def rolling() -> ControlPlane:
    """A control plane of these tests alone, with nodes of many kinds."""
    control_plane = shared_control_plane("rollout", NODES)
    put(control_plane, yaml.safe_load_all(Path(__file__).with_name("nodes.yaml").read_text()))
    return control_plane


@pytest.fixture
def team(project: Project, rolling: ControlPlane) -> Iterator[Desk]:
    """An app whose environment `lab` is a namespace of its own; nothing of it is left behind."""
    desk = Desk(project, rolling, f"roll-{uuid.uuid4().hex[:8]}")
    desk.context("first", rolling)
    desk.environment("lab", pin=rolling, labels={"test": desk.namespace})
    space = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": desk.namespace}}
    put(rolling, [marked(space, desk)])
    yield desk
    desk.run("delete", "lab", "--yes")
    swept(connected(rolling.kubeconfig), f"test={desk.namespace}")


def swept(cluster: Cluster, labels: str) -> None:
    """Delete what is cluster-scoped and has these labels; wait for definitions, which others make anew."""
    for kind in CLUSTER_SCOPED:
        resource = cluster.resource(*kind)
        for body in cluster.list(resource, labels=labels):
            cluster.delete(resource, body["metadata"]["name"])
    deadline = time.monotonic() + 60
    while list(cluster.list(cluster.resource(*DEFINITION), labels=labels)) and time.monotonic() < deadline:
        time.sleep(0.1)


@pytest.mark.parametrize("example", [each for each in EXAMPLES if has_pods(each)], ids=str)
def test_the_example_rolls_out(example: Example, team: Desk) -> None:
    bodies = prepared(team, example)
    first = team.run("apply", "lab")
    if "does not serve" in first.err:
        install_missing(team)
        first = team.run("apply", "lab")
    first.ok()
    found = followed(team)
    assert {each["status"] for each in found} == {"Current"}, found
    said = {(each["object"]["kind"], each["object"]["name"]): each["message"] for each in found}
    for body in bodies:
        kind, spec = body["kind"], body.get("spec", {})
        message = said[kind, body["metadata"]["name"]]
        if kind == "Deployment":
            assert message == f"{spec['replicas']} of {spec['replicas']} replicas ready"
        elif kind == "StatefulSet":
            assert message == f"{spec['replicas']} replicas ready and updated"
        elif kind == "DaemonSet":
            assert message.endswith("pods ready")
            assert not message.startswith("0 "), "it found no node to run on"
        elif kind == "Job":
            assert message == f"completed, {spec.get('completions', 1)} succeeded"
        elif kind == "PersistentVolumeClaim":
            assert message == "bound"


def prepared(desk: Desk, example: Example) -> list[Json]:
    """The app with the example alone, and all that its pods need beside it; gives the example's objects."""
    params = {key: value for key, value in load_file(example.params).value.items() if key not in LEFT_OUT}
    desk.components[example.prototype] = {"prototype": example.prototype, "params": params}
    desk.write_app()
    bodies: list[Json] = desk.run("show", "lab", "-o", "json").ok().json["items"]
    put(desk.control_plane, [marked(body, desk) for body in surroundings(bodies, desk.namespace)])
    labels = [f"{key}={value}" for key, value in node_labels(bodies).items()]
    if labels:
        desk.kubectl("label", "nodes", "--all", "--overwrite", *labels)
    return bodies


def install_missing(desk: Desk) -> None:
    """Make the API server serve the kinds of others that the app needs."""
    (plan,) = desk.run("diff", "lab", "-o", "json").json["items"]
    for missing in plan["missing"]:
        if not UPSTREAM_CRDS.is_dir():
            pytest.skip(f"the upstream CRDs are not there, and {missing['message']}")
        (file,) = definitions(missing["apiVersion"], missing["kind"])
        apply(desk.control_plane, "--filename", "-", text=installable(file))
        desk.kubectl("label", "crd", file.stem, f"test={desk.namespace}")
        served(desk.control_plane, file.stem)


def marked(body: Json, desk: Desk) -> Json:
    return {**body, "metadata": {**body["metadata"], "labels": {"test": desk.namespace}}}


def followed(desk: Desk) -> list[Json]:
    """What `status` says when all is current and every Job has ended, or after a minute."""
    deadline = time.monotonic() + 60
    while True:
        (item,) = desk.run("status", "lab", "-o", "json").ok().json["items"]
        found: list[Json] = item["objects"]
        if all(settled(each) for each in found) or time.monotonic() > deadline:
            return found
        time.sleep(0.5)


def settled(found: Json) -> bool:
    running = found["object"]["kind"] == "Job" and not found["message"].startswith("completed")
    return bool(found["status"] == "Current") and not running
