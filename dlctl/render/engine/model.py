"""The engine's input and output, and references between template files."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from msgspec import Struct

from dlctl.errors import Location


@dataclass(frozen=True, slots=True)
class TemplateSet:
    """The folders of a prototype's templates.

    `folder` has `*.yaml.j2` (YAML templates), `*.yaml` (used unchanged) and other `*.j2` (text templates);
    `fragment_folders` are searched in order. `shown` returns a file's name in errors.
    """

    folder: Path
    fragment_folders: tuple[Path, ...] = ()
    shown: Callable[[Path], str] = field(default=str, compare=False)


class Rendered(Struct, frozen=True):
    """One rendered YAML document as a JSON value, and the location of its start.

    While scalars are marked as secret, `secret_fields` is empty; it has their places when they no longer are.
    """

    value: Any
    location: Location
    secret_fields: tuple[tuple[str, ...], ...] = ()


class Reference(Struct, frozen=True):
    """A template's reference to another file: `kind` is include, fragment or text."""

    kind: str
    name: str
    location: Location
