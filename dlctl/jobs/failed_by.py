"""What made a job fail, by the reasons of its conditions and of its pods."""

from collections.abc import Sequence

from dlctl.deploy.why.by_cause import by_cause
from dlctl.jobs.model import FailedBy
from dlctl.manifest import JsonObject
from dlctl.status import Verdict
from dlctl.status.model import text_at

_POLICY = (
    "DeadlineExceeded",
    "RequeuingLimitExceeded",
    "MaximumExecutionTimeExceeded",
    "PodFailurePolicy",
)
_INFRASTRUCTURE = (
    "Evicted",
    "NodeLost",
    "Preempted",
    "Preempting",
    "OutOfSync",
    "OwnerNotFound",
    "UnexpectedAdmissionError",
    "MPIJobEvicted",
)
_USER = ("crash", "image")


def failed_by(verdict: Verdict, pods: Sequence[JsonObject] | None) -> FailedBy:
    """The policy that a condition names, else what stopped the pods, else unknown."""
    if verdict.reason in _POLICY:
        return FailedBy.POLICY
    words = (verdict.reason, *(text_at(pod, "status", "reason") for pod in pods or ()))
    if any(word in _INFRASTRUCTURE or word.startswith("OutOf") for word in words):
        return FailedBy.INFRASTRUCTURE
    if any(group.cause.layer in _USER for group in by_cause(pods or (), ())):
        return FailedBy.USER
    return FailedBy.POLICY if verdict.reason == "BackoffLimitExceeded" else FailedBy.UNKNOWN
