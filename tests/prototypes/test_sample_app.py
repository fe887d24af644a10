"""The app at the root of the repository: what a newcomer sees first must render, and teach."""

from pathlib import Path
from typing import Any

import pytest

from dlctl.app.environments import environment_names, load_target
from dlctl.app.load import load_app
from dlctl.registry.prototypes.catalogue import catalogue_of
from dlctl.render.target import Renderer

ROOT = Path(__file__).parents[2]
GPU = "nvidia.com/gpu"


def _objects(environment: str) -> dict[tuple[str, str], dict[str, Any]]:
    app = load_app(ROOT)
    target = load_target(app, environment)
    components = [c for name, c in app.components.items() if name not in target.environment.disabled]
    rendering = Renderer(catalogue_of(app.prototypes_folder)).render(target, components)
    return {(m.ref.kind, m.ref.name): dict(m.body) for m in rendering.manifests}


def _gpus(pod_spec: Any) -> int:
    return sum(c.get("resources", {}).get("limits", {}).get(GPU, 0) for c in pod_spec["containers"])


@pytest.mark.parametrize("environment", environment_names(load_app(ROOT)))
def test_environment_has_the_hub_the_job_and_the_server(environment: str) -> None:
    objects = _objects(environment)
    assert {("StatefulSet", "tf-hub"), ("TFJob", "cnn"), ("Deployment", "inception")} <= set(objects)


@pytest.mark.parametrize("environment", ["sandbox", "minikube"])
def test_small_environments_ask_for_no_gpu_and_no_volume(environment: str) -> None:
    objects = _objects(environment)
    replicas = objects["TFJob", "cnn"]["spec"]["tfReplicaSpecs"]
    assert replicas["Worker"]["replicas"] == 1
    assert not any(_gpus(replica["template"]["spec"]) for replica in replicas.values())
    assert not _gpus(objects["Deployment", "inception"]["spec"]["template"]["spec"])
    assert not any(kind == "PersistentVolumeClaim" for kind, _ in objects)


def test_gke_asks_for_gpus_of_one_model_on_more_workers() -> None:
    worker = _objects("gke")["TFJob", "cnn"]["spec"]["tfReplicaSpecs"]["Worker"]
    assert worker["replicas"] == 4
    assert _gpus(worker["template"]["spec"]) == 1
    assert "nvidia-tesla-v100" in str(worker["template"]["spec"]["affinity"])
