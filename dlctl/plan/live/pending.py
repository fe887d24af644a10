"""Why the pods of a run are not scheduled, in the scheduler's words."""

from msgspec.structs import replace

from dlctl.cluster.protocol import Cluster
from dlctl.errors import ClusterError, Unauthorized, Unreachable
from dlctl.kinds.leader_worker_set import LEADER_WORKER_SET, SET_NAME
from dlctl.manifest import GroupKind, ObjectRef
from dlctl.status import Phase, Rules, Status, Verdict
from dlctl.status.model import condition, message_of
from dlctl.status.run import JOB

JOB_LABEL = "batch.kubernetes.io/job-name"
"""The label by which the controller of Jobs marks their pods."""
_LABELS = {JOB: JOB_LABEL, LEADER_WORKER_SET: SET_NAME}


def pod_label(group_kind: GroupKind, rules: Rules) -> str:
    """The label by which a controller marks the pods of a run, or of a set; empty if it is not known."""
    if group_kind in _LABELS:
        return _LABELS[group_kind]
    readiness = rules.find(group_kind)
    return readiness.pod_label if readiness is not None else ""


def with_reason(cluster: Cluster, ref: ObjectRef, verdict: Verdict, rules: Rules) -> Verdict:
    """The verdict with the reason why a pod of a run has no node; then the run is in progress.

    Asked of runs that are in progress, or of which some pods do not run. Any other verdict, and one on a run
    whose pods cannot be listed, stays as it is.
    """
    waits = verdict.status is Status.IN_PROGRESS or verdict.phase is Phase.STARTING
    label = pod_label(ref.group_kind, rules) if waits else ""
    if not label:
        return verdict
    try:
        pods = list(cluster.list(cluster.resource("v1", "Pod"), ref.namespace, labels=f"{label}={ref.name}"))
    except (Unreachable, Unauthorized):
        raise
    except ClusterError:
        return verdict
    for pod in pods:
        scheduled = condition(pod, "PodScheduled")
        if scheduled.get("status") == "False":
            why = message_of(scheduled, "no node fits")
            message = f"{verdict.message}; unschedulable: {why}"
            return replace(verdict, status=Status.IN_PROGRESS, message=message)
    return verdict
