"""A control plane on which examples are applied for real, each in a namespace of its own."""

import os
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from dlctl.cluster.protocol import Cluster
from tests.controlplane import ControlPlane, passing_control_plane
from tests.on_cluster.app_on_cluster import AppOnCluster
from tests.project import Project
from tests.prototypes.rollout.cluster_objects import marked
from tests.prototypes.upstream import connected, put

NODES = "v100x8-ib100=4,roce25=2,h200x8-ib400=1,cpu-only=2"
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


@pytest.fixture(scope="package")
def rolling() -> Iterator[ControlPlane]:
    """A control plane with nodes of many kinds, for these tests of this worker alone.

    They label all nodes, and what is cluster-scoped has the same name in examples of one prototype.
    """
    worker = os.environ.get("PYTEST_XDIST_WORKER", "alone")
    with passing_control_plane(f"rollout-{worker}", NODES) as control_plane:
        put(control_plane, yaml.safe_load_all(Path(__file__).with_name("nodes.yaml").read_text()))
        yield control_plane


@pytest.fixture
def team(project: Project, rolling: ControlPlane) -> Iterator[AppOnCluster]:
    """An app whose environment `lab` is a namespace of its own; nothing of it is left behind."""
    cluster_app = AppOnCluster(project, rolling, f"roll-{uuid.uuid4().hex[:8]}")
    cluster_app.context("first", rolling)
    cluster_app.environment("lab", pin=rolling, labels={"test": cluster_app.namespace})
    space = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": cluster_app.namespace}}
    put(rolling, [marked(space, cluster_app.namespace)])
    yield cluster_app
    swept(connected(rolling.kubeconfig), f"test={cluster_app.namespace}")


def swept(cluster: Cluster, labels: str) -> None:
    """Delete what is cluster-scoped and has these labels; wait for definitions, which others make anew."""
    for kind in CLUSTER_SCOPED:
        resource = cluster.resource(*kind)
        for body in cluster.list(resource, labels=labels):
            # Objects of a new kind would be waited for until the garbage collector has heard of the kind.
            cluster.delete(resource, body["metadata"]["name"], propagation="Background")
    deadline = time.monotonic() + 60
    while list(cluster.list(cluster.resource(*DEFINITION), labels=labels)) and time.monotonic() < deadline:
        time.sleep(0.1)
