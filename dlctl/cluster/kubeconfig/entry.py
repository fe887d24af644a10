"""A named entry of a kubeconfig file, with the locations of its values."""

import base64
import binascii
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct

from dlctl.errors import KubeconfigError, Location
from dlctl.text import type_name
from dlctl.yamlio.limited import read_limited
from dlctl.yamlio.load import Document
from dlctl.yamlio.places import YamlPath

_TRUE = frozenset({"y", "yes", "true", "on"})
_FALSE = frozenset({"n", "no", "false", "off"})
"""kubectl reads YAML 1.1, where these are booleans."""


class Entry(Struct, frozen=True):
    """A cluster, user or context of a kubeconfig, with its `fields` as written.

    `folder` is the folder of the file: relative paths start there (client-go, loader.go,
    ResolveLocalPaths).
    """

    kind: str
    name: str
    fields: Mapping[str, Any]
    folder: Path
    document: Document
    path: YamlPath = ()

    def location(self, *path: str | int) -> Location:
        """The location of a field of this entry, or of the entry itself."""
        return self.document.location((*self.path, *path))

    def text(self, key: str) -> str:
        """A string field; empty if missing or null. Raises KubeconfigError for other types."""
        value = self.fields.get(key)
        if value is None:
            return ""
        if not isinstance(value, str):
            raise self.error(
                f"'{key}' must be a string, found {type_name(value)}", key, hint="put it in quotes"
            )
        return value

    def flag(self, key: str) -> bool:
        """A boolean field; false if missing. Raises KubeconfigError for other types."""
        value = self.fields.get(key)
        if value is None or isinstance(value, bool):
            return bool(value)
        word = str(value).lower()
        if word not in _TRUE | _FALSE:
            raise self.error(f"'{key}' must be true or false", key)
        return word in _TRUE

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of strings; empty if missing. Raises KubeconfigError for other types."""
        value = self.fields.get(key) or []
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self.error(f"'{key}' must be a list of strings", key)
        return tuple(value)

    def mapping(self, key: str) -> Mapping[str, Any]:
        """A mapping; empty if missing. Raises KubeconfigError for other types."""
        value = self.fields.get(key)
        if value is None:
            return {}
        if not isinstance(value, dict):
            raise self.error(f"'{key}' must be a mapping, found {type_name(value)}", key)
        return value

    def file(self, key: str) -> Path | None:
        """The absolute path of the file that `key` names, or None. `~` is not expanded."""
        value = self.text(key)
        return self.folder / value if value else None

    def read(self, key: str) -> bytes:
        """The bytes of the file that `key` names. Raises KubeconfigError if it cannot be read."""
        path = self.file(key)
        if path is None:
            return b""
        try:
            return read_limited(path)
        except OSError as error:
            message = f"the {key} of {self} cannot be read: {path}: {error.strerror}"
            raise self.error(message, key) from error

    def decoded(self, key: str) -> bytes:
        """The decoded bytes of a field. Raises KubeconfigError, without the value, if it is not base64."""
        text = self.text(key)
        try:
            # Go's decoder skips line ends and rejects all other invalid characters.
            return base64.b64decode(text.replace("\n", "").replace("\r", ""), validate=True)
        except (binascii.Error, ValueError) as error:
            raise self.error(f"the {key} of {self} is not valid base64", key) from error

    def error(self, message: str, *path: str | int, hint: str | None = None) -> KubeconfigError:
        """An error about a field of this entry, with its location."""
        return KubeconfigError(message, location=self.location(*path), hint=hint)

    def __str__(self) -> str:
        return f"{self.kind} '{self.name}'"
