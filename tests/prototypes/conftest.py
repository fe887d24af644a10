"""Control planes for the examples: those with upstream's CRDs, and one with those that `core` brings."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from dlctl.kinds import DEFINITION
from dlctl.yamlio.dump import dump
from tests.controlplane import ControlPlane
from tests.on_cluster.app_on_cluster import AppOnCluster
from tests.project import Project
from tests.prototypes.examples import render
from tests.prototypes.training.real_operators import app_in_own_namespace
from tests.prototypes.upstream import UPSTREAM_CRDS, Upstream, apply, prepared, served

CRD = DEFINITION.kind


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The tests of the whole library are slow together: `make unit` leaves them out."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="session")
def upstream() -> Upstream:
    """API servers with the CRDs that upstream projects ship; tests skip where those are not at hand."""
    if not UPSTREAM_CRDS.is_dir():
        pytest.skip(
            f"the upstream CRDs are not there: no folder {UPSTREAM_CRDS.parent.name}/crds beside this one"
        )
    return Upstream()


@pytest.fixture(scope="session")
def slim(tmp_path_factory: pytest.TempPathFactory) -> ControlPlane:
    """A control plane with the CRDs of the prototype `core`."""
    control_plane = prepared("slim-crds")
    manifests = render("core", {}, tmp_path_factory.mktemp("core") / "app")
    definitions = [manifest for manifest in manifests if manifest.ref.kind == CRD]
    apply(control_plane, "--filename", "-", text="---\n".join(dump(each.body) for each in definitions))
    served(control_plane, *(each.ref.name for each in definitions))
    return control_plane


@pytest.fixture
def lab(project: Project, operated: ControlPlane) -> Iterator[AppOnCluster]:
    """An app in a namespace of its own on `operated`, the module's control plane with an operator."""
    with app_in_own_namespace(project, operated) as cluster_app:
        yield cluster_app
