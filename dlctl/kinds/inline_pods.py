"""Pods of kinds that have no pod template: KServe's inline specs, and Trainer's TrainJob."""

from collections.abc import Mapping
from typing import Any

from dlctl.kinds.field_path import at, every
from dlctl.manifest import JsonObject

_OLD_FRAMEWORKS = "sklearn xgboost tensorflow pytorch triton onnx huggingface pmml lightgbm paddle art"
FRAMEWORKS = ("model", *_OLD_FRAMEWORKS.split())
"""Fields of a predictor or explainer that hold one container."""
_OF_PATCHES = "nodeSelector", "tolerations", "affinity", "volumes", "schedulingGates"


def inline_spec(value: Mapping[str, Any]) -> Mapping[str, Any]:
    """A component of an InferenceService as a pod's spec: its model's server is a container of it."""
    servers = [value[name] for name in FRAMEWORKS if isinstance(value.get(name), Mapping)]
    if not servers:
        return value
    containers = value.get("containers")
    return {**value, "containers": [*servers, *(containers if isinstance(containers, list) else ())]}


def train_job_spec(body: JsonObject) -> tuple[Mapping[str, Any] | None, str]:
    """What a TrainJob itself says of its nodes' pods, and the path of it; None where it says nothing."""
    resources = at(body, "spec.trainer.resourcesPerNode")
    if not isinstance(resources, Mapping):
        return None, ""
    spec: dict[str, Any] = {"containers": [{"name": "node", "resources": resources}]}
    return patched(body, "node", spec), "spec.trainer"


def patched(body: JsonObject, job: str, spec: dict[str, Any]) -> dict[str, Any]:
    """The spec of the pods of a runtime's job, with what a TrainJob's patches state for it."""
    for _, each in every(body, "spec.runtimePatches[].trainingRuntimeSpec.template.spec.replicatedJobs[]"):
        own = at(each, "template.spec.template.spec")
        if at(each, "name") == job and isinstance(own, Mapping):
            spec |= {key: own[key] for key in _OF_PATCHES if key in own}
    return spec
