"""A git repository as the source of a registry."""

import hashlib

from msgspec import Struct
from msgspec.structs import replace

from dlctl.app.package_keys import COMMIT
from dlctl.app.package_model import RegistryEntry
from dlctl.errors import RegistryError
from dlctl.registry.sources.git.repository import Ref, Repository
from dlctl.registry.sources.git.tree import GitTree, read_tree
from dlctl.registry.sources.location import check_path, check_ref, git_place
from dlctl.registry.sources.protocol import Surroundings

TAGS = (
    "{package}/v{version}",
    "{package}/{version}",
    "{package}-v{version}",
    "{package}-{version}",
    "{package}@v{version}",
    "{package}@{version}",
    "v{version}",
    "{version}",
)
"""The names that a tag of a version may have: the first that there is counts."""


class GitSource(Struct, frozen=True):
    """A registry in a git repository; what is fetched lies in the surroundings' scratch folder."""

    entry: RegistryEntry
    surroundings: Surroundings

    def newest(self) -> RegistryEntry:
        """The entry with the commit that its ref names now.

        Raises RegistryError if it cannot be read, or if the ref is a tag that named another commit before.
        """
        entry = replace(self.entry, from_browser=False)
        if COMMIT.fullmatch(entry.ref):
            return replace(entry, commit=entry.ref)
        if self.entry.from_browser:
            return self._split()
        found = self._checked(self._repository().resolve(entry.ref))
        if found.is_tag and self.entry.commit not in ("", found.commit):
            raise RegistryError(
                f"tag '{self.entry.ref}' of registry '{self.entry.name}' was changed: it was commit "
                f"{self.entry.commit[:12]}, and is {found.commit[:12]} now",
                location=self.entry.location,
                hint="tags should never change; ask the owner. To accept it, remove 'commit' in dlctl.yaml",
            )
        return replace(entry, commit=found.commit)

    def tagged(self, package: str, version: str) -> str:
        """The commit of the tag that names a version of a package; empty if there is none.

        Raises RegistryError.
        """
        names = [form.format(package=package, version=version) for form in TAGS]
        found = self._repository().first(names, tags_only=True)
        return self._checked(found).commit if found else ""

    def _split(self) -> RegistryEntry:
        """The entry of a URL as in a browser, whose ref may have a `/`: the longest ref that there is."""
        text = f"{self.entry.ref}/{self.entry.path}".rstrip("/")
        found = self._checked(self._repository().split(text))
        path = text.removeprefix(found.name).strip("/")
        return replace(self.entry, ref=found.name, path=path, commit=found.commit, from_browser=False)

    def _checked(self, found: Ref) -> Ref:
        if not COMMIT.fullmatch(found.commit):
            raise RegistryError(f"{self.entry.git}: the server's response is not a commit")
        return found

    def tree(self, revision: str = "") -> GitTree:
        """The files at the entry's commit, or at another one. Raises RegistryError."""
        commit = revision or self.entry.commit or self.newest().commit
        repository = self._repository(commit)
        if not repository.folder.exists():
            repository.create(commit)
        return read_tree(repository, commit, self.entry.path)

    def _repository(self, commit: str = "") -> Repository:
        self._check_entry()
        mark = hashlib.sha256(f"{self.entry.git}\n{commit}".encode()).hexdigest()[:32]
        around = self.surroundings
        return Repository(self.entry.git, around.scratch / mark, around.environ, around.timeout, around.emit)

    def _check_entry(self) -> None:
        """Check what dlctl.yaml states, as if it was written on the command line. Raises UsageError."""
        place = git_place(self.entry.git)
        if place is None or place.ref or place.path:
            raise RegistryError(
                f"'{self.entry.git}' is not the URL of a git repository",
                location=self.entry.location,
                hint="write a URL, and 'ref' and 'path' beside it",
            )
        check_ref(self.entry.ref)
        check_path(self.entry.path)
