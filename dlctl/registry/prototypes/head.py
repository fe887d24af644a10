"""Open prototype.yaml and package.yaml, and check their first fields."""

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
    """Raise errors of a registry file as RegistryError."""
    try:
        yield
    except (AppError, FileError) as error:
        raise RegistryError(error.message, location=error.location, hint=error.hint) from error


def file_reader(source: Source, path: Path) -> Reader:
    """Open a file of a registry. Raises AppError, FileError or YamlError."""
    file_exists(path, source.show(path))  # reading a pipe would block forever
    return Reader(load_file(path, source.show(path)))


def check_head(reader: Reader, folder: Path, kind: str) -> None:
    """Check the optional fields `apiVersion`, `kind` and `name`. Raises AppError or RegistryError."""
    reader.header(kind, optional=True)
    name = reader.text("name", folder.name)
    if name != folder.name:
        raise RegistryError(
            f"name '{name}' does not match the folder '{folder.name}'",
            location=reader.place("name"),
            hint="write the name of the folder, or remove 'name'",
        )
