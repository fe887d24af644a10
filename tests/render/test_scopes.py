"""Which kinds get no namespace."""

import pytest

from tests.project import Project
from tests.render.single_template import shown, write_app


@pytest.mark.parametrize(
    ("api_version", "kind"),
    [
        ("v1", "Namespace"),
        ("v1", "PersistentVolume"),
        ("rbac.authorization.k8s.io/v1", "ClusterRole"),
        ("storage.k8s.io/v1", "StorageClass"),
        ("apiextensions.k8s.io/v1", "CustomResourceDefinition"),
        ("kueue.x-k8s.io/v1beta1", "ClusterQueue"),
    ],
)
def test_cluster_scoped_kinds_have_none_even_where_the_template_says_so(
    project: Project, api_version: str, kind: str
) -> None:
    (body,) = shown(
        project, f"apiVersion: {api_version}\nkind: {kind}\nmetadata: {{name: a, namespace: b}}\n"
    )
    assert "namespace" not in body["metadata"]


@pytest.mark.parametrize(
    ("api_version", "kind"),
    [("rbac.authorization.k8s.io/v1", "Role"), ("example.com/v1", "Unknown"), ("example.com/v1", "Node")],
)
def test_others_have_one(project: Project, api_version: str, kind: str) -> None:
    (body,) = shown(project, f"apiVersion: {api_version}\nkind: {kind}\nmetadata: {{name: a}}\n")
    assert body["metadata"]["namespace"] == "space"


@pytest.mark.parametrize(("scope", "namespaced"), [("Cluster", False), ("Namespaced", True)])
def test_a_crd_in_the_app_decides(project: Project, scope: str, namespaced: bool) -> None:
    crd = (
        "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\n"
        "metadata: {name: things.example.com}\n"
        f"spec: {{group: example.com, scope: {scope}, names: {{kind: Thing, plural: things}}}}\n"
    )
    found = shown(project, f"apiVersion: example.com/v1\nkind: Thing\nmetadata: {{name: t}}\n---\n{crd}")
    (thing,) = (body for body in found if body["kind"] == "Thing")
    assert ("namespace" in thing["metadata"]) is namespaced


def test_a_crd_that_is_not_selected_decides_too(project: Project) -> None:
    write_app(project, "apiVersion: example.com/v1\nkind: Thing\nmetadata: {name: t}\n")
    project.write(
        {
            "dlctl.yaml": project.read("dlctl.yaml") + "  crd: {prototype: defs}\n",
            "prototypes/p/defs/prototype.yaml": "summary: x\n",
            "prototypes/p/defs/templates/crd.yaml": "apiVersion: apiextensions.k8s.io/v1\n"
            "kind: CustomResourceDefinition\nmetadata: {name: things.example.com}\n"
            "spec: {group: example.com, scope: Cluster, names: {kind: Thing, plural: things}}\n",
        }
    )
    (body,) = project.run("show", "dev", "-c", "one", "-o", "json").ok().json["items"]
    assert "namespace" not in body["metadata"]
