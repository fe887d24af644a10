"""An app beside a registry in a directory."""

from pathlib import Path

import pytest

from tests.packages.registries import empty_app, package, registry
from tests.project import Project


@pytest.fixture
def ours(project: Project) -> Path:
    """A registry in a directory beside the app, with the packages `hello` and `tf-job`."""
    return registry(project.root.parent / "registry", package("hello"), package("tf-job"))


@pytest.fixture
def installed(project: Project, ours: Path) -> Project:
    """An app with the package `hello` and a component of its prototype."""
    empty_app(project, "dev")
    project.run("registry", "add", "ours", str(ours)).ok()
    project.run("pkg", "install", "ours/hello").ok()
    project.run("generate", "hello", "web").ok()
    return project
