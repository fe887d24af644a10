"""Shared parsing of prototype.yaml and package.yaml: opening, and the header."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

from dlctl.app.reader import Reader
from dlctl.errors import AppError, FileError, RegistryError
from dlctl.files.presence import file_exists
from dlctl.registry.prototypes.source import Source
from dlctl.yamlio.load import load_file


@contextlib.contextmanager
def registry_errors() -> Iterator[None]:
    """Convert errors of a registry's file to RegistryError."""
    try:
        yield
    except (AppError, FileError) as error:
        raise RegistryError(error.message, location=error.location, hint=error.hint) from error


def file_reader(source: Source, path: Path) -> Reader:
    """Open a file of a registry. Raises AppError, FileError or YamlError."""
    file_exists(path, source.show(path))  # reading a pipe would block forever
    return Reader(load_file(path, source.show(path)))


def check_head(reader: Reader, folder: str, kind: str) -> None:
    """Raise an error if `apiVersion`, `kind` or `name` is present and wrong."""
    reader.header(kind, optional=True)
    name = reader.text("name", folder)
    if name != folder:
        raise RegistryError(
            f"name '{name}' does not match the folder '{folder}'",
            location=reader.place("name"),
            hint="use the folder's name, or remove 'name'",
        )
