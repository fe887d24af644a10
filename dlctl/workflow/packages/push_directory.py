"""Store a package in a registry in a directory: whole, or not at all."""

from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from dlctl.errors import Location, RegistryError
from dlctl.files.folders import new_folder, place_folder, remove_folder
from dlctl.files.write import FileChange, change_of, edit_files
from dlctl.registry.packages.content import MAX_TOTAL, ContentFile
from dlctl.registry.packages.metadata import REGISTRY_FILE
from dlctl.registry.packages.offer import content, read_offer
from dlctl.registry.packages.vendor import SIGNATURE_SUFFIX
from dlctl.registry.prototypes.source import SHARED
from dlctl.registry.signatures.ssh_format import with_signatures
from dlctl.registry.sources.directory import DirectoryTree
from dlctl.workflow.packages.push import REGISTRY_YAML, Package, Pushed


class DirectoryTarget(Struct, frozen=True):
    """A registry in a directory, which is created if it does not exist or is empty."""

    folder: Path
    shown: str

    def push(self, package: Package, *, dry_run: bool) -> Pushed:
        """Put the package into `NAME@VERSION/`, under a lock. Raises RegistryError or FileError."""
        if dry_run:
            there = self._there(package)
            return self._pushed(package, there, self._signature(package, there or package.folder))
        found = ""
        signed: list[FileChange] = []
        placed: list[Path] = []

        def inside() -> Sequence[FileChange]:
            nonlocal found, signed
            found = self._there(package)
            signed = self._signature(package, found or package.folder)
            return [*signed, *([] if found else self._write(package, placed))]

        with new_folder(self.folder):
            try:
                edit_files(self.folder, inside)
            except BaseException:
                for folder in placed:
                    remove_folder(folder)
                raise
        return self._pushed(package, found, signed)

    def _pushed(self, package: Package, found: str, signed: Sequence[FileChange]) -> Pushed:
        place = f"{self.shown}/{found or package.folder}"
        return Pushed(package, place, not found, signature=f"{place}{SIGNATURE_SUFFIX}" if signed else "")

    def _signature(self, package: Package, folder: str) -> list[FileChange]:
        """The change that puts the signatures beside the folder. Raises RegistryError or FileError."""
        change = change_of(self.folder / f"{folder}{SIGNATURE_SUFFIX}", package.signature)
        if not package.signature or change.before == change.after:
            return []
        if change.before is None:
            return [change]
        both = with_signatures(change.before, package.signature)
        if both is None:
            raise RegistryError(
                "the registry has other signatures, which cannot be kept beside these",
                location=Location(f"{self.shown}/{folder}{SIGNATURE_SUFFIX}"),
                hint="remove the file, or the one beside the package",
            )
        return [replace(change, after=both)] if both != change.before else []

    def _there(self, package: Package) -> str:
        """The folder that has the package; empty if none has. Raises RegistryError if it cannot be pushed."""
        if self._is_empty():
            return ""
        offer = read_offer(self.shown, DirectoryTree(self.folder))
        for offered in offer.versions(package.metadata.name):
            if offered.version == package.metadata.version:
                self._refuse_other_content(content(offer, offered).digest, package)
                return offered.folder
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
        return ""

    def _is_empty(self) -> bool:
        if not self.folder.is_dir():
            return True
        return all(path.name.startswith(".") for path in self.folder.iterdir())

    def _refuse_other_content(self, digest: str, package: Package) -> None:
        if digest != package.content.digest:
            raise RegistryError(
                f"{self.shown} has {package.folder} with different content: {digest}",
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
