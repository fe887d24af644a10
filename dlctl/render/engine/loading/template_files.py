"""Template files: read when loading; nothing is read while a template runs."""

from collections.abc import Callable
from pathlib import Path

from msgspec import Struct

from dlctl.errors import DlctlError, Location, RenderError
from dlctl.files.presence import walk
from dlctl.render.engine.skeleton.tokens import CLOSE, OPEN
from dlctl.yamlio.load import read_text

YAML_TEMPLATE = ".yaml.j2"
TEMPLATE = ".j2"
STATIC = ".yaml"
PARTIAL = "_"
"""Name prefix of YAML templates that are only included by others."""
MAX_TEMPLATE = 1_000_000
"""The most characters of one template."""
_WRONG_ENDINGS = (".yml", ".yml.j2", ".yaml.jinja", ".yaml.jinja2")


class TemplateFile(Struct, frozen=True):
    """One file: `name` is its path in its folder, `shown` its name in errors."""

    name: str
    path: Path
    shown: str
    text: str

    @property
    def is_text(self) -> bool:
        """Whether it is a text template."""
        return is_text(self.name)

    @property
    def is_document(self) -> bool:
        """Whether it renders objects itself and is not only included."""
        last = self.name.rpartition("/")[2]
        return self.name.endswith((YAML_TEMPLATE, STATIC)) and not last.startswith(PARTIAL)


def is_text(name: str) -> bool:
    """Whether a file of this name is a text template."""
    return name.endswith(TEMPLATE) and not name.endswith(YAML_TEMPLATE)


def read_folder(
    folder: Path, shown: Callable[[Path], str], problems: list[DlctlError]
) -> dict[str, TemplateFile]:
    """The templates and YAML files in a folder and its subfolders, by name; hidden ones are skipped.

    Files that cannot be used are added to `problems`, and so is the folder if it is a link. Raises FileError
    if a folder cannot be read.
    """
    found: dict[str, TemplateFile] = {}
    if folder.is_symlink():
        problems.append(_not_followed(shown(folder)))
        return found
    root = folder.resolve()
    for path in _paths(folder, shown):
        name = path.relative_to(folder).as_posix()
        try:
            if path.is_symlink() and path.is_dir():
                raise _not_followed(shown(path))
            if name.endswith(_WRONG_ENDINGS):
                problems.append(_wrong_ending(shown(path), name))
            elif name.endswith((TEMPLATE, STATIC)):
                found[name] = _read(path, root, name, shown(path))
        except DlctlError as error:
            problems.append(error)
    return found


def _paths(folder: Path, shown: Callable[[Path], str]) -> list[Path]:
    """Files, and links to folders, in a folder and below it."""
    return sorted(
        at / name
        for at, folders, files in walk(folder, shown)
        for name in (*files, *(name for name in folders if (at / name).is_symlink()))
    )


def _not_followed(shown: str) -> RenderError:
    return RenderError("symbolic links to folders are not followed", location=Location(shown))


def _wrong_ending(shown: str, name: str) -> RenderError:
    stem = name.rpartition("/")[2].split(".")[0]
    return RenderError(
        "unsupported template extension",
        location=Location(shown),
        hint=f"name it {stem}.yaml.j2, or {stem}.txt.j2 for a text template",
    )


def _read(path: Path, root: Path, name: str, shown: str) -> TemplateFile:
    if not path.is_file():
        broken = path.is_symlink() and not path.exists()
        raise RenderError("broken symbolic link" if broken else "not a file", location=Location(shown))
    if not path.resolve().is_relative_to(root):
        raise RenderError("symbolic link points outside its folder", location=Location(shown))
    text = read_text(path, shown).removeprefix("\ufeff")
    if name.endswith(TEMPLATE):
        if len(text) > MAX_TEMPLATE:
            raise RenderError(f"template has more than {MAX_TEMPLATE:,} characters", location=Location(shown))
        place = max(text.find(OPEN), text.find(CLOSE))
        if place >= 0:
            line = text.count("\n", 0, place) + 1
            raise RenderError(
                "the private-use characters U+E000 and U+E001 are reserved",
                location=Location(shown, line),
                hint='write them as an expression: `{{ "\\ue000" }}`',
            )
    return TemplateFile(name, path, shown, text)
