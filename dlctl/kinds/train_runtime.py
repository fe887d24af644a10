"""The pods of a TrainJob by its runtime: a JobSet's jobs, of which one trains (Trainer 2.3, runtime/core)."""

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

from dlctl.kinds.field_path import at
from dlctl.kinds.inline_pods import patched
from dlctl.manifest import JsonObject

_STEP = "trainer.kubeflow.org/trainjob-ancestor-step"
_NODE = "node"


class RuntimePods(Struct, frozen=True):
    """The pods of one job of a runtime; `path` is the part of the TrainJob that speaks of them."""

    role: str
    count: int
    path: str
    metadata: Mapping[str, Any]
    spec: Mapping[str, Any]


def pods_by_runtime(body: JsonObject, runtime: JsonObject) -> Iterator[RuntimePods]:
    """The pods that run together; those of jobs that end before others begin are left out."""
    jobs = at(runtime, "spec.template.spec.replicatedJobs") or ()
    earlier = {
        each.get("name")
        for job in jobs
        for each in job.get("dependsOn") or ()
        if each.get("status") == "Complete"
    }
    for job in jobs:
        if job.get("name") not in earlier:
            yield _pods(body, runtime, job)


def _pods(body: JsonObject, runtime: JsonObject, job: Mapping[str, Any]) -> RuntimePods:
    name = str(job.get("name"))
    template: Mapping[str, Any] = at(job, "template.spec.template") or {}
    spec = patched(body, name, dict(template.get("spec") or {}))
    if _trains(job):
        resources = at(body, "spec.trainer.resourcesPerNode")
        if isinstance(resources, Mapping):
            spec["containers"] = [_with(each, resources) for each in spec.get("containers") or ()]
        path = "spec.trainer"
    else:
        path = "spec.runtimeRef"
    return RuntimePods(name, _count(body, runtime, job), path, template.get("metadata") or {}, spec)


def _trains(job: Mapping[str, Any]) -> bool:
    return job.get("name") == _NODE or at(job, f"template.metadata.labels[{_STEP}]") == "trainer"


def _with(container: Mapping[str, Any], resources: Mapping[str, Any]) -> Mapping[str, Any]:
    return {**container, "resources": resources} if container.get("name") == _NODE else container


def _count(body: JsonObject, runtime: JsonObject, job: Mapping[str, Any]) -> int:
    if _trains(job):
        stated = at(body, "spec.trainer.numNodes") or at(runtime, "spec.mlPolicy.numNodes")
        return int(stated or 1)
    return int(job.get("replicas") or 1) * int(at(job, "template.spec.parallelism") or 1)
