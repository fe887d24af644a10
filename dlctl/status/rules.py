"""The status rule of each kind."""

from collections.abc import Mapping
from types import MappingProxyType

from dlctl.manifest import GroupKind
from dlctl.status.kinds import (
    custom_resource_definition,
    daemon_set,
    deployment,
    job,
    other_runs,
    persistent_volume_claim,
    pod,
    ready_condition,
    replica_set,
    service,
    stateful_set,
    train_job,
    training_job,
    without_status,
)
from dlctl.status.model import Rule

RULES: Mapping[GroupKind, Rule] = MappingProxyType(
    {
        **dict.fromkeys(deployment.KINDS, deployment.rule),
        **dict.fromkeys(stateful_set.KINDS, stateful_set.rule),
        **dict.fromkeys(daemon_set.KINDS, daemon_set.rule),
        **dict.fromkeys(replica_set.KINDS, replica_set.rule),
        **dict.fromkeys(job.KINDS, job.rule),
        **dict.fromkeys(training_job.KINDS, training_job.rule),
        **dict.fromkeys(train_job.KINDS, train_job.rule),
        **dict.fromkeys(pod.KINDS, pod.rule),
        **dict.fromkeys(persistent_volume_claim.KINDS, persistent_volume_claim.rule),
        **dict.fromkeys(service.KINDS, service.rule),
        **dict.fromkeys(custom_resource_definition.KINDS, custom_resource_definition.rule),
        **dict.fromkeys(other_runs.KINDS, other_runs.rule),
        **dict.fromkeys(ready_condition.KINDS, ready_condition.rule),
        **dict.fromkeys(without_status.KINDS, without_status.rule),
    }
)
"""The standard rules; callers can add rules for other kinds and pass them to `verdict_of`."""
