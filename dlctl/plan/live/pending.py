"""Why the pods of a run are not scheduled, in the scheduler's words."""

from collections.abc import Mapping
from types import MappingProxyType

from dlctl.cluster.protocol import Cluster
from dlctl.errors import ClusterError, Unauthorized, Unreachable
from dlctl.manifest import GroupKind, ObjectRef
from dlctl.status import Status, Verdict
from dlctl.status.model import condition, message_of
from dlctl.status.run import TRAINING

_LABELS: Mapping[GroupKind, str] = MappingProxyType(
    {
        **dict.fromkeys(TRAINING, "training.kubeflow.org/job-name"),
        GroupKind("batch", "Job"): "batch.kubernetes.io/job-name",
        GroupKind("trainer.kubeflow.org", "TrainJob"): "jobset.sigs.k8s.io/jobset-name",
        GroupKind("jobset.x-k8s.io", "JobSet"): "jobset.sigs.k8s.io/jobset-name",
        GroupKind("batch.volcano.sh", "Job"): "volcano.sh/job-name",
    }
)
"""The label by which a controller marks the pods of a run."""


def with_reason(cluster: Cluster, ref: ObjectRef, verdict: Verdict) -> Verdict:
    """The verdict on a run that is in progress, with the reason why a pod of it has no node.

    Any other verdict, and one on a run whose pods cannot be listed, stays as it is.
    """
    label = _LABELS.get(ref.group_kind)
    if label is None or verdict.status is not Status.IN_PROGRESS:
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
            return Verdict(verdict.status, f"{verdict.message}; unschedulable: {why}")
    return verdict
