"""An app beside a registry in a directory."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.packages.oci_program import OciProgram, oci_program
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


@pytest.fixture(scope="session")
def oci(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OciProgram]:
    """A registry program without authentication, for all tests of a process."""
    with oci_program(tmp_path_factory.mktemp("oci")) as found:
        yield found
