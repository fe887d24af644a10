"""The engine's input."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class TemplateSet:
    """The folders of a prototype's templates.

    `folder` has `*.yaml.j2` (YAML templates), `*.yaml` (used unchanged) and other `*.j2` (text templates);
    `fragment_folders` are searched in order. `shown` returns a file's name in errors.
    """

    folder: Path
    fragment_folders: tuple[Path, ...] = ()
    shown: Callable[[Path], str] = field(default=str, compare=False)
