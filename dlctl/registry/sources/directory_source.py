"""A directory as the source of a registry."""

from pathlib import Path

from msgspec import Struct

from dlctl.app.package_model import RegistryEntry
from dlctl.errors import RegistryError
from dlctl.registry.sources.directory import DirectoryTree


class DirectorySource(Struct, frozen=True):
    """A registry in a directory, absolute or relative to the app's root. It has no revisions."""

    entry: RegistryEntry
    root: Path

    def newest(self) -> RegistryEntry:
        """The entry, unchanged. Raises RegistryError if the directory does not exist."""
        self.tree()
        return self.entry

    def tagged(self, package: str, version: str) -> str:
        """Nothing: a directory has no other states."""
        return ""

    def tree(self, revision: str = "") -> DirectoryTree:
        """The files of the directory as they are now. Raises RegistryError."""
        folder = self.root / self.entry.directory
        if revision:
            raise RegistryError(
                f"registry '{self.entry.name}' is a directory, which has no commits",
                location=self.entry.location,
                hint="name a version instead",
            )
        if not folder.is_dir():
            raise RegistryError(
                f"directory of registry '{self.entry.name}' not found: {self.entry.directory}",
                location=self.entry.location,
                hint="check the path; a relative one in dlctl.yaml is relative to the app",
            )
        return DirectoryTree(folder)
