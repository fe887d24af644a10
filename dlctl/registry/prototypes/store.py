"""Prototypes that earlier commands read and checked: one signed file for each, in the cache folder."""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import DecodeError, EncodeError, Struct

from dlctl.errors import Location
from dlctl.files.signed_files import SignedFiles, SignedFolder
from dlctl.files.source_mark import renderer_mark
from dlctl.registry.prototypes.fragments import fragment_folders
from dlctl.registry.prototypes.model import (
    CombinedSchema,
    ParamSpec,
    Prototype,
    Requirement,
    Role,
    Rule,
)
from dlctl.registry.prototypes.source import Source

if TYPE_CHECKING:
    from dlctl.registry.prototypes.stored_list import StoredList

LARGEST_FOLDER = 32 * 2**20
"""The bytes of all files; when one is written, the oldest ones beyond this are deleted."""


class _Stored(Struct, frozen=True):
    """A prototype without what is known of its place."""

    package: str
    summary: str
    description: str
    params: Mapping[str, ParamSpec]
    rules: tuple[Rule, ...]
    requires: tuple[Requirement, ...]
    provides: tuple[str, ...]
    location: Location
    combined_schemas: tuple[CombinedSchema, ...]
    roles: Mapping[str, Role]
    keywords: tuple[str, ...]
    dotted_names: bool = False


class PrototypeStore:
    """The stored prototypes, in a folder that may be deleted at any time. `digest` is that of their files."""

    def __init__(self, folder: SignedFolder) -> None:
        self._folder = folder
        self._files = SignedFiles(folder)

    def read_list(self) -> "StoredList":
        """What a list shows of all stored prototypes."""
        from dlctl.registry.prototypes.stored_list import StoredList

        return StoredList(self._folder)

    def read(self, source: Source, folder: Path, digest: bytes) -> Prototype | None:
        """A prototype as it was read from the same files; None if it is not stored."""
        content = self._files.read(_name(source, folder), _purpose(digest))
        if content is None:
            return None
        from msgspec import msgpack

        try:
            return _prototype(msgpack.decode(content, type=_Stored), source, folder)
        except DecodeError:
            return None

    def write(self, prototype: Prototype, digest: bytes) -> None:
        """Store a prototype, unless it has values of secrets or such that have no form in the file.

        Errors of the disk are ignored.
        """
        from msgspec import msgpack

        if any(spec.secret and spec.shown_schema != spec.schema for spec in prototype.params.values()):
            return
        stored = _Stored(**{name: getattr(prototype, name) for name in _Stored.__struct_fields__})
        try:
            content = msgpack.encode(stored)
        except (EncodeError, TypeError, ValueError, OverflowError, RecursionError):
            return
        self._files.write(_name(prototype.source, prototype.folder), _purpose(digest), content)
        self._files.remove_oldest(LARGEST_FOLDER)


def _prototype(stored: _Stored, source: Source, folder: Path) -> Prototype:
    known = {name: getattr(stored, name) for name in _Stored.__struct_fields__}
    return Prototype(
        name=folder.name,
        folder=folder,
        fragment_folders=fragment_folders(source, folder),
        source=source,
        **known,
    )


def _purpose(digest: bytes) -> str:
    return f"{renderer_mark()} {digest.hex()}"


def _name(source: Source, folder: Path) -> str:
    """A name for a folder and all sources that its locations are shown with."""
    sources = [source, *source.needs(), *((source.base,) if source.base else ())]
    about = [str(folder), *(f"{each.folder}\n{each.shown}\n{each.package}" for each in sources)]
    return hashlib.sha256("\n".join(about).encode("utf-8", "surrogatepass")).hexdigest()[:32] + ".prototype"
