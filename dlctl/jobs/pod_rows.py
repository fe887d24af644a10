"""The pods of a job, one row for each replica, in the order of roles and indexes."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct

from dlctl.deploy.why.pod_cause import pod_cause, role_of
from dlctl.jobs.replicas import devices_in
from dlctl.kinds.leader_worker_set import GROUP_INDEX, WORKER_INDEX
from dlctl.manifest import JsonObject
from dlctl.nodes.inventory.order import natural_key
from dlctl.status.model import condition, is_true, mapping_at, number_at, text_at, time_of, value_at

_INDEXES = (
    "training.kubeflow.org/replica-index",
    "batch.kubernetes.io/job-completion-index",
    "volcano.sh/task-index",
)
_JOB_OF_SET = "jobset.sigs.k8s.io/job-index"
_JOBS_OF_SET = "jobset.sigs.k8s.io/replicatedjob-replicas"
_FIRST = ("chief", "master", "launcher", "leader", "head")
"""The roles that lead a job."""


class PodRow(Struct, frozen=True):
    """One pod. `exit_code` is that of the last container that ended; `cause` is empty where it works."""

    name: str
    role: str
    index: str
    phase: str
    ready: bool
    restarts: int
    node: str
    devices: int
    exit_code: int | None
    cause: str
    created: datetime | None

    @property
    def replica(self) -> str:
        """The replica: `worker-3`; the pod's name where it has no role and no index."""
        return "-".join(filter(None, (self.role.lower(), self.index))) or self.name


def pod_rows(pods: Sequence[JsonObject], role_labels: Sequence[str]) -> tuple[PodRow, ...]:
    """The rows; those that lead the job first."""
    return tuple(sorted((pod_row(pod, role_labels) for pod in pods), key=order_of))


def order_of(row: PodRow) -> tuple[Any, ...]:
    """A sort key: replicas that lead the job, then by role and index."""
    return _rank(row.role), row.role, natural_key(row.index), row.name


def leads(row: PodRow) -> bool:
    """Whether a replica leads the job by its role."""
    return row.role.lower() in _FIRST


def _rank(role: str) -> int:
    return _FIRST.index(role.lower()) if role.lower() in _FIRST else len(_FIRST)


def pod_row(pod: JsonObject, role_labels: Sequence[str]) -> PodRow:
    """The row of one pod, whose role is the value of one of these labels."""
    statuses = _statuses(pod)
    cause = pod_cause(pod)
    deleting = value_at(pod, "metadata", "deletionTimestamp")
    return PodRow(
        text_at(pod, "metadata", "name"),
        role_of(pod, role_labels),
        _index(pod),
        "Terminating" if deleting else text_at(pod, "status", "phase") or "Unknown",
        is_true(condition(pod, "Ready")),
        sum(number_at(status, "restartCount") for status in statuses),
        text_at(pod, "spec", "nodeName"),
        devices_in(pod),
        _exit_code(statuses),
        cause.text if cause is not None else "",
        time_of(text_at(pod, "metadata", "creationTimestamp")),
    )


def _index(pod: JsonObject) -> str:
    """The index of a pod in its role, after that of its group, or of its job where a role has several."""
    labels = mapping_at(pod, "metadata", "labels")
    if GROUP_INDEX in labels:
        place = str(labels.get(WORKER_INDEX, "0"))
        return "-".join((str(labels[GROUP_INDEX]), *((place,) if place != "0" else ())))
    places = ("labels", "annotations")
    found = (text_at(pod, "metadata", place, key) for key in _INDEXES for place in places)
    job = str(labels.get(_JOB_OF_SET, "")) if labels.get(_JOBS_OF_SET, "1") != "1" else ""
    return "-".join(filter(None, (job, next(filter(None, found), ""))))


def _statuses(pod: JsonObject) -> list[Mapping[str, Any]]:
    found = value_at(pod, "status", "containerStatuses")
    return [each for each in found if isinstance(each, Mapping)] if isinstance(found, list) else []


def _exit_code(statuses: Sequence[Mapping[str, Any]]) -> int | None:
    for status in statuses:
        ended = value_at(status, "state", "terminated") or value_at(status, "lastState", "terminated")
        if isinstance(ended, Mapping):
            return number_at(ended, "exitCode")
    return None
