"""What goes into the engine and what comes out of it, and how its files name one another."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dlctl.errors import Location


@dataclass(frozen=True, slots=True)
class TemplateSet:
    """Where a prototype's templates are.

    `folder` holds `*.yaml.j2` (rendered), `*.yaml` (taken as it is) and other `*.j2` (text);
    `fragment_folders` are searched in order. `shown` says how errors name a file.
    """

    folder: Path
    fragment_folders: tuple[Path, ...] = ()
    shown: Callable[[Path], str] = field(default=str, compare=False)


@dataclass(frozen=True, slots=True)
class Rendered:
    """One YAML document of a template as a JSON value, and where it starts."""

    value: Any
    location: Location


@dataclass(frozen=True, slots=True)
class Reference:
    """Another file that a template names: `kind` is include, fragment or text."""

    kind: str
    name: str
    location: Location
