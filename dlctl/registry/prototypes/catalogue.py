"""The catalogue of prototypes that an app can use; each is loaded when needed."""

from collections.abc import Sequence
from pathlib import Path

from dlctl.app.reader import Reader
from dlctl.errors import Location, RegistryError
from dlctl.events import Emit, Note, no_events
from dlctl.files.code_folder import CodeFolder
from dlctl.registry.prototypes.load import load_prototype
from dlctl.registry.prototypes.model import Package, Prototype
from dlctl.registry.prototypes.package import load_package
from dlctl.registry.prototypes.source import Source, sources_of
from dlctl.suggest import did_you_mean


class Catalogue:
    """Prototypes by name. An app's own prototype wins over a built-in one of the same name.

    `bytecode_folder` caches their compiled templates between processes.
    `emit` gets a note for each built-in prototype that is replaced.
    """

    def __init__(
        self, sources: Sequence[Source], bytecode_folder: CodeFolder | None = None, emit: Emit = no_events
    ) -> None:
        self.bytecode_folder = bytecode_folder
        self._folders: dict[str, tuple[Source, Path]] = {}
        self._loaded: dict[str, Prototype] = {}
        self._packages: dict[Path, Package] = {}
        self._group_files: dict[Path, Reader] = {}
        for source in sources:
            self._add(source, emit)

    def _add(self, source: Source, emit: Emit) -> None:
        for name, folder in source.prototypes().items():
            if name in self._folders:
                shown = self._folders[name][0].show(self._folders[name][1])
                emit(Note(f"{shown} is used instead of the built-in prototype '{name}'"))
            else:
                self._folders[name] = (source, folder)

    @property
    def names(self) -> tuple[str, ...]:
        """All names, sorted."""
        return tuple(sorted(self._folders))

    def find(self, name: str, asked_by: Location | None = None) -> Prototype:
        """The prototype of this name, or of `package/name`.

        Raises RegistryError if there is none (the hint suggests the nearest name) or if it is not valid.
        """
        package, _, short = name.rpartition("/")
        if short not in self._folders or package not in ("", self._folders[short][1].parent.name):
            raise RegistryError(
                f"prototype '{name}' not found",
                location=asked_by,
                hint=did_you_mean(short, self.names, "'dlctl prototype list' lists all prototypes"),
            )
        if short not in self._loaded:
            self.package_of(short)  # report errors of its package.yaml first
            self._loaded[short] = load_prototype(*self._folders[short], self._group_files)
        return self._loaded[short]

    def package_of(self, name: str) -> Package:
        """The package of a known prototype. Raises RegistryError if its package.yaml is invalid."""
        source, folder = self._folders[name]
        if folder.parent not in self._packages:
            self._packages[folder.parent] = load_package(source, folder.parent)
        return self._packages[folder.parent]

    def all(self) -> tuple[Prototype, ...]:
        """Every prototype, sorted by package and name."""
        loaded = (self.find(name) for name in self.names)
        return tuple(sorted(loaded, key=lambda prototype: (prototype.package, prototype.name)))


def catalogue_of(
    prototypes_folder: Path, bytecode_folder: CodeFolder | None = None, emit: Emit = no_events
) -> Catalogue:
    """The catalogue of an app; `prototypes_folder` holds the app's own prototypes and may not exist."""
    return Catalogue(sources_of(prototypes_folder), bytecode_folder, emit)
