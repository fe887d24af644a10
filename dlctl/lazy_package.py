"""Packages that are loaded lazily: their `__init__` runs when one of their names is first used."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.machinery import ModuleSpec, PathFinder
from importlib.util import find_spec, module_from_spec
from types import ModuleType
from typing import Any


@contextmanager
def loaded_when_used(parent: str, name: str) -> Iterator[None]:
    """The package `parent.name` has none of its names while `parent` is imported: the first use loads it.

    Its submodules are imported as ever. Changes nothing where there is no such package, or it is imported.
    """
    found = find_spec(parent)
    package = _unloaded(f"{parent}.{name}", (found and found.submodule_search_locations) or ())
    yield
    if package is not None and parent in sys.modules:
        setattr(sys.modules[parent], name, package)


def _unloaded(full: str, places: Sequence[str]) -> ModuleType | None:
    spec = PathFinder.find_spec(full, places) if full not in sys.modules else None
    if spec is None or spec.loader is None or not spec.submodule_search_locations:
        return None
    package = module_from_spec(spec)
    package.__dict__["__getattr__"] = _Loading(package, spec)  # PEP 562
    sys.modules[full] = package
    return package


class _Loading:
    """Loads the package at the first access to a name that is none of its submodules."""

    def __init__(self, package: ModuleType, spec: ModuleSpec) -> None:
        self._package, self._spec = package, spec

    def __call__(self, name: str) -> Any:
        places = self._spec.submodule_search_locations
        submodule = PathFinder.find_spec(f"{self._spec.name}.{name}", places)
        if name.startswith("__") or submodule is not None or self._spec.loader is None:
            raise AttributeError(name)
        del self._package.__dict__["__getattr__"]
        self._spec.loader.exec_module(self._package)
        return getattr(self._package, name)
