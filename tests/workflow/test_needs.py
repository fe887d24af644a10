"""What components need of a cluster, and what of it a cluster does not have."""

from collections.abc import Iterable, Mapping
from typing import Any

import pytest

from dlctl.app.cluster_snapshot import ClusterSnapshot, ListedObject, ServedKind
from dlctl.manifest import GroupKind, Manifest, ref_of
from dlctl.nodes.inventory.groups import NodeGroup
from dlctl.plan.requirements import KindRequirement
from dlctl.workflow.cluster_diff import RenderedNeeds, compare_clusters
from dlctl.workflow.needs.check import problems
from dlctl.workflow.needs.collect import needs_of

STORAGE = GroupKind("storage.k8s.io", "StorageClass")
LOCAL_QUEUE = GroupKind("kueue.x-k8s.io", "LocalQueue")
QUEUE = GroupKind("scheduling.volcano.sh", "Queue")
RUNTIME = GroupKind("trainer.kubeflow.org", "ClusterTrainingRuntime")
SERVED = [
    *((kind.group, kind.kind) for kind in (STORAGE, LOCAL_QUEUE, QUEUE, RUNTIME)),
    ("", "Pod"),
    ("", "PersistentVolumeClaim"),
    ("apps", "StatefulSet"),
    ("batch", "Job"),
    ("kubeflow.org", "TFJob"),
    ("trainer.kubeflow.org", "TrainJob"),
    ("apiextensions.k8s.io", "CustomResourceDefinition"),
]


def cluster(
    served: Iterable[tuple[str, str]] = SERVED,
    objects: Mapping[GroupKind, tuple[ListedObject, ...]] | None = None,
    unread: tuple[str, ...] = (),
    nodes: tuple[NodeGroup, ...] | None = (NodeGroup(1, cpu=8, memory="32Gi"),),
) -> ClusterSnapshot:
    kinds = tuple(ServedKind(GroupKind(*each), ("v1",), namespaced=True) for each in served)
    empty = {kind: () for kind in (STORAGE, LOCAL_QUEUE, QUEUE, RUNTIME) if str(kind) not in unread}
    return ClusterSnapshot("v1.34.2", kinds, nodes, {**empty, **(objects or {})}, unread)


def manifest(
    api_version: str, kind: str, spec: Any = None, namespace: str = "ml", **metadata: Any
) -> Manifest:
    named = {"name": "x", "namespace": namespace, **metadata}
    body = {"apiVersion": api_version, "kind": kind, "metadata": named, "spec": spec or {}}
    return Manifest(ref_of(body), api_version, body, "web")


def found(
    *manifests: Manifest, on: ClusterSnapshot, required: Iterable[KindRequirement] = ()
) -> dict[str, str]:
    needs = needs_of(manifests, required, "ml")
    return {each.need: each.reason for each in problems(needs, on, needs.label_keys)}


CLAIM = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}


@pytest.mark.parametrize(
    ("made", "need"),
    [
        (manifest("v1", "PersistentVolumeClaim", {**CLAIM, "storageClassName": "fast"}), "StorageClass fast"),
        (manifest("v1", "PersistentVolumeClaim", CLAIM), "a default StorageClass"),
        (
            manifest("apps/v1", "StatefulSet", {"volumeClaimTemplates": [{"spec": CLAIM}]}),
            "a default StorageClass",
        ),
        (
            manifest("batch/v1", "Job", labels={"kueue.x-k8s.io/queue-name": "team"}),
            "LocalQueue team",
        ),
        (
            manifest("kubeflow.org/v1", "TFJob", {"runPolicy": {"schedulingPolicy": {"queue": "gold"}}}),
            "Queue gold",
        ),
        (
            manifest("trainer.kubeflow.org/v1", "TrainJob", {"runtimeRef": {"name": "torch"}}),
            "ClusterTrainingRuntime torch",
        ),
    ],
)
def test_objects_that_are_named_must_be_there(made: Manifest, need: str) -> None:
    assert found(made, on=cluster()) == {need: "not found; there: none"}
    kind = {"StorageClass": STORAGE, "LocalQueue": LOCAL_QUEUE, "Queue": QUEUE}.get(need.split()[-2], RUNTIME)
    kind = STORAGE if need == "a default StorageClass" else kind
    there = {kind: (ListedObject(need.split()[-1], default=True),)}
    assert found(made, on=cluster(objects=there)) == {}
    assert found(made, on=cluster(unread=(str(kind),))) == {}, "unknown is not missing"


