"""Which of the kinds that a cluster serves are jobs, and what they are called in a table."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from dlctl.cluster.protocol import Resource
from dlctl.cluster.versions import one_version
from dlctl.kinds.leader_worker_set import LEADER_WORKER_SET
from dlctl.manifest import GroupKind
from dlctl.status.readiness import Rules
from dlctl.status.run import JOB

DEPLOYMENT = GroupKind("apps", "Deployment")
STATEFUL_SET = GroupKind("apps", "StatefulSet")
WORKLOADS = (DEPLOYMENT, STATEFUL_SET)
"""Kinds of Kubernetes that may serve models, and anything else."""
MADE_BY_JOBS = (JOB, GroupKind("jobset.x-k8s.io", "JobSet"))
"""Kinds of jobs that other jobs make, to which pods belong by way of them."""

MAKERS = frozenset(
    {
        GroupKind("batch", "CronJob"),
        GroupKind("batch.volcano.sh", "CronJob"),
        GroupKind("ray.io", "RayCronJob"),
        GroupKind("keda.sh", "ScaledJob"),
    }
)
"""Kinds whose controllers create jobs repeatedly; each of these jobs ends by itself."""

_SHORT: Mapping[GroupKind, str] = MappingProxyType(
    {
        GroupKind("kubeflow.org", "PaddleJob"): "paddle(v1)",
        GroupKind("batch.volcano.sh", "Job"): "volcano",
        JOB: "job",
        DEPLOYMENT: "deploy",
        STATEFUL_SET: "sts",
        GroupKind("serving.knative.dev", "Service"): "ksvc",
        GroupKind("serving.kserve.io", "InferenceService"): "isvc",
        GroupKind("serving.kserve.io", "LLMInferenceService"): "llmisvc",
        LEADER_WORKER_SET: "lws",
    }
)


def job_resources(served: Iterable[Resource], rules: Rules) -> tuple[Resource, ...]:
    """The kinds of jobs, each in one version. Raises RegistryError for data that is not valid."""
    found = one_version(served)
    return tuple(each for kind, each in found.items() if is_job(kind, rules))


def server_resources(served: Iterable[Resource], rules: Rules) -> tuple[Resource, ...]:
    """The kinds that serve, each in one version. Raises RegistryError for data that is not valid."""
    found = one_version(served)
    return tuple(each for kind, each in found.items() if is_server(kind, rules))


def is_server(kind: GroupKind, rules: Rules) -> bool:
    """Whether pods of a kind may serve, and come to no end. Raises RegistryError."""
    readiness = rules.find(kind)
    return kind in WORKLOADS or (readiness is not None and readiness.serves)


def is_job(kind: GroupKind, rules: Rules) -> bool:
    """Whether the objects of a kind are jobs. Raises RegistryError for data that is not valid.

    What a queue makes for a job comes to an end as the job does, and is none.
    """
    readiness = rules.find(kind)
    return kind == JOB or (readiness is not None and readiness.job and readiness.holds is None)


def short_kind(kind: GroupKind) -> str:
    """A kind in one word: `tf` for TFJob, `volcano` for the Job of Volcano."""
    return _SHORT.get(kind) or kind.kind.removesuffix("Job").lower() or kind.kind.lower()
