"""Ray's prototypes under the real KubeRay operator and the real scheduler, on simulated nodes."""

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import psutil
import pytest

from dlctl.sandbox.operators.model import KUBERAY
from tests.controlplane import ControlPlane, passing_control_plane
from tests.on_cluster.app_on_cluster import AppOnCluster
from tests.prototypes.training.objects import Json
from tests.prototypes.training.real_operators import pods_of

NODES = "v100x8-ib100=2,h200x8-ib400=1,cpu-only=2"
SMALL: Json = {"cpu": 1, "memory": "1Gi"}
POOLS: Json = {
    **SMALL,
    "enable_in_tree_autoscaling": True,
    "worker_groups": [
        {"name": "v100", "replicas": 2, "max_replicas": 2},
        {"name": "h200", "replicas": 1, "max_replicas": 1},
        {"name": "cpu", "min_replicas": 1, "max_replicas": 3},
    ],
    "roles": {
        "head": {"memory": "2Gi"},
        "v100": {"num_gpus": 8, "gpu_model": "V100"},
        "h200": {"num_gpus": 4, "gpu_model": "H200"},
    },
}


@pytest.fixture(scope="module")
def operated() -> Iterator[ControlPlane]:
    """The session's control plane with KubeRay."""
    with passing_control_plane("kuberay", NODES, ["kuberay"]) as control_plane:
        yield control_plane


def job(story: str) -> Json:
    """A program that goes as the pod of its submitter does."""
    annotated = {"pod_annotations": {"sandbox.dlctl.dev/story": story}}
    return {
        **SMALL,
        "entrypoint": "python a.py",
        "submitter_backoff_limit": 0,
        "roles": {"submitter": annotated},
    }


def write(lab: AppOnCluster, components: dict[str, tuple[str, Json]]) -> None:
    for name, (prototype, params) in components.items():
        lab.components[name] = {"prototype": prototype, "params": params}
    lab.write_app()


def rows(lab: AppOnCluster) -> dict[str, Any]:
    """The phases of jobs and servers by name."""
    items = lab.run("job", "list", "lab", "-o", "json").ok().json["items"]
    return {item["component"]: item["phase"] for item in items}


def operators(control_plane: ControlPlane) -> list[psutil.Process]:
    """The programs called kuberay of this sandbox."""
    folder = str(control_plane.home.state)
    running = psutil.process_iter(["name", "cmdline"])
    return [
        each for each in running if each.info["name"] == "kuberay" and folder in str(each.info["cmdline"])
    ]


@pytest.mark.slow
@pytest.mark.controlplane
def test_clusters_jobs_and_services_of_ray(lab: AppOnCluster) -> None:
    """A cluster gets the nodes asked for, programs come to their ends, applications serve."""
    serve = {"applications": [{"name": "a", "import_path": "a:app"}]}
    write(
        lab,
        {
            "pools": ("ray-cluster", POOLS),
            "good": ("ray-job", job("succeed@2s")),
            "bad": ("ray-job", job("fail@1s")),
            "chat": ("ray-service", {**SMALL, "serve_config": serve}),
        },
    )
    (operator,) = operators(lab.control_plane)
    listening = {each.laddr.ip for each in operator.net_connections("inet") if each.status == "LISTEN"}
    assert listening == {"127.0.0.1"}
    lab.run("apply", "lab", "--yes").ok()
    lab.run("job", "wait", "good", "--env", "lab", "--timeout", "60s").ok()
    assert lab.run("job", "wait", "bad", "--env", "lab", "--timeout", "60s").code == 1
    lab.kubectl("wait", "--for=condition=Ready", "rayservice/chat", "--timeout=60s")
    lab.kubectl("wait", "--for=jsonpath={.status.state}=ready", "raycluster/pools", "--timeout=60s")

    assert rows(lab) == {"good": "Succeeded", "bad": "Failed", "chat": "Running"}
    placed = Counter(
        (pod["metadata"]["labels"]["ray.io/group"], pod["spec"]["nodeName"].rpartition("-")[0])
        for pod in pods_of(lab)
        if pod["metadata"]["labels"].get("ray.io/cluster") == "pools"
    )
    assert placed["v100", "v100x8-ib100"] == 2
    assert placed["h200", "h200x8-ib400"] == 1
    assert placed.total() == 5

    chosen = {"op": "replace", "path": "/spec/workerGroupSpecs/2/replicas", "value": 3}
    patch = ("--type=json", "--field-manager=autoscaler", "--patch", json.dumps([chosen]))
    lab.kubectl("patch", "raycluster/pools", *patch)
    assert lab.run("diff", "lab").code == 0, "neither KubeRay nor the autoscaler has changed what is stated"


def test_the_version_is_pinned_by_digest() -> None:
    module = "github.com/ray-project/kuberay/ray-operator v1.5.0"
    sources = KUBERAY.recipe.sources
    assert f"\t{module}\n" in (sources / "go.mod").read_text()
    assert f"{module} h1:" in (sources / "go.sum").read_text()
