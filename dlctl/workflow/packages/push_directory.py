"""Store a package in a registry in a directory: whole, or not at all."""

from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct

from dlctl.errors import Location, RegistryError
from dlctl.files.folders import new_folder, place_folder, remove_folder
from dlctl.files.write import FileChange, change_of, edit_files
from dlctl.registry.packages.content import MAX_TOTAL, ContentFile
from dlctl.registry.packages.metadata import REGISTRY_FILE
from dlctl.registry.packages.offer import content, read_offer
from dlctl.registry.prototypes.source import SHARED
from dlctl.registry.sources.directory import DirectoryTree
from dlctl.workflow.packages.push import REGISTRY_YAML, Package, Pushed


class DirectoryTarget(Struct, frozen=True):
    """A registry in a directory, which is created if it does not exist or is empty."""

    folder: Path
    shown: str

    def push(self, package: Package, *, dry_run: bool) -> Pushed:
        """Put the package into `NAME@VERSION/`, under a lock. Raises RegistryError or FileError."""
        place = f"{self.shown}/{package.folder}"
        if dry_run:
            return Pushed(package, place, self._is_new(package))
        new = False
        placed: list[Path] = []

        def inside() -> Sequence[FileChange]:
            nonlocal new
            new = self._is_new(package)
            return self._write(package, placed) if new else []

        with new_folder(self.folder):
            try:
                edit_files(self.folder, inside)
            except BaseException:
                for folder in placed:
                    remove_folder(folder)
                raise
        return Pushed(package, place, new)

    def _is_new(self, package: Package) -> bool:
        """Whether the package is not there yet. Raises RegistryError if it cannot be pushed."""
        if self._is_empty():
            return True
        offer = read_offer(self.shown, DirectoryTree(self.folder))
        for offered in offer.versions(package.metadata.name):
            if offered.version == package.metadata.version:
                self._refuse_other_content(content(offer, offered).digest, package)
                return False
        shared = _shared_of(self.folder)
        if (offer.packages or shared) and shared != _shared_files(package):
            raise RegistryError(
                f"{self.shown}/{SHARED} differs from what package {package.folder} was written with",
                hint=f"what is in {SHARED} is part of each package: make both equal first",
            )
        if (self.folder / package.folder).exists():
            raise RegistryError(
                "exists, and is not this package", location=Location(f"{self.shown}/{package.folder}")
            )
        return True

    def _is_empty(self) -> bool:
        if not self.folder.is_dir():
            return True
        return all(path.name.startswith(".") for path in self.folder.iterdir())

    def _refuse_other_content(self, digest: str, package: Package) -> None:
        if digest != package.content.digest:
            raise RegistryError(
                f"{self.shown} has {package.folder} with other content: {digest}",
                hint="versions never change: give the package a new version in package.yaml",
            )

    def _write(self, package: Package, placed: list[Path]) -> list[FileChange]:
        """Put folders in place, each whole; the change that makes the directory a registry comes last."""
        shared = _shared_files(package)
        if shared and not (self.folder / SHARED).exists():
            self._place(SHARED, shared, placed)
        own = [file for file in package.content.files if not file.path.startswith(f"{SHARED}/")]
        self._place(package.folder, {file.path: file for file in own}, placed)
        path = self.folder / REGISTRY_FILE
        return [] if path.exists() else [change_of(path, REGISTRY_YAML.encode())]

    def _place(self, name: str, files: dict[str, ContentFile], placed: list[Path]) -> None:
        placed.append(self.folder / name)
        place_folder(self.folder / name, {path: (file.data, file.executable) for path, file in files.items()})


def _shared_files(package: Package) -> dict[str, ContentFile]:
    """What the package shares with others, by path in the folder for it."""
    prefix = f"{SHARED}/"
    found = (file for file in package.content.files if file.path.startswith(prefix))
    return {
        path: ContentFile(path, file.data, file.executable)
        for file in found
        if (path := file.path.removeprefix(prefix))
    }


def _shared_of(folder: Path) -> dict[str, ContentFile]:
    """The same of a registry."""
    tree = DirectoryTree(folder)
    runs = {entry.path: entry.executable for entry in tree.entries(SHARED)}
    data = tree.read(tuple(runs), MAX_TOTAL)
    names = {path: path.removeprefix(f"{SHARED}/") for path in data}
    return {names[path]: ContentFile(names[path], data[path], runs[path]) for path in data}
