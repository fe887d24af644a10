"""Every example with pods of its own rolls out: `dlctl apply`, then `dlctl status` until all is there.

The sandbox's scheduler and controllers are real, and kwok plays the kubelets. What is not there is made
before: what `caller` finds, and kinds of others that the example needs, as upstream defines them.
"""

import re
import time

import pytest

from dlctl.yamlio.load import load_file
from tests.on_cluster.app_on_cluster import AppOnCluster
from tests.prototypes.examples import EXAMPLES, Example
from tests.prototypes.rollout.cluster_objects import WORKLOADS, Json, caller, marked, node_labels
from tests.prototypes.upstream import (
    UPSTREAM_CRDS,
    apply,
    definitions,
    installable,
    put,
    served,
)

pytestmark = pytest.mark.controlplane

FOLLOWED = frozenset({*WORKLOADS, ("v1", "PersistentVolume")})
"""Kinds whose examples are tested here; volumes for the claims that come with them."""
LEFT_OUT = frozenset(
    {"gang", "queue", "min_available", "gang_timeout_seconds", "suspend", "extended_resources"}
    | {"network_topology", "highest_tier_allowed", "highest_tier_name", "min_resources", "min_task_member"}
    | {"pod_sub_groups", "resource_claims"}
)
"""Gangs are started by schedulers of other projects, a suspended job by its owner, and devices have plugins:
none of them is here."""

UNJUDGED = frozenset({("gateway.networking.k8s.io", "HTTPRoute")})
"""Kinds that stay in progress here: the controllers that would accept them are other projects'."""


def has_pods(example: Example) -> bool:
    text = example.expected.read_text()
    return any(f"apiVersion: {version}\nkind: {kind}\n" in text for version, kind in FOLLOWED)


@pytest.mark.parametrize("example", [each for each in EXAMPLES if has_pods(each)], ids=str)
def test_the_example_rolls_out(example: Example, team: AppOnCluster) -> None:
    bodies = prepared(team, example)
    first = team.run("apply", "lab")
    if "does not serve" in first.err:
        install_missing(team)
        first = team.run("apply", "lab")
    first.ok()
    found = followed(team)
    said = {(each["object"]["kind"], each["object"]["name"]): each["message"] for each in found}
    for body in bodies:
        kind, spec = body["kind"], body.get("spec", {})
        message = said[kind, body["metadata"]["name"]]
        if kind == "Deployment":
            wanted = spec.get("replicas", "[1-9][0-9]*")  # an autoscaler's matter where it is not stated
            assert re.fullmatch(rf"({wanted}) of \1 replicas ready", message)
        elif kind == "StatefulSet":
            assert message == f"{spec['replicas']} replicas ready and updated"
        elif kind == "DaemonSet":
            assert message.endswith("pods ready")
            assert not message.startswith("0 "), "it found no node to run on"
        elif kind == "Job":
            assert message == f"completed, {spec.get('completions', spec.get('parallelism', 1))} succeeded"
        elif kind == "PersistentVolumeClaim":
            assert message == "bound"


def prepared(cluster_app: AppOnCluster, example: Example) -> list[Json]:
    """The app with the example alone, and all that its pods need beside it; gives the example's objects."""
    params = {key: value for key, value in load_file(example.params).value.items() if key not in LEFT_OUT}
    name = f"{example.prototype}-{cluster_app.namespace[-4:]}"
    cluster_app.components[name] = {"prototype": example.prototype, "params": params}
    cluster_app.write_app()
    bodies: list[Json] = cluster_app.run("show", "lab", "-o", "json").ok().json["items"]
    put(
        cluster_app.control_plane,
        [marked(body, cluster_app.namespace) for body in caller(bodies, cluster_app.namespace)],
    )
    labels = [f"{key}={value}" for key, value in node_labels(bodies).items()]
    if labels:
        cluster_app.kubectl("label", "nodes", "--all", "--overwrite", *labels)
    return bodies


def install_missing(cluster_app: AppOnCluster) -> None:
    """Make the API server serve the kinds of others that the app needs."""
    (plan,) = cluster_app.run("diff", "lab", "-o", "json").json["items"]
    for missing in plan["missing"]:
        if not UPSTREAM_CRDS.is_dir():
            pytest.skip(f"the upstream CRDs are not there, and {missing['message']}")
        (file,) = definitions(missing["apiVersion"], missing["kind"])
        apply(cluster_app.control_plane, "--filename", "-", text=installable(file))
        cluster_app.kubectl("label", "crd", file.stem, f"test={cluster_app.namespace}")
        served(cluster_app.control_plane, file.stem)


def followed(cluster_app: AppOnCluster) -> list[Json]:
    """What `status` says when all is current and every Job has ended."""
    deadline = time.monotonic() + 60
    while True:
        (item,) = cluster_app.run("status", "lab", "-o", "json").ok().json["items"]
        found: list[Json] = item["objects"]
        waiting = [each for each in found if not is_final(each)]
        if not waiting:
            return found
        assert time.monotonic() < deadline, (waiting, unplaced(cluster_app))
        time.sleep(0.5)


def unplaced(cluster_app: AppOnCluster) -> list[str]:
    """Why pods found no node; hardware that examples ask for and no built-in shape has is in nodes.yaml."""
    pods = cluster_app.control_plane.get("--namespace", cluster_app.namespace, "pods")["items"]
    conditions = [each for pod in pods for each in pod["status"].get("conditions") or ()]
    return [each["message"] for each in conditions if each.get("reason") == "Unschedulable"]


def is_final(found: Json) -> bool:
    if (found["object"]["group"], found["object"]["kind"]) in UNJUDGED:
        return bool(found["status"] == "InProgress")
    running = found["object"]["kind"] == "Job" and not found["message"].startswith("completed")
    return bool(found["status"] == "Current") and not running
