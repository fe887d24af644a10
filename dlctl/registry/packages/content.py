"""The content of a package: its files, the checks of their paths, and the digest over them.

The digest is the SHA-256 of the *file list*: one line for each file, in the byte order of the paths,

    <SHA-256 in hex> <x if executable, else -> <size in bytes> <path>\n

as UTF-8. Names that begin with a dot, and `__pycache__`, are not part of a package.
"""

import hashlib
import re
from collections.abc import Iterable, Sequence

from msgspec import Struct

from dlctl.errors import Location, RegistryError
from dlctl.pattern import pattern
from dlctl.registry.packages.tree import Entry, EntryKind
from dlctl.registry.prototypes.source import PROTOTYPE_FILE

MAX_FILES = 5_000
MAX_DEPTH = 8
MAX_PATH = 180
MAX_FILE = 8_000_000
MAX_TOTAL = 64_000_000
_SEGMENT = pattern(r"[A-Za-z0-9_][A-Za-z0-9_.,+=@-]*", re.ASCII)
_RESERVED = pattern(r"(con|prn|aux|nul|com[0-9]|lpt[0-9]|conin\$|conout\$)(\..*)?", re.IGNORECASE)
"""Names that Windows reserves, whatever their extension."""


class ContentFile(Struct, frozen=True):
    """A file of a package: its path in the package, its bytes, and whether it is executable."""

    path: str
    data: bytes
    executable: bool = False


class Content(Struct, frozen=True):
    """All files of a package, sorted by path."""

    files: tuple[ContentFile, ...]

    @property
    def file_list(self) -> str:
        """The text whose SHA-256 is the digest."""
        return file_list(
            (file.path, hashlib.sha256(file.data).hexdigest(), len(file.data), file.executable)
            for file in self.files
        )

    @property
    def prototypes(self) -> dict[str, ContentFile]:
        """The prototype.yaml of each prototype, by name."""
        split = ((file, file.path.split("/")) for file in self.files)
        return {parts[0]: file for file, parts in split if parts[1:] == [PROTOTYPE_FILE]}

    @property
    def digest(self) -> str:
        """The digest, as dlctl.yaml has it."""
        return digest_of(self.file_list)


def content_of(files: Iterable[ContentFile]) -> Content:
    """Content with its files in order."""
    return Content(tuple(sorted(files, key=lambda file: file.path.encode())))


def file_list(files: Iterable[tuple[str, str, int, bool]]) -> str:
    """The file list of files given by path, SHA-256, size and mode."""
    ordered = sorted(files, key=lambda file: file[0].encode())
    return "".join(f"{sha} {'x' if runs else '-'} {size} {path}\n" for path, sha, size, runs in ordered)


def digest_of(listed: str) -> str:
    """The digest of a file list."""
    return f"sha256:{hashlib.sha256(listed.encode()).hexdigest()}"


def is_part(path: str) -> bool:
    """Whether a path is part of a package: no segment is hidden."""
    return not any(part == "__pycache__" or _hidden(part) for part in path.split("/"))


def _hidden(name: str) -> bool:
    return name.startswith(".") and name not in (".", "..")


def checked(entries: Sequence[Entry], shown: str) -> tuple[Entry, ...]:
    """The entries that are part of the package, once their paths, kinds and sizes are known to be harmless.

    Raises RegistryError that names the first bad entry and the problem; `shown` is the package's
    place.
    """
    kept = tuple(entry for entry in entries if is_part(entry.path))
    if len(kept) > MAX_FILES:
        raise RegistryError(f"package has more than {MAX_FILES:,} files", location=Location(shown))
    folded: dict[str, str] = {}
    for entry in kept:
        problem = _problem(entry) or _clash(entry.path, folded)
        if problem:
            raise _refused(entry, problem, shown)
    total = sum(entry.size for entry in kept)
    if total > MAX_TOTAL:
        raise RegistryError(f"package has more than {MAX_TOTAL:,} bytes", location=Location(shown))
    return kept


def _refused(entry: Entry, problem: str, shown: str) -> RegistryError:
    return RegistryError(
        f"package is refused: '{entry.path[:MAX_PATH]}' {problem}",
        location=Location(shown),
        hint="nothing was installed; report it to the owner of the registry",
    )


def _problem(entry: Entry) -> str:
    """What is wrong with an entry; empty if nothing is."""
    parts = entry.path.split("/")
    if entry.path.startswith("/"):
        return "is an absolute path"
    if any(part in ("", ".", "..") for part in parts):
        return "points outside the package"
    if entry.kind is not EntryKind.FILE:
        return f"is a {entry.kind.value}, not a file"
    if len(entry.path) > MAX_PATH:
        return f"has a path of more than {MAX_PATH} characters"
    if len(parts) > MAX_DEPTH:
        return f"is nested more than {MAX_DEPTH} folders deep"
    if entry.size > MAX_FILE:
        return f"has more than {MAX_FILE:,} bytes"
    return next((problem for part in parts if (problem := bad_name(part))), "")


def bad_name(name: str) -> str:
    """What is wrong with the name of a file or folder; empty if nothing is."""
    if not _SEGMENT.fullmatch(name):
        return "has a name with characters other than letters, digits and _ . , + = @ -"
    if name.endswith("."):
        return "has a name that ends with a dot, which Windows does not keep"
    if _RESERVED.fullmatch(name):
        return "has a name that Windows reserves"
    return ""


def _clash(path: str, folded: dict[str, str]) -> str:
    """Whether the path, or a folder in it, differs from an earlier one only in case, or is listed twice.

    `folded` maps the folded paths of files, and of folders with a final `/`, to how they were first written.
    """
    parts = path.split("/")
    for length in range(1, len(parts)):
        folder = "/".join(parts[:length])
        other = folded.setdefault(f"{folder.casefold()}/", folder)
        other = folded.get(folder.casefold(), other)
        if other != folder or folder.casefold() in folded:
            return f"clashes with '{other}': some file systems do not tell them apart"
    other = folded.setdefault(path.casefold(), path)
    if other != path or f"{path.casefold()}/" in folded:
        return f"clashes with '{other}': some file systems do not tell them apart"
    return ""
