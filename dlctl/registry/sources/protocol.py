"""What a source of a registry is, and what it may use."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from dlctl.app.package_model import RegistryEntry
from dlctl.events import Emit, no_events
from dlctl.registry.packages.tree import Tree

TIMEOUT = 120.0
"""Seconds for one exchange with a registry."""


class RegistrySource(Protocol):
    """A registry that is reached in one way. All methods may use the network, and raise RegistryError."""

    def newest(self) -> RegistryEntry:
        """The entry with the state that the registry is in now."""
        ...

    def tagged(self, package: str, version: str) -> str:
        """The revision that has a version of a package, by the name of a tag; empty if there is none."""
        ...

    def tree(self, revision: str = "") -> Tree:
        """The files in the state that the entry states, or in another revision."""
        ...


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What sources may use: a folder for what they fetch, the process's environment, a time limit, events."""

    root: Path
    scratch: Path
    environ: Mapping[str, str] = field(repr=False)
    timeout: float = TIMEOUT
    emit: Emit = no_events
