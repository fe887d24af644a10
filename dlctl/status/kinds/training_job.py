"""The training jobs of Kubeflow: TFJob, PyTorchJob and others."""

from datetime import datetime

from dlctl.manifest import JsonObject
from dlctl.status.model import (
    Verdict,
    condition,
    conditions_of,
    current,
    failed,
    in_progress,
    is_true,
    message_of,
)
from dlctl.status.run import TRAINING

KINDS = tuple(sorted(TRAINING))
"""Kinds of the training operator and its predecessors, in group kubeflow.org."""


def rule(body: JsonObject, now: datetime | None) -> Verdict:
    """Current while it runs, like a Job; never current without a status from its controller.

    Conditions: kubeflow/common `JobConditionType`; trainer.kubeflow.org writes Complete for Succeeded.
    """
    if not conditions_of(body):
        return in_progress("waiting for a controller")
    failure = condition(body, "Failed")
    if is_true(failure):
        return failed(message_of(failure, "failed"))
    for type_ in ("Succeeded", "Complete", "Suspended", "Running"):
        if is_true(condition(body, type_)):
            return current(type_.lower())
    return in_progress(message_of(conditions_of(body)[-1], "not running yet"))
