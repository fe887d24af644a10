"""Two control planes for the examples: one with upstream's CRDs, one with those that `core` brings."""

from pathlib import Path

import pytest

from dlctl.yamlio.dump import dump
from tests.controlplane import ControlPlane, shared_control_plane
from tests.prototypes.examples import NAMESPACE, render

UPSTREAM_CRDS = Path(__file__).parents[3] / "shared" / "crds"
CRD = "CustomResourceDefinition"


@pytest.fixture(scope="session")
def upstream() -> ControlPlane:
    """A control plane with the CRDs that upstream projects ship; tests skip where those are not at hand."""
    if not UPSTREAM_CRDS.is_dir():
        pytest.skip(
            f"the upstream CRDs are not there: no folder {UPSTREAM_CRDS.parent.name}/crds beside this one"
        )
    control_plane = _prepared("upstream-crds")
    for folder in ("kubeflow-training-operator",):
        _apply(control_plane, "--filename", str(UPSTREAM_CRDS / folder))
    _established(control_plane)
    return control_plane


@pytest.fixture(scope="session")
def slim(tmp_path_factory: pytest.TempPathFactory) -> ControlPlane:
    """A control plane with the CRDs of the prototype `core`."""
    control_plane = _prepared("slim-crds")
    manifests = render("core", {}, tmp_path_factory.mktemp("core") / "app")
    definitions = [dump(manifest.body) for manifest in manifests if manifest.ref.kind == CRD]
    _apply(control_plane, "--filename", "-", text="---\n".join(definitions))
    _established(control_plane)
    return control_plane


def _prepared(name: str) -> ControlPlane:
    control_plane = shared_control_plane(name)
    _apply(
        control_plane,
        "--filename",
        "-",
        text=dump({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE}}),
    )
    return control_plane


def _apply(control_plane: ControlPlane, *arguments: str, text: str | None = None) -> None:
    done = control_plane.kubectl("apply", "--server-side", "--force-conflicts", *arguments, input=text)
    assert done.returncode == 0, done.stderr


def _established(control_plane: ControlPlane) -> None:
    done = control_plane.kubectl("wait", "--for=condition=Established", "crd", "--all", "--timeout=60s")
    assert done.returncode == 0, done.stderr
