"""The in-memory cluster keeps the contract, and plays the other clients of a cluster."""

import itertools

import pytest

from dlctl.cluster.protocol import Cluster
from dlctl.errors import Conflict, FieldConflict, NotFound
from tests.cluster.contract import ClusterContract, NewName, config_map, deployment
from tests.fakes.cluster.cluster import MemoryCluster


class TestMemoryCluster(ClusterContract):
    @pytest.fixture
    def cluster(self) -> Cluster:
        return MemoryCluster(namespaces=["test"])

    @pytest.fixture
    def namespace(self) -> str:
        return "test"

    @pytest.fixture
    def new_name(self) -> NewName:
        numbers = itertools.count()
        return lambda prefix: f"{prefix}{next(numbers)}"


@pytest.fixture
def memory() -> MemoryCluster:
    return MemoryCluster(namespaces=["test"])


def test_put_takes_over_changed_fields(memory: MemoryCluster) -> None:
    deployments = memory.resource("apps/v1", "Deployment")
    memory.apply(deployments, deployment("test", replicas=1), field_manager="shop")
    memory.put(deployment("test", replicas=5), manager="kubectl-edit")
    with pytest.raises(Conflict) as caught:
        memory.apply(deployments, deployment("test", replicas=1), field_manager="shop")
    assert caught.value.conflicts == (FieldConflict("kubectl-edit", ".spec.replicas"),)


def test_put_writes_a_status_as_a_controller_does(memory: MemoryCluster) -> None:
    deployments = memory.resource("apps/v1", "Deployment")
    memory.apply(deployments, deployment("test"), field_manager="shop")
    body = {**deployment("test"), "status": {"availableReplicas": 1}}
    assert memory.put(body)["metadata"]["generation"] == 1
    assert memory.apply(deployments, deployment("test"), field_manager="shop")["status"] == {
        "availableReplicas": 1
    }


def test_deleting_a_namespace_deletes_its_objects(memory: MemoryCluster) -> None:
    config_maps = memory.resource("v1", "ConfigMap")
    memory.apply(config_maps, config_map("test"), field_manager="shop")
    memory.delete(memory.resource("v1", "Namespace"), "test")
    assert list(memory.list(config_maps)) == []


@pytest.mark.parametrize(("propagation", "left"), [("Foreground", 0), ("Background", 0), ("Orphan", 1)])
def test_owned_objects_are_deleted_with_their_owner(
    memory: MemoryCluster, propagation: str, left: int
) -> None:
    config_maps = memory.resource("v1", "ConfigMap")
    owner = memory.apply(config_maps, config_map("test", "owner"), field_manager="shop")
    child = config_map("test", "child")
    reference = {"apiVersion": "v1", "kind": "ConfigMap", "name": "owner", "uid": owner["metadata"]["uid"]}
    child["metadata"]["ownerReferences"] = [reference]
    memory.put(child)
    memory.delete(config_maps, "owner", "test", propagation=propagation)
    assert len(list(memory.list(config_maps, "test"))) == left


def test_logs_are_what_was_set(memory: MemoryCluster) -> None:
    memory.put({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p", "namespace": "test"}})
    memory.set_log("test", "p", "one\ntwo\n", container="c")
    assert memory.logs("test", "p", container="c") == "one\ntwo\n"
    assert memory.logs("test", "p", container="c", tail=1) == "two\n"
    assert memory.logs("test", "p", container="c", previous=True) == ""
    with pytest.raises(NotFound):
        memory.logs("default", "p")


def test_deleting_a_crd_removes_its_kind(memory: MemoryCluster) -> None:
    from tests.cluster.contract import crd

    definitions = memory.resource("apiextensions.k8s.io/v1", "CustomResourceDefinition")
    memory.apply(definitions, crd("example.com"), field_manager="shop")
    widgets = memory.resource("example.com/v1", "Widget")
    memory.delete(definitions, "widgets.example.com")
    assert widgets not in memory.resources()
