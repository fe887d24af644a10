"""Sources of prototypes: the app's own folder, and the built-in prototypes."""

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from dlctl.errors import Location, RegistryError
from dlctl.files.presence import folders_in, is_present

PACKAGE_FILE = "package.yaml"
PROTOTYPE_FILE = "prototype.yaml"
SHARED = "_shared"
CRDS = "crds"
READINESS = "readiness"
RESERVED_FOLDERS = frozenset({"groups", "fragments", CRDS, READINESS})
_NO_PROTOTYPE = frozenset({*RESERVED_FOLDERS, SHARED})
BUILTIN = "builtin"
"""The registry of the built-in prototypes."""


def _unchecked() -> None:
    """The check of a source whose files may change at any time."""


@dataclass(frozen=True, slots=True)
class Source:
    """A folder of packages, or of one `package`. `shown` is its name in errors and locations.

    Groups and fragments that are not in its `_shared` folder are looked up in `base`. An installed package
    has a `registry` and a `version`; `check` raises RegistryError if its files were changed, and `needs`
    returns the packages that it depends on, whose groups and fragments it can use.
    """

    folder: Path
    shown: str
    builtin: bool
    base: "Source | None" = None
    registry: str = ""
    package: str = ""
    version: str = ""
    digest: str = ""
    shadow: bool = False
    check: Callable[[], None] = field(default=_unchecked, compare=False, repr=False)
    needs: "Callable[[], tuple[Source, ...]]" = field(default=tuple, compare=False, repr=False)

    def prototypes(self) -> dict[str, Path]:
        """The folder of each prototype by name, sorted; for a repeated name, that of the first package.

        Raises FileError if a folder cannot be read.
        """
        found: dict[str, Path] = {}
        top = str(self.folder)
        names = () if self.package else folders_in(top, follow=True)
        packages = [top] if self.package else [f"{top}/{name}" for name in names if name != SHARED]
        for package in packages:
            for name in folders_in(package, follow=not self.package):
                if name not in _NO_PROTOTYPE and is_present(f"{package}/{name}/{PROTOTYPE_FILE}"):
                    found.setdefault(name, Path(package, name))
        return found

    @property
    def shared_folders(self) -> tuple[Path, ...]:
        """The folders of shared groups and fragments, nearest first."""
        needed = (folder for other in self.needs() for folder in (other.folder, other.folder / SHARED))
        return (self.folder / SHARED, *needed, *(self.base.shared_folders if self.base else ()))

    def package_of(self, folder: Path) -> str:
        """The name of the package of a prototype's folder."""
        return self.package or folder.parent.name

    def show(self, path: Path) -> str:
        """The name in errors of a path below this folder or below `base`."""
        if not path.is_relative_to(self.folder):
            others = (*self.needs(), *((self.base,) if self.base else ()))
            owner = next((other for other in others if path.is_relative_to(other.folder)), self.base)
            if owner:
                return owner.show(path)
        below = path.relative_to(self.folder).as_posix()
        return f"{self.shown}{below}" if self.shown.endswith(":") else f"{self.shown}/{below}"


def builtin_source() -> Source:
    """The built-in prototypes: in the wheel, or in the checkout of an editable install."""
    package = Path(__file__).resolve().parents[2]
    shipped = package / "_prototypes"
    folder = shipped if shipped.is_dir() else package.parent / "prototypes"
    return Source(folder, f"{BUILTIN}:", builtin=True, registry=BUILTIN)


def _refuse_links_out(prototypes: Path) -> None:
    """Raise RegistryError where the folder, a package or a prototype is a link that leads out of the app."""
    app = prototypes.parent.resolve()
    for folder in (prototypes, *prototypes.glob("*"), *prototypes.glob("*/*")):
        if folder.is_symlink() and folder.is_dir() and not folder.resolve().is_relative_to(app):
            raise RegistryError(
                "symbolic link points outside the app",
                location=Location(folder.relative_to(prototypes.parent).as_posix()),
                hint="copy the folder into the app, or make it a registry: dlctl registry add NAME FOLDER",
            )


def sources_of(prototypes_folder: Path) -> tuple[Source, ...]:
    """The app's own folder, then the built-in one; if both are the same folder, it is listed once."""
    builtin = builtin_source()
    own = Source(
        prototypes_folder,
        prototypes_folder.name,
        builtin=False,
        base=builtin,
        check=partial(_refuse_links_out, prototypes_folder),
    )
    if not os.path.lexists(prototypes_folder):
        return (builtin,)
    if prototypes_folder.resolve() == builtin.folder.resolve():
        return (Source(prototypes_folder, prototypes_folder.name, builtin=True, registry=BUILTIN),)
    return own, builtin
