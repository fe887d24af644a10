"""Why the pods of a run are not scheduled, in the scheduler's words."""

from msgspec.structs import replace

from dlctl.cluster.protocol import Cluster
from dlctl.errors import ClusterError, Unauthorized, Unreachable
from dlctl.labels import selector_of
from dlctl.manifest import ObjectRef
from dlctl.status import Phase, Rules, Status, Verdict
from dlctl.status.model import condition, message_of
from dlctl.status.run import JOB

JOB_LABEL = "batch.kubernetes.io/job-name"
"""The label by which the controller of Jobs marks their pods."""


def pod_selector(ref: ObjectRef, rules: Rules) -> str:
    """The selector of the labels that a controller gives to an object's pods; empty if they are not known.

    Raises RegistryError for data that is not valid.
    """
    if ref.group_kind == JOB:
        return f"{JOB_LABEL}={ref.name}"
    readiness = rules.find(ref.group_kind)
    return selector_of(readiness.labels_of_pods(ref.name)) if readiness is not None else ""


def pods_to_read(ref: ObjectRef, verdict: Verdict, rules: Rules) -> str:
    """The selector of the pods that may say why a run is in progress; empty where they need not be read.

    They are read of runs that are in progress, or of which some pods do not run.
    """
    waits = verdict.status is Status.IN_PROGRESS or verdict.phase is Phase.STARTING
    return pod_selector(ref, rules) if waits else ""


def with_reason(cluster: Cluster, ref: ObjectRef, verdict: Verdict, selector: str) -> Verdict:
    """The verdict with the reason why a pod of a run has no node; then the run is in progress.

    `selector` comes from pods_to_read. If the pods cannot be listed, the verdict is returned unchanged.
    """
    try:
        pods = list(cluster.list(cluster.resource("v1", "Pod"), ref.namespace, labels=selector))
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
