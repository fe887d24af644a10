"""What prototype.yaml and package.yaml have in common: how they are opened, and how they start."""

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
    """Raise what is wrong with a file of a registry as a RegistryError."""
    try:
        yield
    except (AppError, FileError) as error:
        raise RegistryError(error.message, location=error.location, hint=error.hint) from error


def file_reader(source: Source, path: Path) -> Reader:
    """A file of a registry. Raises AppError, FileError or YamlError."""
    file_exists(path, source.show(path))  # reading a pipe would block forever
    return Reader(load_file(path, source.show(path)))


def check_head(reader: Reader, folder: Path, kind: str, what: str) -> None:
    """Raise an error where `apiVersion`, `kind` or `name` is stated, and is not that of such a file here."""
    reader.header(kind, what, optional=True)
    name = reader.text("name", folder.name)
    if name != folder.name:
        raise RegistryError(
            f"'{name}' is not the name of its folder, which is '{folder.name}'",
            location=reader.place("name"),
            hint="the folder's name counts: write the same here, or leave 'name' out",
        )
