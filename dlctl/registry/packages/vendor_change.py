"""Changes of an app's vendor/: packages are put there complete or not at all, or taken away."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from msgspec import Struct

from dlctl.app.package_model import VENDOR_FOLDER, Pin
from dlctl.app.write import edit_app
from dlctl.errors import RegistryError
from dlctl.files.folders import place_folder, remove_folder
from dlctl.files.lock import app_lock
from dlctl.files.write import FileChange, change_of
from dlctl.registry.packages.content import Content
from dlctl.registry.packages.vendor import (
    SIGNATURE_SUFFIX,
    SUM_SUFFIX,
    check_parents,
    signature_file,
    sum_file,
)


class Vendored(Struct, frozen=True):
    """A package to put into vendor/: its pin, with the digest, its content, and its signature, if any.

    `signer` is who made the signature, if it was checked.
    """

    pin: Pin
    content: Content
    signature: bytes = b""
    signer: str = ""


def change_packages(
    root: Path, wanted: Sequence[Vendored], compute: Callable[[], Sequence[FileChange]]
) -> tuple[FileChange, ...]:
    """Put packages into vendor/ and write changes, under the app's lock: all of it or nothing.

    Only a kill between the two leaves complete folders that dlctl.yaml does not mention. Raises the errors of
    `edit_app`, and RegistryError if the content does not have the pinned digest.
    """
    placed: list[Path] = []

    def inside() -> Sequence[FileChange]:
        changes = compute()
        for vendored in wanted:
            _place(root, vendored, placed)
        beside = [each for vendored in wanted for each in _changes_beside(root, vendored)]
        return [*beside, *changes]  # dlctl.yaml is the last to be renamed

    try:
        return edit_app(root, inside)
    except BaseException:
        for folder in placed:
            remove_folder(folder)
        raise


def _place(root: Path, vendored: Vendored, placed: list[Path]) -> None:
    """Put one package in its place; if there was none before, add the folder to `placed`."""
    pin, content = vendored.pin, vendored.content
    if content.digest != pin.digest:
        raise RegistryError(f"content of {pin.shown} does not have the digest {pin.digest}")
    folder = root / pin.folder
    check_parents(root, pin)
    if not folder.exists():
        placed.append(folder)
    place_folder(folder, {file.path: (file.data, file.executable) for file in content.files})


def _changes_beside(root: Path, vendored: Vendored) -> Iterator[FileChange]:
    """The changes of the files beside a package: its file list, and its signature."""
    yield change_of(sum_file(root, vendored.pin), vendored.content.file_list.encode())
    yield change_of(signature_file(root, vendored.pin), vendored.signature or None)


def collect(root: Path, used: Callable[[], Sequence[Pin]]) -> tuple[str, ...]:
    """Remove packages from vendor/ that no pin of `used` names, under the app's lock; returns folders.

    Only folders with a file list beside them are removed: dlctl made them. Raises FileError.
    """
    with app_lock(root):
        needed = {pin.folder for pin in used()}
        gone = []
        for listed in sorted((root / VENDOR_FOLDER).glob(f"*/*@*{SUM_SUFFIX}")):
            folder = listed.relative_to(root).as_posix().removesuffix(SUM_SUFFIX)
            if folder not in needed and not listed.parent.is_symlink():
                remove_folder(root / folder)
                listed.unlink()
                listed.with_name(listed.name.removesuffix(SUM_SUFFIX) + SIGNATURE_SUFFIX).unlink(
                    missing_ok=True
                )
                gone.append(folder)
                _remove_empty(listed.parent, root)
    return tuple(gone)


def _remove_empty(folder: Path, root: Path) -> None:
    while folder != root and not any(folder.iterdir()):
        folder.rmdir()
        folder = folder.parent
