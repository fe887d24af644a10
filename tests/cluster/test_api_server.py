"""The client keeps the contract on a real API server."""

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from dlctl.cluster.client import ApiCluster
from dlctl.cluster.connect import connect
from dlctl.cluster.kubeconfig.load import load_kubeconfig
from tests.cluster.contract import ClusterContract, NewName
from tests.cluster_cache import cache_in

pytestmark = pytest.mark.controlplane


class TestApiServer(ClusterContract):
    @pytest.fixture
    def new_name(self) -> NewName:
        return lambda prefix: f"{prefix}-{uuid.uuid4().hex[:8]}"

    @pytest.fixture
    def cluster(self, admin_kubeconfig: Path, tmp_path: Path) -> Iterator[ApiCluster]:
        kubeconfig = load_kubeconfig(admin_kubeconfig, {}, tmp_path)
        cluster = connect(
            kubeconfig,
            None,
            cache=cache_in(tmp_path / "cache"),
        )
        yield cluster
        cluster.close()

    @pytest.fixture
    def namespace(self, cluster: ApiCluster, new_name: NewName) -> Iterator[str]:
        namespaces = cluster.resource("v1", "Namespace")
        name = new_name("contract")
        cluster.apply(
            namespaces,
            {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}},
            field_manager="shop",
        )
        yield name
        cluster.delete(namespaces, name, propagation="Background")
