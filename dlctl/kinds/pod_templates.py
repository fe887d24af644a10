"""The one table of kinds that make pods: where their pod templates are, and how many pods come of each.

Paths and defaults are those of the API types of Kubernetes 1.36, Kubeflow training-operator 1.9,
mpi-operator 0.8, Trainer 2.3, JobSet 0.12, LeaderWorkerSet 0.7, Volcano 1.15, KubeRay 1.6, Knative
Serving 1.23 and KServe 0.20.
"""

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from types import MappingProxyType

from msgspec import Struct

from dlctl.manifest import GroupKind, PodPlace


class Shape(StrEnum):
    """What is at a path: a template with metadata and spec, or a pod's spec alone."""

    TEMPLATE = "template"
    SPEC = "spec"


class Gang(StrEnum):
    """When the pods of an object start together or not at all."""

    NEVER = "never"
    """Unless a queue or a pod group says so."""
    POLICY = "policy"
    """Where `spec.runPolicy.schedulingPolicy` or a gang scheduler's name is stated."""
    GROUP = "group"
    """The pods of one group, where a queue or a gang scheduler's name is stated."""
    ALWAYS = "always"


class Count(Struct, frozen=True):
    """A factor of the number of pods: the least number at `paths`, minus `less`; `default` where none is.

    It may be the `largest` of them, and be divided by the number at `per`.
    """

    paths: tuple[str, ...]
    default: int = 1
    less: int = 0
    largest: bool = False
    per: str = ""


class Role(Struct, frozen=True):
    """Pods of one template. `path` may have alternatives, of which the first that is there counts.

    `name` is the role's name, or the path of the field that has it; empty: the last key that `path` matched.
    """

    path: str
    name: str = ""
    counts: tuple[Count, ...] = ()
    shape: Shape = Shape.TEMPLATE


class PodKind(Struct, frozen=True):
    """A kind that makes pods. `minimum` is the path of the number of pods that a gang needs.

    A kind that is `per_node` makes one pod for each node that its pods may run on. `unknown` says what of its
    pods the object does not state. Pods `in_turns` can come one after another, as others of them end.
    `pruned` are fields of a pod's spec that the kind's operator does not pass on.
    """

    roles: tuple[Role, ...]
    gang: Gang = Gang.NEVER
    minimum: str = ""
    per_node: bool = False
    unknown: str = ""
    in_turns: bool = False
    pruned: tuple[str, ...] = ()


_REPLICAS = (Count(("spec.replicas",)),)
_MINIMUM = "spec.runPolicy.schedulingPolicy.minAvailable"
_PRUNED = ("resources",)
"""Of the whole pod: the API types of the training operator 1.9 are of Kubernetes 1.29, which has none."""
_JOB = "spec.parallelism", "spec.completions"


def _one(path: str, *counts: Count, name: str = "") -> PodKind:
    return PodKind((Role(path, name, counts),))


def _training(field: str, default: int = 1) -> PodKind:
    """A job kind of Kubeflow's training operator."""
    base = f"spec.{field}.*"
    role = Role(f"{base}.template", "", (Count((f"{base}.replicas",), default),))
    return PodKind((role,), Gang.POLICY, _MINIMUM, pruned=_PRUNED)


def _mpi() -> PodKind:
    workers, launcher = "spec.mpiReplicaSpecs.Worker", "spec.mpiReplicaSpecs.Launcher"
    roles = (
        Role(f"{launcher}.template", "Launcher", (Count((f"{launcher}.replicas",)),)),
        Role(f"{workers}.template", "Worker", (Count((f"{workers}.replicas",), 0),)),
    )
    return PodKind(roles, Gang.POLICY, _MINIMUM)


def _paddle() -> PodKind:
    roles = (
        Role(f"spec.{name}.template", name, (Count((f"spec.{name}.replicas",), 0),))
        for name in ("ps", "worker", "heter")
    )
    return PodKind(tuple(roles), Gang.POLICY, "spec.schedulingPolicy.minAvailable")


def _job_set() -> PodKind:
    each = "spec.replicatedJobs[]"
    pods = Count(tuple(f"{each}.template.{path}" for path in _JOB))
    role = Role(f"{each}.template.spec.template", f"{each}.name", (Count((f"{each}.replicas",)), pods))
    return PodKind((role,))


