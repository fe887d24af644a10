"""How a job is suspended and resumed: by a field of its own, by its queue, or by its operator."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from dlctl.jobs.live import LiveJob
from dlctl.manifest import GroupKind, JsonObject, owner_reference, ref_of
from dlctl.status.run import JOB

_RUN_POLICY = ("spec", "runPolicy", "suspend")
_SPEC = ("spec", "suspend")
_VOLCANO = GroupKind("batch.volcano.sh", "Job")
_KUBEFLOW = ("TFJob", "PyTorchJob", "MPIJob", "PaddleJob", "XGBoostJob", "JAXJob")

_FIELDS: Mapping[GroupKind, tuple[str, ...]] = MappingProxyType(
    {
        JOB: _SPEC,
        GroupKind("trainer.kubeflow.org", "TrainJob"): _SPEC,
        GroupKind("jobset.x-k8s.io", "JobSet"): _SPEC,
        GroupKind("ray.io", "RayJob"): _SPEC,
        GroupKind("argoproj.io", "Workflow"): _SPEC,
        **{GroupKind("kubeflow.org", kind): _RUN_POLICY for kind in _KUBEFLOW},
    }
)
"""The field of each kind that stops its pods and keeps the object."""


def suspending(live: LiveJob, *, suspend: bool) -> JsonObject | None:
    """The object to be applied so that a job stops, or goes on; None for a kind that cannot be suspended.

    Where a queue has admitted it, its Workload is switched off, as the queue writes the job's own field.
    """
    if live.workloads:
        return _fields(live.workloads[0], ("spec", "active"), not suspend)
    kind = ref_of(live.body).group_kind
    if kind == _VOLCANO:
        return _command(live.body, "AbortJob" if suspend else "ResumeJob")
    path = _FIELDS.get(kind)
    return _fields(live.body, path, suspend) if path is not None else None


def _fields(body: JsonObject, path: tuple[str, ...], value: bool) -> JsonObject:
    """This object with one field of its spec; another object of its name is not meant."""
    metadata = body["metadata"]
    inner: Any = value
    for key in reversed(path):
        inner = {key: inner}
    return {
        "apiVersion": body["apiVersion"],
        "kind": body["kind"],
        "metadata": {key: metadata[key] for key in ("name", "namespace", "uid")},
        **inner,
    }


def _command(body: JsonObject, action: str) -> JsonObject:
    """A command to Volcano's controller, which deletes it once it is done (vcctl makes the same)."""
    metadata = body["metadata"]
    owner = {**owner_reference(body), "controller": True}
    name = f"{metadata['name']}-{action.lower()}-{metadata['uid'][:8]}"
    return {
        "apiVersion": "bus.volcano.sh/v1alpha1",
        "kind": "Command",
        "metadata": {"name": name, "namespace": metadata["namespace"], "ownerReferences": [owner]},
        "action": action,
        "target": owner,
    }
