"""Registries for tests: a folder of packages, each with one small prototype or several."""

from collections.abc import Mapping
from pathlib import Path

from tests.project import Project

TEMPLATE = """\
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ component.name }}
data:
  greeting: {{ params.greeting }}
"""

EXPECTED = """\
apiVersion: v1
kind: ConfigMap
metadata:
  name: NAME
  namespace: kubeflow
  labels:
    app.kubernetes.io/name: NAME
    app.kubernetes.io/instance: NAME
    app.kubernetes.io/part-of: example
    app.kubernetes.io/managed-by: dlctl
    dlctl.dev/app: example
    dlctl.dev/environment: example
    dlctl.dev/component: NAME
data:
  greeting: GREETING
"""
"""What the example renders to; NAME is the prototype's."""


def prototype(greeting: str = "hello", params: str = "") -> dict[str, str]:
    """The files of a prototype whose ConfigMap has a greeting."""
    declared = f"  greeting: {{type: string, default: {greeting}, description: What it says}}\n{params}"
    return {
        "prototype.yaml": f"summary: Says something\ndescription: Creates a ConfigMap.\nparams:\n{declared}",
        "templates/map.yaml.j2": TEMPLATE,
        "examples/smallest/params.yaml": "",
        "examples/smallest/expected.yaml": EXPECTED.replace("GREETING", greeting),
    }


def package(
    name: str,
    version: str = "1.0.0",
    prototypes: Mapping[str, Mapping[str, str]] | None = None,
    more: str = "",
    folder: str = "",
) -> dict[str, str]:
    """The files of a package in a registry, in the folder of its name or in another."""
    folder = folder or name
    header = f"apiVersion: dlctl.dev/v1\nkind: Package\nname: {name}\nsummary: Package {name}\n"
    files = {f"{folder}/package.yaml": f"{header}version: {version}\n{more}"}
    for each, content in (prototypes or {name: prototype()}).items():
        files |= {f"{folder}/{each}/{path}": text.replace("NAME", each) for path, text in content.items()}
    return files


def write_files(folder: Path, files: Mapping[str, str]) -> Path:
    """Write files below a folder."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def registry(folder: Path, *packages: Mapping[str, str]) -> Path:
    """A registry with these packages."""
    write_files(folder, {"registry.yaml": "apiVersion: dlctl.dev/v1\nkind: Registry\nsummary: For tests\n"})
    for files in packages:
        write_files(folder, files)
    return folder


def empty_app(project: Project, *environments: str) -> Project:
    """An app without components, with these environments."""
    project.write({"dlctl.yaml": "apiVersion: dlctl.dev/v1\nkind: App\nname: small\ncomponents:\n"})
    for name in environments:
        project.write({f"environments/{name}/environment.yaml": f"context: {name}\nnamespace: {name}\n"})
    return project


def vendored(project: Project) -> dict[str, bytes]:
    """The files in vendor/."""
    return {name: data for name, data in project.files().items() if name.startswith("vendor/")}
