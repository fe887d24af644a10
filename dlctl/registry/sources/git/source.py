"""A git repository as the source of a registry."""

from dataclasses import dataclass

from dlctl.app.package_model import RegistryEntry
from dlctl.errors import RegistryError
from dlctl.registry.packages.tree import Tree
from dlctl.registry.sources.protocol import Surroundings


@dataclass(frozen=True, slots=True)
class GitSource:
    """A registry in a git repository."""

    entry: RegistryEntry
    surroundings: Surroundings

    def newest(self) -> RegistryEntry:
        """The entry with the commit that its ref names now."""
        raise RegistryError("git registries cannot be read yet", location=self.entry.location)

    def tree(self, revision: str = "") -> Tree:
        """The files of a commit."""
        raise RegistryError(f"git registries cannot be read yet {revision}", location=self.entry.location)
