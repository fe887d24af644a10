"""A real API server for the tests of this layer, and the kubectl that belongs to it."""

from pathlib import Path

import pytest

from dlctl.sandbox.lifecycle.lookup import kubectl_command as sandbox_kubectl
from tests.controlplane import ControlPlane


@pytest.fixture(scope="session")
def admin_kubeconfig(control_plane: ControlPlane) -> Path:
    return control_plane.kubeconfig


@pytest.fixture(scope="session")
def kubectl_command(control_plane: ControlPlane) -> tuple[str, ...]:
    return sandbox_kubectl(control_plane.name, home=control_plane.home)
