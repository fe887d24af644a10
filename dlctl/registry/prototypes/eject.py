"""Copy a prototype into an app, with the groups and fragments that it uses."""

import os
from collections.abc import Iterable
from pathlib import Path

from dlctl.app.discover import APP_FILE
from dlctl.app.edit import set_in
from dlctl.app.find import find_component
from dlctl.app.model import App
from dlctl.app.names import check_name
from dlctl.errors import RegistryError
from dlctl.files.presence import read_file, walk
from dlctl.files.write import FileChange
from dlctl.pattern import pattern
from dlctl.registry.prototypes.catalogue import Catalogue
from dlctl.registry.prototypes.model import Prototype
from dlctl.registry.prototypes.source import PROTOTYPE_FILE
from dlctl.yamlio.edit.change import set_value
from dlctl.yamlio.load import load_file, load_text

_FRAGMENT_CALL = pattern(r"""fragment\(\s*["']([^"']+)["']""")
_TEXT_CALL = pattern(r"""text\(\s*["']([^"']+)["']""")
_INCLUDE = pattern(r"""include\s+["']([^"']+)["']""")
_SHARED_SCHEMA = pattern(r"""x-schema:\s*["']?([^"'#\s]+)#/""")


def eject_prototype(
    app: App, catalogue: Catalogue, component: str, new_name: str = ""
) -> tuple[tuple[FileChange, ...], str]:
    """The edits that create the app's own copy, and the copy's folder relative to the app's root.

    The copy has all its files in its own folder: `templates/`, `examples/`, and the formerly shared
    files in `groups/` and `fragments/`. Raises RegistryError if the name is already in use.
    """
    stated = find_component(app, component)
    prototype = catalogue.find(stated.prototype, stated.location)
    name = check_name("a prototype", new_name or prototype.name)
    folder = app.prototypes_folder / prototype.package / name
    if os.path.lexists(folder):
        raise RegistryError(
            f"{folder.relative_to(app.root).as_posix()} already belongs to this app",
            hint=None if new_name else "to copy it under another name, pass --prototype NAME",
        )
    if name != prototype.name and name in catalogue.names:
        other = catalogue.find(name)
        raise RegistryError(
            f"prototype '{name}' already exists: {other.source.show(other.folder)}",
            hint="choose another name: a prototype's name must be unique",
        )
    files = {**_own_files(prototype), **_shared_files(prototype)}
    contents = {relative: read_file(path) for relative, path in files.items()}
    contents[PROTOTYPE_FILE] = _named(contents[PROTOTYPE_FILE], name)
    changes = [FileChange(folder / relative, None, content) for relative, content in contents.items()]
    if name != stated.prototype:
        changes.append(set_in(app.root, APP_FILE, ("components", component, "prototype"), name))
    return tuple(changes), folder.relative_to(app.root).as_posix()


def _named(file: bytes, name: str) -> bytes:
    """The copy's prototype.yaml, with its name, if it has one, set to that of the copy's folder."""
    text = file.decode("utf-8")
    if "name" not in (load_text(text, PROTOTYPE_FILE).value or {}):
        return file
    return set_value(text, ("name",), name, shown=PROTOTYPE_FILE).encode("utf-8")


def _own_files(prototype: Prototype) -> dict[str, Path]:
    return {
        (at / name).relative_to(prototype.folder).as_posix(): at / name
        for at, _, files in walk(prototype.folder)
        for name in files
        if "__pycache__" not in at.parts
    }


def _shared_files(prototype: Prototype) -> dict[str, Path]:
    return {**_used_groups(prototype), **_used_fragments(prototype)}


def _used_groups(prototype: Prototype) -> dict[str, Path]:
    """The groups in prototype.yaml, and those that have schemas of its parameters or of other groups."""
    places = [parent / "groups" for parent in (prototype.folder.parent, *prototype.source.shared_folders)]
    own = (prototype.folder / PROTOTYPE_FILE, *prototype.folder.glob("groups/*.yaml"))
    waiting = [*_group_names(prototype), *(name for path in own for name in _schemas_in(path))]
    found: dict[str, Path] = {}
    while waiting:
        name = f"{waiting.pop()}.yaml"
        path = _first(places, name)
        if path is not None and f"groups/{name}" not in found:
            found[f"groups/{name}"] = path
            waiting += _schemas_in(path)
    return dict(sorted(found.items()))


def _schemas_in(path: Path) -> list[str]:
    """The groups whose schemas a file names."""
    return _SHARED_SCHEMA.findall(path.read_text(encoding="utf-8"))


def _group_names(prototype: Prototype) -> set[str]:
    """All groups in prototype.yaml, including groups that have only rules."""
    items = (load_file(prototype.folder / PROTOTYPE_FILE).value or {}).get("groups") or []
    return {item if isinstance(item, str) else item["name"] for item in items}


def _used_fragments(prototype: Prototype) -> dict[str, Path]:
    """The fragments that the templates call, directly or through other fragments."""
    found: dict[str, Path] = {}
    waiting = [path for path in sorted(prototype.folder.rglob("*.j2")) if path.is_file()]
    while waiting:
        text = waiting.pop().read_text(encoding="utf-8")
        called = [f"{name}.yaml.j2" for name in _FRAGMENT_CALL.findall(text)]
        for name in (*called, *_TEXT_CALL.findall(text), *_INCLUDE.findall(text)):
            path = _first(prototype.fragment_folders, name)
            relative = f"fragments/{name}"
            if path and relative not in found and path.parent != prototype.folder / "fragments":
                found[relative] = path
                waiting.append(path)
    return found


def _first(folders: Iterable[Path], name: str) -> Path | None:
    return next((folder / name for folder in folders if (folder / name).is_file()), None)
