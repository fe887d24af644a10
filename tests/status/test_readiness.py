"""The readiness files of the built-in packages, and of a package of somebody else's."""

from pathlib import Path

import pytest

from dlctl.registry.prototypes.catalogue import Catalogue
from dlctl.registry.prototypes.source import SHARED, builtin_source
from dlctl.workflow.packages.examples import package_source
from dlctl.workflow.packages.readiness_cases import readiness_problems
from tests.conftest import REPOSITORY

FOLDERS = sorted(path.parent for path in (REPOSITORY / "prototypes").glob("*/readiness"))


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.name)
def test_each_rule_of_a_package_has_a_case_that_it_decides(folder: Path) -> None:
    source = package_source(folder, folder.name)
    catalogue = Catalogue((builtin_source(),))
    found = dict(readiness_problems(source, catalogue))
    assert found
    assert {kind: problem for kind, problem in found.items() if problem} == {}


def test_kinds_of_no_package_have_their_files_in_the_shared_folder() -> None:
    assert (REPOSITORY / "prototypes" / SHARED) in FOLDERS
