"""An app on a first cluster, in its own namespace; a second cluster for the tests that need one."""

import uuid
from collections.abc import Iterator

import pytest

from tests.controlplane import ControlPlane, Namespace
from tests.on_cluster.app_on_cluster import AppOnCluster
from tests.project import Project


@pytest.fixture
def cluster_app(project: Project, control_plane: ControlPlane, namespace: Namespace) -> AppOnCluster:
    """An app without components and an environment `dev`, pinned to the first cluster."""
    made = AppOnCluster(project, control_plane, namespace.name)
    made.context("first", control_plane)
    made.environment("dev", pin=control_plane)
    made.write_app()
    return made


@pytest.fixture
def group(control_plane: ControlPlane) -> Iterator[str]:
    """An API group of this test's own; its CRDs are removed afterwards."""
    name = f"g{uuid.uuid4().hex[:10]}.example.com"
    yield name
    definitions = control_plane.get("customresourcedefinitions")["items"]
    ours = [each["metadata"]["name"] for each in definitions if each["spec"]["group"] == name]
    if ours:
        control_plane.kubectl("delete", "customresourcedefinition", *ours, "--wait=false")
