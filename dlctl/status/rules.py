"""The status rule of each kind of Kubernetes; those of custom kinds are data."""

from collections.abc import Mapping
from types import MappingProxyType

from dlctl.manifest import GroupKind
from dlctl.status.kinds import (
    cron_job,
    custom_resource_definition,
    daemon_set,
    deployment,
    job,
    persistent_volume_claim,
    pod,
    replica_set,
    service,
    stateful_set,
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
        **dict.fromkeys(cron_job.KINDS, cron_job.rule),
        **dict.fromkeys(pod.KINDS, pod.rule),
        **dict.fromkeys(persistent_volume_claim.KINDS, persistent_volume_claim.rule),
        **dict.fromkeys(service.KINDS, service.rule),
        **dict.fromkeys(custom_resource_definition.KINDS, custom_resource_definition.rule),
        **dict.fromkeys(without_status.KINDS, without_status.rule),
    }
)
"""The rules by kind, as in kstatus."""
