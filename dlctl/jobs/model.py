"""What is known of one job."""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from dlctl.manifest import ObjectRef
from dlctl.status.model import Phase


class FailedBy(StrEnum):
    """What made a job fail: its own program, the cluster, or a limit that somebody set."""

    USER = "user"
    INFRASTRUCTURE = "infrastructure"
    POLICY = "policy"
    UNKNOWN = "unknown"

    @property
    def words(self) -> str:
        """The same for people: a user is not somebody who cancelled it."""
        return _BY[self]


_BY = {
    FailedBy.USER: "its program or image",
    FailedBy.INFRASTRUCTURE: "the cluster",
    FailedBy.POLICY: "a limit that was set",
    FailedBy.UNKNOWN: "an unknown cause",
}


class Reason(Struct, frozen=True):
    """Why a job does not run, from the outermost layer that has a finding; `text` is empty where none has."""

    layer: str = ""
    text: str = ""


class Replicas(Struct, frozen=True):
    """How many pods are ready or have succeeded, of those that are `required`; None is not known."""

    running: int | None = None
    required: int | None = None


class Devices(Struct, frozen=True):
    """Accelerators that the job's pods hold on nodes, and those that all of its pods ask for."""

    held: int | None = None
    wanted: int | None = None


class Job(Struct, frozen=True):
    """One job. `environment` and `component` are empty for a job that is not of the app.

    `run` is empty for one that is no run. A job that is not `final` may still change. `failed_by` is None for
    one that has not failed.
    """

    ref: ObjectRef
    uid: str
    environment: str
    component: str
    phase: Phase
    final: bool
    reason: Reason
    message: str
    failed_by: FailedBy | None
    replicas: Replicas
    devices: Devices
    queue: str
    created: datetime | None
    started: datetime | None
    ended: datetime | None
    run: str = ""
