"""Jobs and pods in an API server in memory, and what is read of them."""

from datetime import UTC, datetime
from typing import Any

from dlctl.jobs.facts import Judge, Owner
from dlctl.jobs.live import read_live
from dlctl.jobs.model import Job
from dlctl.manifest import JsonObject
from dlctl.registry.prototypes.catalogue import Catalogue
from dlctl.registry.prototypes.source import builtin_source
from dlctl.render.target import Renderer
from dlctl.status import Rules
from dlctl.workflow.packages.readiness_cases import rules_of
from tests.fakes.cluster.cluster import MemoryCluster

Json = dict[str, Any]
KINDS = {
    "TrainJob": "trainer.kubeflow.org/v1alpha1",
    "JobSet": "jobset.x-k8s.io/v1alpha2",
    "PyTorchJob": "kubeflow.org/v1",
    "MPIJob": "kubeflow.org/v2beta1",
    "PaddleJob": "batch.paddlepaddle.org/v1",
    "Workload": "kueue.x-k8s.io/v1beta2",
    "PodGroup": "scheduling.volcano.sh/v1beta1",
    "RayJob": "ray.io/v1",
    "RayService": "ray.io/v1",
    "InferenceService": "serving.kserve.io/v1beta1",
    "LLMInferenceService": "serving.kserve.io/v1alpha2",
    "Service": "serving.knative.dev/v1",
    "LeaderWorkerSet": "leaderworkerset.x-k8s.io/v1",
    "XGBoostJob": "kubeflow.org/v1",
    "JAXJob": "kubeflow.org/v1",
}


def rules() -> Rules:
    """The data of the built-in packages."""
    renderer = Renderer(Catalogue((builtin_source(),)))
    return rules_of(renderer.catalogue, renderer.engine)


def cluster() -> MemoryCluster:
    """A cluster that serves the kinds of operators."""
    made = MemoryCluster(namespaces=["ml"])
    for kind, version in KINDS.items():
        group, _, name = version.partition("/")
        plural = f"{kind.lower()}s"
        spec = {
            "group": group,
            "scope": "Namespaced",
            "names": {"kind": kind, "plural": plural, "singular": kind.lower()},
            "versions": [{"name": name, "served": True, "storage": True}],
        }
        metadata = {"name": f"{plural}.{group}"}
        made.put(
            {
                "apiVersion": "apiextensions.k8s.io/v1",
                "kind": "CustomResourceDefinition",
                "metadata": metadata,
                "spec": spec,
            }
        )
    return made


def body(kind: str, name: str, owner: JsonObject | None = None, **parts: Any) -> Json:
    """An object, which `owner` controls."""
    own = {"Pod": "v1", "Event": "v1", "Job": "batch/v1", "Deployment": "apps/v1", "StatefulSet": "apps/v1"}
    version = own.get(kind) or KINDS[kind]
    metadata: Json = {"name": name, "namespace": "ml", **parts.pop("metadata", {})}
    if owner is not None:
        metadata["ownerReferences"] = [{"uid": owner["metadata"]["uid"], "controller": True}]
    return {"apiVersion": version, "kind": kind, "metadata": metadata, **parts}


def pod(
    name: str, owner: JsonObject, phase: str = "Running", node: str = "n1", gpus: int = 0, **more: Any
) -> Json:
    """A pod of a job."""
    limits = {"nvidia.com/gpu": str(gpus)} if gpus else {}
    containers = [{"name": "main", "image": "a:1", "resources": {"limits": limits}}]
    status = {"phase": phase, **more}
    if phase == "Running":
        status.setdefault("conditions", [{"type": "Ready", "status": "True"}])
    return body("Pod", name, owner, spec={"nodeName": node, "containers": containers}, status=status)


def jobs(on: Any, warnings: tuple[Json, ...] = ()) -> dict[str, Job]:
    """The jobs of the namespace, by kind and name."""
    known = rules()
    judge = Judge(known, datetime.now(UTC), {"ml": warnings})
    whole, brief = (
        [judge.job(each, Owner("dev", "")) for each in read_live(on, ["ml"], known, brief=brief).jobs]
        for brief in (False, True)
    )
    assert whole == brief, "what a list does not read of pods decides about nothing"
    return {f"{each.ref.kind}/{each.ref.name}": each for each in whole}
