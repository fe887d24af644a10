"""A real API server for the tests of this room."""

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def admin_kubeconfig() -> Path:
    return Path(os.environ["DLCTL_TEST_KUBECONFIG"])
