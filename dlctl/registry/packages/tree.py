"""The files of a registry as its source offers them, before any check: the protocol of sources."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Protocol

from msgspec import Struct


class EntryKind(StrEnum):
    """What an entry of a tree is; only a FILE is ever read."""

    FILE = "file"
    LINK = "symbolic link"
    HARD_LINK = "hard link"
    SUBMODULE = "submodule"
    SPECIAL = "special file"


class Entry(Struct, frozen=True):
    """An entry of a tree: its path below the tree's root, with `/`, as the source states it."""

    path: str
    kind: EntryKind
    size: int = 0
    executable: bool = False


class Tree(Protocol):
    """One state of a registry. Paths come from the source unchecked: `content` checks them."""

    @property
    def revision(self) -> str:
        """The commit; empty for a directory."""
        ...

    @property
    def shown(self) -> str:
        """The registry's place, for errors."""
        ...

    def artifact(self, folder: str) -> str:
        """The digest of a package's own manifest; empty where packages have none."""
        ...

    def shared(self, folder: str) -> str:
        """The folder of what the package in a folder shares with others."""
        ...

    def folders(self) -> tuple[str, ...]:
        """The names of the folders at the root, sorted. Raises RegistryError."""
        ...

    def entries(self, folder: str) -> tuple[Entry, ...]:
        """Everything below a folder of the root but folders themselves; empty if there is none.

        Raises RegistryError, also if there are more than `content.MAX_FILES` entries.
        """
        ...

    def read(self, paths: Sequence[str], limit: int) -> Mapping[str, bytes]:
        """The files among these paths; what does not exist or is no file is left out.

        Raises RegistryError if they have more than `limit` bytes together.
        """
        ...
