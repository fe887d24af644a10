"""The files of a commit, read as objects: no checkout, so no hooks, filters, attributes or line ends."""

from collections.abc import Mapping, Sequence

from msgspec import Struct

from dlctl.errors import RegistryError
from dlctl.registry.packages.content import MAX_FILES
from dlctl.registry.packages.tree import Entry, EntryKind
from dlctl.registry.prototypes.source import SHARED
from dlctl.registry.sources.git.repository import Repository

_KINDS = {b"100644": EntryKind.FILE, b"100755": EntryKind.FILE, b"100664": EntryKind.FILE}
_OTHER_KINDS = {b"120000": EntryKind.LINK, b"160000": EntryKind.SUBMODULE}


class GitTree(Struct, frozen=True):
    """The files below the registry's folder in one commit; `ids` has the object of each path."""

    repository: Repository
    revision: str
    listed: tuple[Entry, ...]
    ids: Mapping[str, str]

    @property
    def shown(self) -> str:
        """The repository's URL."""
        return self.repository.url

    def artifact(self, folder: str) -> str:
        """Empty: a package is part of the whole."""
        return ""

    def shared(self, folder: str) -> str:
        """The one folder of what all packages share."""
        return SHARED

    def folders(self) -> tuple[str, ...]:
        """The names of the folders at the registry's root."""
        return tuple(sorted({entry.path.split("/", 1)[0] for entry in self.listed if "/" in entry.path}))

    def entries(self, folder: str) -> tuple[Entry, ...]:
        """Everything below a folder but folders; the sizes are not known before a file is read."""
        found = (entry for entry in self.listed if entry.path.startswith(f"{folder}/"))
        return tuple(entry for _, entry in zip(range(MAX_FILES + 1), found, strict=False))

    def read(self, paths: Sequence[str], limit: int) -> Mapping[str, bytes]:
        """The files among these paths; those that were not fetched yet are fetched together."""
        wanted = {path: self.ids[path] for path in paths if path in self.ids}
        if not wanted:
            return {}
        blobs = self.repository.blobs(dict.fromkeys(wanted.values()))
        missing = [blob.id for blob in blobs if blob.size < 0]
        if missing:
            self.repository.fetch(missing)
            blobs = self.repository.blobs(dict.fromkeys(wanted.values()))
        sizes = {blob.id: max(blob.size, 0) for blob in blobs}
        if sum(sizes[each] for each in wanted.values()) > limit:  # one object may be many files
            raise RegistryError(f"{self.shown}: files have more than {limit:,} bytes together")
        contents = self.repository.contents(blob for blob in blobs if blob.size >= 0)
        return {path: contents[each] for path, each in wanted.items() if each in contents}


def read_tree(repository: Repository, commit: str, path: str) -> GitTree:
    """The files of a folder of a commit that was fetched. Raises RegistryError."""
    listed: list[Entry] = []
    ids: dict[str, str] = {}
    for line in repository.files(commit, path).split(b"\0"):
        if not line:
            continue
        head, _, name = line.partition(b"\t")
        mode, _, identity = head.split(b" ", 2)
        shown = name.decode("utf-8", "backslashreplace")
        kind = _KINDS.get(mode) or _OTHER_KINDS.get(mode, EntryKind.SPECIAL)
        listed.append(Entry(shown, kind, executable=mode == b"100755"))
        if kind is EntryKind.FILE:
            ids[shown] = identity.decode("ascii")
    return GitTree(repository, commit, tuple(listed), ids)
