"""What every benchmark uses: programs that see a scratch folder, a home and a cluster of its own."""

import os
from pathlib import Path

import pytest

from tests.benchmarks.programs import Programs
from tests.controlplane import ControlPlane


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Benchmarks take minutes: they run alone, by their marker, and may take their time."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.benchmark_suite)
            item.add_marker(pytest.mark.timeout(3600))


@pytest.fixture
def programs(tmp_path: Path) -> Programs:
    """Programs that see a home, a cache and a working folder of this benchmark alone."""
    home = tmp_path / "home"
    app = tmp_path / "app"
    for folder in (home, app):
        folder.mkdir()
    environ = {
        "HOME": str(home),
        "XDG_CACHE_HOME": str(home / ".cache"),
        "PATH": os.environ["PATH"],
        "LANG": "C.UTF-8",
    }
    return Programs(app, environ)


@pytest.fixture
def online(programs: Programs, control_plane: ControlPlane) -> Programs:
    """The same, with the sandbox as the only cluster that they can reach."""
    return Programs(programs.folder, {**programs.environ, "KUBECONFIG": str(control_plane.kubeconfig)})