def _leader_worker() -> PodKind:
    base = "spec.leaderWorkerTemplate"
    size = f"{base}.size"
    leader = Role(f"{base}.leaderTemplate|{base}.workerTemplate", "leader", _REPLICAS)
    worker = Role(f"{base}.workerTemplate", "worker", (*_REPLICAS, Count((size,), 1, less=1)))
    return PodKind((leader, worker), Gang.GROUP, size)


def _ray(base: str, *others: Role) -> PodKind:
    """Ray's pods start together where their scheduler is one for gangs, for which KubeRay makes the group."""
    each = f"{base}.workerGroupSpecs[]"
    replicas = Count((f"{each}.replicas", f"{each}.minReplicas"), 0, largest=True)
    return PodKind(
        (
            Role(f"{base}.headGroupSpec.template", "head"),
            Role(f"{each}.template", f"{each}.groupName", (replicas, Count((f"{each}.numOfHosts",)))),
            *others,
        ),
        Gang.POLICY,
        unknown="the autoscaler may change the number of workers" if base == "spec" else "",
    )


def _knative() -> PodKind:
    scale = "spec.template.metadata.annotations[autoscaling.knative.dev/{}-scale]"
    count = Count((scale.format("initial"), scale.format("min")), 1, largest=True)
    return PodKind(
        (Role("spec.template", "revision", (count,)),),
        unknown="Knative adds a queue-proxy container to each pod",
    )


def _inference() -> PodKind:
    roles = (
        Role(f"spec.{name}", name, (Count((f"spec.{name}.minReplicas",)),), Shape.SPEC)
        for name in ("predictor", "transformer", "explainer")
    )
    worker = "spec.predictor.workerSpec"
    workers = Role(
        worker,
        "worker",
        (Count(("spec.predictor.minReplicas",)), Count((f"{worker}.pipelineParallelSize",), 2, less=1)),
        Shape.SPEC,
    )
    return PodKind((*roles, workers), unknown="KServe's serving runtime adds to the pods")


def _llm() -> PodKind:
    scheduler = "spec.router.scheduler"
    roles = (
        *_llm_servers("spec", "main", "worker"),
        *_llm_servers("spec.prefill", "prefill", "prefill-worker"),
        Role(f"{scheduler}.template", "scheduler", (Count((f"{scheduler}.replicas",)),), Shape.SPEC),
    )
    return PodKind(roles, unknown="KServe's configuration adds to the pods")


def _llm_servers(base: str, server: str, worker: str) -> tuple[Role, Role]:
    """Servers, each of one machine or, with workers, of several: pipeline, or data divided by dataLocal."""
    replicas = Count((f"{base}.replicas",))
    split = f"{base}.parallelism"
    machines = Count((f"{split}.pipeline", f"{split}.data"), less=1, largest=True, per=f"{split}.dataLocal")
    return (
        Role(f"{base}.template", server, (replicas,), Shape.SPEC),
        Role(f"{base}.worker", worker, (replicas, machines), Shape.SPEC),
    )