@pytest.mark.parametrize(
    "made",
    [
        manifest("v1", "PersistentVolumeClaim", {**CLAIM, "storageClassName": ""}),
        manifest("v1", "PersistentVolumeClaim", {**CLAIM, "volumeName": "disk"}),
        manifest("batch/v1", "Job", namespace="other", labels={"kueue.x-k8s.io/queue-name": "team"}),
        manifest("batch/v1", "Job", {"template": {"spec": {"priorityClassName": ""}}}),
    ],
)
def test_what_names_nothing_of_the_cluster_needs_nothing(made: Manifest) -> None:
    assert found(made, on=cluster()) == {}


def test_what_the_app_brings_along_is_not_missing() -> None:
    queue = manifest("scheduling.volcano.sh/v1", "Queue", namespace="")
    job = manifest("kubeflow.org/v1", "TFJob", {"runPolicy": {"schedulingPolicy": {"queue": "x"}}})
    assert found(queue, job, on=cluster()) == {}
    names = {"kind": "Widget", "plural": "widgets"}
    crd = manifest("apiextensions.k8s.io/v1", "CustomResourceDefinition", {"group": "a.com", "names": names})
    assert found(manifest("a.com/v1", "Widget"), on=cluster()) == {"kind a.com/v1 Widget": "not served"}
    assert found(manifest("a.com/v1", "Widget"), crd, on=cluster()) == {}


def test_objects_need_their_exact_version_and_requirements_any() -> None:
    job = manifest("kubeflow.org/v2", "TFJob")
    assert found(job, on=cluster()) == {"kind kubeflow.org/v2 TFJob": "served only in v1"}
    required = [
        KindRequirement("kubeflow.org/v2", "TFJob", "web"),
        KindRequirement("b.com/v1", "Gang", "web", "b"),
    ]
    assert found(on=cluster(), required=required) == {"kind b.com/v1 Gang": "not served (b provides it)"}


def test_a_class_of_a_kind_that_is_not_served_says_so() -> None:
    pod = manifest("v1", "Pod", {"containers": [{"name": "a"}], "runtimeClassName": "gvisor"})
    assert found(pod, on=cluster()) == {"RuntimeClass gvisor": "RuntimeClass.node.k8s.io is not served"}


def test_nodes_that_are_not_known_are_not_judged() -> None:
    limits = {"limits": {"nvidia.com/gpu": 1}}
    pod = manifest("v1", "Pod", {"containers": [{"name": "a", "resources": limits}]})
    assert found(pod, on=cluster()) == {"nodes for Pod/x": "no node has 1 nvidia.com/gpu"}
    assert found(pod, on=cluster(nodes=None, unread=("nodes",))) == {}


def test_differences_are_limited_to_what_is_needed() -> None:
    needs = needs_of(
        [manifest("v1", "PersistentVolumeClaim", {**CLAIM, "storageClassName": "fast"})], (), "ml"
    )
    left = cluster(objects={STORAGE: (ListedObject("fast"), ListedObject("slow"))})
    right = cluster(
        served=SERVED[:5], objects={STORAGE: (ListedObject("fast", details={"provisioner": "p"}),)}
    )
    every = compare_clusters(left, right, rendered=RenderedNeeds(needs), other=right, only_needs=False)
    some = compare_clusters(left, right, rendered=RenderedNeeds(needs), other=right, only_needs=True)
    assert len(every.differences) > 2
    assert [each.name for each in some.differences] == ["fast", "PersistentVolumeClaim"]
    assert [each.need for each in some.problems] == ["kind v1 PersistentVolumeClaim"]
