"""Workloads that are ready and may not stay so.

A container without a readiness probe is ready as soon as it starts, also where its program ends a moment
later. Neither kstatus nor the tools that wait by it look twice; here such a workload must stay ready for
a while, unless its `minReadySeconds` asks for that already. So must a job, which runs as soon as its program
has started.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from dlctl.manifest import GroupKind, JsonObject, ObjectRef, ref_of
from dlctl.status.model import condition, mapping_at, number_at, text_at, time_of, value_at

STEADY_FOR = 2.0
"""Seconds that such a workload must stay ready."""

_KINDS = frozenset(
    GroupKind("apps", kind) for kind in ("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet")
)
_RECENT = timedelta(seconds=10)
"""How long ago it became available, or was made, for a workload that was never seen not to be ready."""


class Unsteady:
    """The workloads that are ready, and until when they must stay so. Times are those of one clock."""

    def __init__(self) -> None:
        self._until: dict[ObjectRef, float] = {}

    def ready(
        self,
        ref: ObjectRef,
        body: JsonObject,
        at: float,
        *,
        seen_unready: bool,
        now: datetime,
        job: bool = False,
    ) -> None:
        """A workload is ready, or a `job` runs; `seen_unready`: it was not when it was seen before."""
        if (seen_unready or _is_recent(body, now)) and (job or may_be_brief(body)):
            self._until.setdefault(ref, at + STEADY_FOR)

    def unready(self, ref: ObjectRef) -> None:
        """An object is not ready, or not any more."""
        self._until.pop(ref, None)

    def seconds(self, at: float) -> float:
        """For how long some of them must stay ready."""
        return max((until - at for until in self._until.values()), default=0.0)


def may_be_brief(body: JsonObject) -> bool:
    """Whether an object is a workload whose pods are ready as soon as they start."""
    if ref_of(body).group_kind not in _KINDS or value_at(body, "spec", "replicas") == 0:
        return False
    containers = value_at(body, "spec", "template", "spec", "containers")
    found = containers if isinstance(containers, list) else ()
    return not number_at(body, "spec", "minReadySeconds") and any(map(_starts_ready, found))


def _starts_ready(container: Any) -> bool:
    return isinstance(container, Mapping) and not mapping_at(container, "readinessProbe")


def _is_recent(body: JsonObject, now: datetime) -> bool:
    times = (
        time_of(text_at(condition(body, "Available"), "lastTransitionTime")),
        time_of(text_at(body, "metadata", "creationTimestamp")),
    )
    return any(time is not None and now - time < _RECENT for time in times)
