"""Runs: objects whose program comes to an end, such as Jobs, and how and when it ended.

A controller starts nothing for a run that has ended, whatever is changed in its spec afterwards.
"""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

from msgspec import Struct

from dlctl.manifest import GroupKind, JsonObject, ref_of
from dlctl.status.model import condition, conditions_of, is_true, number_at, text_at, value_at

TRAINING = frozenset(
    GroupKind("kubeflow.org", kind)
    for kind in ("TFJob", "PyTorchJob", "PaddleJob", "MPIJob", "XGBoostJob", "MXJob", "JAXJob")
)
"""Jobs of the training operator, whose templates can be changed, but are read for new pods only."""

_WHEN_TRUE: Mapping[str, str] = MappingProxyType(
    {"Succeeded": "", "Complete": "", "Completed": "", "Failed": "", "Killed": ""}
)
_EITHER_WAY: Mapping[str, str] = MappingProxyType({"Succeeded": "Failed"})
"""Types of conditions that end a run when true; the value is what it is when the condition is false."""

_BY_CONDITION: Mapping[GroupKind, Mapping[str, str]] = MappingProxyType(
    {
        **dict.fromkeys(TRAINING, _WHEN_TRUE),
        GroupKind("batch", "Job"): _WHEN_TRUE,
        GroupKind("trainer.kubeflow.org", "TrainJob"): _WHEN_TRUE,
        GroupKind("jobset.x-k8s.io", "JobSet"): _WHEN_TRUE,
        GroupKind("kubeflow.org", "Experiment"): _WHEN_TRUE,
        GroupKind("kubeflow.org", "Trial"): _WHEN_TRUE,
        GroupKind("tekton.dev", "TaskRun"): _EITHER_WAY,
        GroupKind("tekton.dev", "PipelineRun"): _EITHER_WAY,
        GroupKind("tekton.dev", "CustomRun"): _EITHER_WAY,
        GroupKind("build.knative.dev", "Build"): _EITHER_WAY,
        GroupKind("shipwright.io", "BuildRun"): _EITHER_WAY,
    }
)
"""The conditions of a kind that end a run."""

PHASES: Mapping[GroupKind, tuple[str, ...]] = MappingProxyType(
    {
        GroupKind("", "Pod"): ("phase",),
        GroupKind("batch.volcano.sh", "Job"): ("state", "phase"),
        GroupKind("ray.io", "RayJob"): ("jobDeploymentStatus",),
        GroupKind("argoproj.io", "Workflow"): ("phase",),
        GroupKind("batch.paddlepaddle.org", "PaddleJob"): ("phase",),
        GroupKind("paddlepaddle.org", "TrainingJob"): ("phase",),
        GroupKind("data.fluid.io", "DataLoad"): ("phase",),
    }
)
"""The field of `status` that has the phase of a run."""

_ENDED = {
    "Succeeded": "succeeded",
    "Complete": "succeeded",
    "Completed": "succeeded",
    "Failed": "failed",
    "Error": "failed",
    "Aborted": "aborted",
    "Terminated": "terminated",
    "Killed": "killed",
}
"""How a run ended, by condition or phase."""

_END_FIELDS = ("completionTime", "finishedAt", "endTime")

KINDS = frozenset({*_BY_CONDITION, *PHASES})
"""The kinds whose objects are runs."""


class Ended(Struct, frozen=True):
    """How a run ended (`succeeded`, `failed` and so on), and when; None if that is not known."""

    how: str
    at: datetime | None


def ended_run(body: JsonObject) -> Ended | None:
    """How and when an object's run ended; None if it has not ended, or the object is no run."""
    group_kind = ref_of(body).group_kind
    if group_kind in _BY_CONDITION:
        return _by_condition(body, _BY_CONDITION[group_kind])
    if group_kind in PHASES:
        return _by_phase(body, PHASES[group_kind])
    return None


def changed_after_end(body: JsonObject) -> Ended | None:
    """The end of a run whose spec was written afterwards, so that what it states never ran; else None.

    A server counts changes of the spec in `generation`; managedFields has the time of the last change by
    each manager.
    """
    ended = ended_run(body)
    if ended is None or ended.at is None or number_at(body, "metadata", "generation") <= 1:
        return None
    entries = value_at(body, "metadata", "managedFields")
    written = (_written(entry) for entry in (entries if isinstance(entries, list) else ()))
    return ended if any(time is not None and time > ended.at for time in written) else None


def _written(entry: Any) -> datetime | None:
    """When a manager last wrote a spec, by its entry in managedFields."""
    if text_at(entry, "subresource") or value_at(entry, "fieldsV1", "f:spec") is None:
        return None
    return time_of(text_at(entry, "time"))


def _by_condition(body: JsonObject, types: Mapping[str, str]) -> Ended | None:
    for found in conditions_of(body):
        type_ = text_at(found, "type")
        if type_ not in types:
            continue
        ended = type_ if is_true(found) else types[type_] if found.get("status") == "False" else ""
        if ended:
            return Ended(_ENDED[ended], _end(body) or time_of(text_at(found, "lastTransitionTime")))
    return None


def _by_phase(body: JsonObject, path: tuple[str, ...]) -> Ended | None:
    how = _ENDED.get(text_at(body, "status", *path))
    if how is None:
        return None
    last = text_at(body, "status", *path[:-1], "lastTransitionTime")
    stopped = text_at(condition(body, "Ready"), "lastTransitionTime")
    return Ended(how, _end(body) or time_of(last or stopped))


def _end(body: JsonObject) -> datetime | None:
    found = (time_of(text_at(body, "status", field)) for field in _END_FIELDS)
    return next((time for time in found if time is not None), None)


def time_of(text: str) -> datetime | None:
    """A time of the API (RFC 3339); None for any other text."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else None