_KINDS: dict[str, PodKind] = {
    "Pod": PodKind((Role("", "pod"),)),
    "ReplicationController": _one("spec.template", *_REPLICAS),
    "ReplicaSet.apps": _one("spec.template", *_REPLICAS),
    "Deployment.apps": _one("spec.template", *_REPLICAS),
    "StatefulSet.apps": _one("spec.template", *_REPLICAS),
    "DaemonSet.apps": PodKind((Role("spec.template"),), per_node=True),
    "Job.batch": PodKind((Role("spec.template", "", (Count(_JOB),)),), in_turns=True),
    "CronJob.batch": PodKind(
        (Role("spec.jobTemplate.spec.template", "", (Count(tuple(f"spec.jobTemplate.{p}" for p in _JOB)),)),),
        in_turns=True,
    ),
    "TFJob.kubeflow.org": _training("tfReplicaSpecs"),
    "PyTorchJob.kubeflow.org": _training("pytorchReplicaSpecs"),
    "PaddleJob.kubeflow.org": _training("paddleReplicaSpecs"),
    "XGBoostJob.kubeflow.org": _training("xgbReplicaSpecs"),
    "JAXJob.kubeflow.org": _training("jaxReplicaSpecs"),
    "MPIJob.kubeflow.org": _mpi(),
    "PaddleJob.batch.paddlepaddle.org": _paddle(),
    "Job.batch.volcano.sh": PodKind(
        (Role("spec.tasks[].template", "spec.tasks[].name", (Count(("spec.tasks[].replicas",)),)),),
        Gang.ALWAYS,
        "spec.minAvailable",
    ),
    "CronJob.batch.volcano.sh": PodKind(
        (
            Role(
                "spec.jobTemplate.spec.tasks[].template",
                "spec.jobTemplate.spec.tasks[].name",
                (Count(("spec.jobTemplate.spec.tasks[].replicas",)),),
            ),
        ),
        Gang.ALWAYS,
        "spec.jobTemplate.spec.minAvailable",
    ),
    "JobSet.jobset.x-k8s.io": _job_set(),
    "LeaderWorkerSet.leaderworkerset.x-k8s.io": _leader_worker(),
    "RayCluster.ray.io": _ray("spec"),
    "RayJob.ray.io": _ray("spec.rayClusterSpec", Role("spec.submitterPodTemplate", "submitter")),
    "RayService.ray.io": _ray("spec.rayClusterConfig"),
    "RayCronJob.ray.io": _ray(
        "spec.jobTemplate.rayClusterSpec", Role("spec.jobTemplate.submitterPodTemplate", "submitter")
    ),
    "TrainJob.trainer.kubeflow.org": PodKind((Role("", "node", (Count(("spec.trainer.numNodes",)),)),)),
    "Service.serving.knative.dev": _knative(),
    "Configuration.serving.knative.dev": _knative(),
    "InferenceService.serving.kserve.io": _inference(),
    "LLMInferenceService.serving.kserve.io": _llm(),
    "Notebook.kubeflow.org": _one("spec.template", name="notebook"),
    "ContainerSource.sources.knative.dev": _one("spec.template", name="source"),
    "ScaledJob.keda.sh": _one(
        "spec.jobTargetRef.template", Count(("spec.jobTargetRef.parallelism",)), name="job"
    ),
}

WITHOUT_PODS = """
    PodTemplate ServingRuntime.serving.kserve.io ClusterServingRuntime.serving.kserve.io
    TrainingRuntime.trainer.kubeflow.org ClusterTrainingRuntime.trainer.kubeflow.org
    JobTemplate.flow.volcano.sh LLMInferenceServiceConfig.serving.kserve.io ControllerRevision.apps
    Task.tekton.dev Pipeline.tekton.dev
    CustomResourceDefinition.apiextensions.k8s.io
"""
"""Kinds that may have pod templates and make no pods themselves."""

NOT_READ = """
    PipelineRun.tekton.dev TaskRun.tekton.dev TrainingJob.paddlepaddle.org Function.core.openfunction.io
    Build.build.knative.dev DataLoad.data.fluid.io AlluxioRuntime.data.fluid.io JuiceFSRuntime.data.fluid.io
    JindoRuntime.data.fluid.io ThinRuntime.data.fluid.io IntegrationSource.sources.knative.dev
    SparkApplication.sparkoperator.k8s.io Workflow.argoproj.io
"""
"""Kinds whose pods come of fields that are no pod template: they are reported as not checked."""


def _kind(name: str) -> GroupKind:
    kind, _, group = name.partition(".")
    return GroupKind(group, kind)


def _kinds(names: str) -> Iterator[GroupKind]:
    return map(_kind, names.split())


POD_KINDS: Mapping[GroupKind, PodKind] = MappingProxyType(
    {_kind(name): entry for name, entry in _KINDS.items()}
)
"""The kinds whose pods are known from their objects."""


def pod_kind(kind: GroupKind, stated: Sequence[PodPlace] | None) -> PodKind | None:
    """What is known of a kind: by the table, else as its package states; None where neither has it."""
    known = POD_KINDS.get(kind)
    if known is not None or stated is None or kind in PODLESS or kind in UNREAD:
        return known
    return PodKind(tuple(map(_role, stated)))


def _role(place: PodPlace) -> Role:
    counts = (Count((place.count,), place.default),) if place.count else ()
    return Role(place.path, place.role, counts, Shape.SPEC if place.bare else Shape.TEMPLATE)


PODLESS = frozenset(_kinds(WITHOUT_PODS))
UNREAD = frozenset(_kinds(NOT_READ))
