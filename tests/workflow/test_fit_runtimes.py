"""Where the runtime of a TrainJob is looked for: among the same objects first, then on the cluster."""

from typing import Any

from dlctl.manifest import Manifest, ref_of
from dlctl.workflow.fit.requests import requests_of
from dlctl.workflow.fit.runtimes import read_runtimes
from tests.fakes.cluster.cluster import MemoryCluster

VERSION = "trainer.kubeflow.org/v1alpha1"
Body = dict[str, Any]


def manifest(kind: str, name: str, spec: Body, namespace: str = "") -> Manifest:
    metadata = {"name": name, **({"namespace": namespace} if namespace else {})}
    body = {"apiVersion": VERSION, "kind": kind, "metadata": metadata, "spec": spec}
    return Manifest(ref_of(body), VERSION, body, "train")


def runtime(gpus: int) -> Body:
    main = {"name": "node", "image": "x", "resources": {"limits": {"nvidia.com/gpu": gpus}}}
    job = {"name": "node", "template": {"spec": {"template": {"spec": {"containers": [main]}}}}}
    return {"mlPolicy": {"numNodes": 2}, "template": {"spec": {"replicatedJobs": [job]}}}


def definition() -> Body:
    plural = "clustertrainingruntimes"
    names = {"kind": "ClusterTrainingRuntime", "plural": plural, "singular": "clustertrainingruntime"}
    spec = {
        "group": "trainer.kubeflow.org",
        "scope": "Cluster",
        "names": names,
        "versions": [{"name": "v1alpha1", "served": True, "storage": True}],
    }
    metadata = {"name": f"{plural}.trainer.kubeflow.org"}
    head = {"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition"}
    return {**head, "metadata": metadata, "spec": spec}


def gpus_of(cluster: MemoryCluster, *manifests: Manifest) -> list[tuple[int | None, Any]]:
    found = requests_of(manifests, read_runtimes(cluster, manifests)).pods
    return [(each.count, each.spec["containers"][0]["resources"]["limits"]) for each in found]


JOB = manifest("TrainJob", "first", {"runtimeRef": {"name": "torch"}}, "ml")


def test_a_runtime_of_the_cluster() -> None:
    cluster = MemoryCluster()
    assert gpus_of(cluster, JOB) == [], "the kind is not served"
    cluster.put(definition())
    assert gpus_of(cluster, JOB) == [], "it does not exist"
    cluster.put(manifest("ClusterTrainingRuntime", "torch", runtime(8)).body)
    assert gpus_of(cluster, JOB) == [(2, {"nvidia.com/gpu": 8})]


def test_a_runtime_among_the_same_objects_counts_first() -> None:
    cluster = MemoryCluster()
    cluster.put(definition())
    cluster.put(manifest("ClusterTrainingRuntime", "torch", runtime(8)).body)
    own = manifest("ClusterTrainingRuntime", "torch", runtime(4))
    assert gpus_of(cluster, JOB, own) == [(2, {"nvidia.com/gpu": 4})]
    spec = {"runtimeRef": {"kind": "TrainingRuntime", "name": "torch"}}
    local = manifest("TrainingRuntime", "torch", runtime(2), "ml")
    assert gpus_of(cluster, manifest("TrainJob", "b", spec, "ml"), local) == [(2, {"nvidia.com/gpu": 2})]
    assert gpus_of(cluster, manifest("TrainJob", "b", spec, "other"), local) == []
