"""docs/prototypes: one page a package, kept current."""

import importlib.util
from types import ModuleType

from tests.conftest import REPOSITORY


def _script() -> ModuleType:
    path = REPOSITORY / "scripts" / "prototype_pages.py"
    spec = importlib.util.spec_from_file_location("prototype_pages", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_pages_are_current() -> None:
    folder = REPOSITORY / "docs" / "prototypes"
    written = {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.md")}
    assert written == _script().pages(), "run 'make docs'"
