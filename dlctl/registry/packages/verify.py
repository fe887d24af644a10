"""Whether a vendored package still has the content that dlctl.yaml pins.

Cheaply by size, mode and times of each file, compared with a record in the cache that was written when the
whole content was last read and found right; without such a record, or if it differs, the content is read.
"""

import hashlib
import os
import time
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from dlctl.app.package_model import Pin
from dlctl.errors import DlctlError, FileError, Location, RegistryError, joined
from dlctl.files.signed_files import SignedFiles, SignedFolder
from dlctl.registry.packages.content import bad_name, digest_of, file_list, is_part
from dlctl.registry.packages.vendor import check_parents, sum_file

_PURPOSE = "verified"
_CERTAIN_AFTER = 2 * 10**9
"""Nanoseconds after which a file's times tell a later change: within them its time may stay the same."""


class Verifier(Struct, frozen=True):
    """Checks vendored packages of the app at `root`. `whole` always reads their content.

    `records` is a part of the cache that may be deleted at any time; None keeps no records.
    """

    root: Path
    records: SignedFolder | None = None
    whole: bool = False

    def check(self, pin: Pin) -> None:
        """Raise RegistryError if the package is missing or differs; the error names the files."""
        check_present(self.root, pin)
        found = list(_files(self.root / pin.folder, self.root, pin))
        mark = _mark(pin, found)
        records = SignedFiles(self.records) if self.records else None
        name = self._record_name(pin)
        if records and not self.whole and records.read(name, _PURPOSE) == mark:
            return
        self._check_content(pin, found)
        if records and _certain(found):
            records.write(name, _PURPOSE, mark)

    def _check_content(self, pin: Pin, found: "list[_Found]") -> None:
        listed = file_list((file.path, _sha256(file, pin), file.size, file.executable) for file in found)
        if digest_of(listed) != pin.digest:
            raise joined(
                _differences(self.root, pin, listed),
                RegistryError,
                f"package {pin.shown} was changed in vendor/",
            )

    def _record_name(self, pin: Pin) -> str:
        return hashlib.sha256(os.fsencode(self.root.resolve() / pin.folder)).hexdigest()[:32]


def check_present(root: Path, pin: Pin) -> None:
    """Raise RegistryError if the package is not in vendor/."""
    check_parents(root, pin)
    if not (root / pin.folder).is_dir():
        raise RegistryError(
            f"package {pin.shown} is not in vendor/",
            location=pin.location,
            hint="to get it again, run: dlctl pkg restore",
        )


class _Found(Struct, frozen=True):
    path: str
    place: Path
    size: int
    executable: bool
    changed: tuple[int, int, int]


def _files(folder: Path, root: Path, pin: Pin, below: str = "") -> Iterator[_Found]:
    """Every file of the package. Raises RegistryError for a link or a special file."""
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        raise FileError(f"cannot be read: {error.strerror}", location=Location(str(folder))) from error
    for entry in entries:
        path = f"{below}{entry.name}"
        if not is_part(path):
            continue
        if bad_name(entry.name):
            raise _changed(pin, ascii(path)[1:-1], "is not part of the package")
        if entry.is_dir(follow_symlinks=False):
            yield from _files(folder / entry.name, root, pin, f"{path}/")
        elif entry.is_file(follow_symlinks=False):
            found = entry.stat(follow_symlinks=False)
            runs = bool(found.st_mode & 0o100)
            yield _Found(path, folder / entry.name, found.st_size, runs, _times(found))
        else:
            raise _changed(pin, path, "is a link or a special file")


def _times(found: os.stat_result) -> tuple[int, int, int]:
    """What a change of the file changes: no program can set the second one back."""
    return found.st_mtime_ns, found.st_ctime_ns, found.st_ino


def _mark(pin: Pin, found: list[_Found]) -> bytes:
    """What a record has: the digest, and a fingerprint of sizes, modes and times."""
    seen = "\n".join(f"{file.path} {file.size} {file.executable} {file.changed}" for file in found)
    return f"{pin.digest} {hashlib.sha256(seen.encode('utf-8', 'surrogateescape')).hexdigest()}\n".encode()


def _certain(found: list[_Found]) -> bool:
    return all(time.time_ns() - max(file.changed[:2]) > _CERTAIN_AFTER for file in found)


def _sha256(file: _Found, pin: Pin) -> str:
    try:
        return hashlib.sha256(file.place.read_bytes()).hexdigest()
    except OSError as error:
        raise _changed(pin, file.path, f"cannot be read: {error.strerror}") from error


def _differences(root: Path, pin: Pin, listed: str) -> list[DlctlError]:
    """The files that differ, by the file list beside the package; without a list, only that it differs."""
    try:
        stated = sum_file(root, pin).read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        stated = ""
    if digest_of(stated) != pin.digest:
        return [
            RegistryError(
                f"package {pin.shown} does not have the digest that dlctl.yaml specifies",
                location=Location(pin.folder),
                hint="if its files were not meant to change, run: dlctl pkg restore",
            )
        ]
    wanted, found = _by_path(stated), _by_path(listed)
    return [
        _changed(pin, path, _difference(path in wanted, path in found))
        for path in sorted(wanted.keys() | found.keys())
        if wanted.get(path) != found.get(path)
    ]


def _difference(stated: bool, found: bool) -> str:
    if not found:
        return "is missing"
    return "was changed after installation" if stated else "is not part of the package"


def _by_path(listed: str) -> dict[str, str]:
    lines = (line.split(" ", 3) for line in listed.splitlines())
    return {path: f"{sha} {mode}" for sha, mode, _, path in lines}


def _changed(pin: Pin, path: str, problem: str) -> RegistryError:
    return RegistryError(
        f"file of package {pin.shown} {problem}",
        location=Location(f"{pin.folder}/{path}"),
        hint="to undo it, run 'dlctl pkg restore'; to own a prototype, 'dlctl component eject'",
    )
