"""The programs in scripts/, as modules."""

import importlib.util
from types import ModuleType

from tests.conftest import REPOSITORY


def script(name: str) -> ModuleType:
    """The module of scripts/NAME.py."""
    spec = importlib.util.spec_from_file_location(name, REPOSITORY / "scripts" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
