"""An app in its own namespace on a cluster with real operators, and access to their jobs' results."""

import contextlib
import uuid
from collections.abc import Iterator
from typing import Any

from dlctl.yamlio.load import load_file
from tests.controlplane import ControlPlane
from tests.on_cluster.app_on_cluster import AppOnCluster
from tests.project import Project
from tests.prototypes.examples import EXAMPLES
from tests.prototypes.training.objects import Json, variables

NODES = "v100x8-ib100=12,cpu-only=2"
"""Enough for a test that fills four GPU nodes beside others that use some."""


@contextlib.contextmanager
def app_in_own_namespace(project: Project, control_plane: ControlPlane) -> Iterator[AppOnCluster]:
    """An app with an environment called `lab`, in a namespace that is deleted at the end."""
    namespace = f"train-{uuid.uuid4().hex[:8]}"
    cluster_app = AppOnCluster(project, control_plane, namespace)
    control_plane.api.create_namespace(namespace)
    cluster_app.context("first", control_plane)
    cluster_app.environment("lab", pin=control_plane)
    yield cluster_app
    control_plane.api.delete_namespace(namespace)


def example(prototype: str, name: str) -> Json:
    """The parameters of an example."""
    (found,) = (each for each in EXAMPLES if (each.prototype, each.folder.name) == (prototype, name))
    params: Json = load_file(found.params).value
    return params


def pods_of(cluster_app: AppOnCluster) -> list[Json]:
    """Every pod in the app's namespace."""
    pods: list[Json] = cluster_app.control_plane.get("--namespace", cluster_app.namespace, "pods")["items"]
    return pods


def labelled(pods: list[Json], label: str, value: str) -> list[Json]:
    """The pods that have this label."""
    return [pod for pod in pods if pod["metadata"]["labels"].get(label) == value]


def environment(pod: Json) -> dict[str, Any]:
    """The plain environment variables of a pod's first container."""
    return variables(pod["spec"]["containers"][0])


def reported(cluster_app: AppOnCluster, kind: str) -> tuple[str, str]:
    """What `dlctl status` says about the only object of a kind: its state, and in words."""
    (item,) = cluster_app.run("status", "lab", "-o", "json").ok().json["items"]
    (found,) = (each for each in item["objects"] if each["object"]["kind"].lower() == kind)
    return found["status"], found["message"]
