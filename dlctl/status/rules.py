"""The status rule of each kind."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from dlctl.kinds import DEFINITION
from dlctl.manifest import GroupKind, JsonObject
from dlctl.status.batch import job, train_job, training_job
from dlctl.status.core import claim, definition, pod, service
from dlctl.status.model import Rule, Verdict, current
from dlctl.status.workloads import daemon_set, deployment, replica_set, stateful_set


def always_current(body: JsonObject, now: datetime | None) -> Verdict:
    """The rule of kinds without status: current as soon as they exist."""
    return current("exists")


TRAINING_JOBS = ("TFJob", "PyTorchJob", "PaddleJob", "MPIJob", "XGBoostJob", "MXJob", "JAXJob")
"""Kinds of the training operator and its predecessors, in group kubeflow.org."""

RULES: Mapping[GroupKind, Rule] = MappingProxyType(
    {
        GroupKind("apps", "Deployment"): deployment,
        GroupKind("apps", "StatefulSet"): stateful_set,
        GroupKind("apps", "DaemonSet"): daemon_set,
        GroupKind("apps", "ReplicaSet"): replica_set,
        GroupKind("batch", "Job"): job,
        GroupKind("batch", "CronJob"): always_current,
        GroupKind("", "ConfigMap"): always_current,
        GroupKind("", "Secret"): always_current,
        GroupKind("policy", "PodDisruptionBudget"): always_current,
        GroupKind("", "PersistentVolumeClaim"): claim,
        GroupKind("", "Pod"): pod,
        GroupKind("", "Service"): service,
        DEFINITION: definition,
        **{GroupKind("kubeflow.org", kind): training_job for kind in TRAINING_JOBS},
        GroupKind("trainer.kubeflow.org", "TrainJob"): train_job,
    }
)
"""The standard rules; callers can add rules for other kinds and pass them to `verdict_of`."""
