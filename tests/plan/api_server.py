"""Fixtures for tests of plans and deploys on a real API server."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from dlctl.cluster.connect import connect
from dlctl.cluster.kubeconfig.load import load_kubeconfig
from tests.cluster_cache import cache_in
from tests.controlplane import ControlPlane, Namespace
from tests.plan.targets import Watched


@pytest.fixture
def api_server(control_plane: ControlPlane, tmp_path: Path) -> Iterator[Watched]:
    """The session's API server, as its administrator."""
    kubeconfig = load_kubeconfig(control_plane.kubeconfig, {}, tmp_path)
    cluster = connect(
        kubeconfig,
        None,
        cache=cache_in(tmp_path / "cache"),
    )
    yield Watched(cluster)
    cluster.close()


__all__ = ["ControlPlane", "Namespace", "api_server"]
