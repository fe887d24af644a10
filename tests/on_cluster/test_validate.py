"""The schemas of a real cluster are kept once; `validate` then needs no cluster."""

import json
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from dlctl.schemas.store import FOLDER
from dlctl.yamlio.dump import dump
from tests.controlplane import ControlPlane
from tests.on_cluster.app_on_cluster import definition
from tests.project import Project

pytestmark = pytest.mark.controlplane


TEMPLATE = "prototypes/pages/page/templates/page.yaml.j2"


def cache_of(project: Project) -> Path:
    return Path(project.environ["XDG_CACHE_HOME"]) / "dlctl"


def keep(
    project: Project, control_plane: ControlPlane, environment: str = "dev", *, in_app: bool = False
) -> None:
    """`env update`, with the control plane as the cluster of the environment's context."""
    config = yaml.safe_load(control_plane.kubeconfig.read_text())
    config["contexts"][0]["name"] = config["current-context"] = environment
    Path(project.environ["KUBECONFIG"]).write_text(json.dumps(config))
    project.run("env", "update", environment, *(["--schemas"] if in_app else [])).ok()


def test_a_misspelt_field_is_found_offline(app: Project, control_plane: ControlPlane) -> None:
    keep(app, control_plane)
    assert app.run("validate", "dev").code == 0
    app.write({TEMPLATE: app.read(TEMPLATE).replace("replicas: {{", "replcas: {{")})
    found = app.run("validate", "dev")
    assert found.code == 1
    assert 'unknown field "spec.replcas"' in found.out


def test_the_app_alone_is_enough_for_ci(app: Project, control_plane: ControlPlane) -> None:
    keep(app, control_plane, in_app=True)
    shutil.rmtree(cache_of(app) / FOLDER)
    app.write({TEMPLATE: app.read(TEMPLATE).replace("image: nginx:1.27", "imagee: nginx")})
    found = app.run("validate", "dev")
    assert found.code == 1
    assert 'unknown field "spec.template.spec.containers[0].imagee"' in found.out
    assert "not checked" not in found.err


def test_a_custom_kind_of_the_cluster(app: Project, control_plane: ControlPlane, group: str) -> None:
    widget = (
        f"apiVersion: {group}/v1\nkind: Widget\nmetadata: {{name: w}}\nspec: {{size: big, colour: red}}\n"
    )
    app.write({TEMPLATE: widget})
    applied = control_plane.kubectl("apply", "--server-side", "-f", "-", input=dump(definition(group)))
    assert applied.returncode == 0, applied.stderr
    until(lambda: f"{group}/v1" in control_plane.kubectl("get", "--raw", "/openapi/v3").stdout)
    keep(app, control_plane)
    found = app.run("validate", "dev")
    assert [line.partition("(namespace dev-space): ")[2] for line in found.out.splitlines()] == [
        'spec.size: Invalid value: "big": must be of type integer',
        'unknown field "spec.colour"',
    ]
    assert "not checked" not in found.err


def until(condition: Callable[[], bool]) -> None:
    """Documents of a new CRD appear some time after it."""
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.2)
