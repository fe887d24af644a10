"""The schemas of a real cluster are kept once; `validate` then needs no cluster."""

from pathlib import Path

import pytest

from dlctl.cluster.connect import connect
from dlctl.cluster.kubeconfig.load import load_kubeconfig
from dlctl.files.write import write
from dlctl.schemas.store import FOLDER, SchemaStore
from dlctl.workflow.keep_schemas import keep_schemas, schema_changes
from tests.controlplane import ControlPlane
from tests.project import Project

pytestmark = pytest.mark.controlplane


def keep(
    project: Project, control_plane: ControlPlane, environment: str = "dev", *, in_app: bool = False
) -> None:
    """What `env update` does with schemas."""
    cache = Path(project.environ["XDG_CACHE_HOME"]) / "dlctl"
    kubeconfig = load_kubeconfig(control_plane.kubeconfig, {}, project.root)
    cluster = connect(kubeconfig, None, cache_folder=cache)
    store = SchemaStore((cache / FOLDER,))
    index = keep_schemas(cluster, store)
    cluster.close()
    write(schema_changes(project.root, environment, index, store, in_app=in_app), root=project.root)


def test_a_misspelt_field_is_found_offline(app: Project, control_plane: ControlPlane) -> None:
    keep(app, control_plane)
    template = "prototypes/pages/page/templates/page.yaml.j2"
    assert app.run("validate", "dev").code == 0
    app.write({template: app.read(template).replace("replicas: {{", "replcas: {{")})
    found = app.run("validate", "dev")
    assert found.code == 1
    assert 'unknown field "spec.replcas"' in found.out
    assert "pages/page/templates/page.yaml.j2" in found.out
