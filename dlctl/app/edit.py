"""Edits of an app's files: each function reads a file and returns the change, without writing it.

Call them inside `write.edit_files`, which holds the app's lock.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from dlctl.app.discover import APP_FILE, ENVIRONMENT_FILE
from dlctl.app.environments import PARAMS_FILE, environment_names
from dlctl.app.model import App
from dlctl.app.reader import Reader
from dlctl.errors import AppError
from dlctl.files.presence import file_exists, read_file
from dlctl.files.write import FileChange
from dlctl.yamlio.edit.change import remove, rename_key, set_value
from dlctl.yamlio.load import load_text, read_text, text_of

YamlPath = tuple[str | int, ...]


def add_component(app: App, name: str, block: Mapping[str, Any]) -> FileChange:
    """Add a component to dlctl.yaml. Raises AppError if a component of this name exists."""
    if name in app.components:
        raise AppError(
            f"component '{name}' already exists",
            location=app.components[name].location,
            hint=f"choose another name, or remove it first: dlctl component rm {name}",
        )
    return set_in(app.root, APP_FILE, ("components", name), dict(block))


def remove_component(app: App, name: str) -> tuple[FileChange, ...]:
    """Remove a component, with its parameters, patches and `disabled` entries in every environment.

    Raises AppError if a file of an environment is invalid.
    """
    changes = [remove_in(app.root, APP_FILE, ("components", name))]
    for environment in environment_names(app):
        folder = f"environments/{environment}"
        changes += _without_component(app.root, f"{folder}/{PARAMS_FILE}", name)
        changes += _without_component(app.root, f"{folder}/{ENVIRONMENT_FILE}", name)
    return tuple(changes)


def move_component(app: App, name: str, target: str) -> tuple[FileChange, ...]:
    """Call a component `target`, in dlctl.yaml and every environment; its objects keep their names.

    Raises AppError if a component `target` exists, or if a file of an environment is invalid.
    """
    from dlctl.app.history import COMPONENTS

    if target in app.components:
        raise AppError(
            f"component '{target}' already exists",
            location=app.components[target].location,
            hint="choose another name",
        )
    text = read_text(app.root / APP_FILE, APP_FILE)
    before = text.encode("utf-8")
    text = rename_key(text, ("components", name), target, shown=APP_FILE)
    component = app.components[name]
    stated = Reader(load_text(text, APP_FILE), ("components", target)).text("name")
    if component.base_name == target and stated:
        text = remove(text, ("components", target, "name"), shown=APP_FILE)
    elif not stated:
        text = set_value(text, ("components", target, "name"), component.base_name, shown=APP_FILE)
    text = with_move(text, COMPONENTS, name, target)
    changes = [FileChange(app.root / APP_FILE, before, text.encode("utf-8"))]
    for environment in environment_names(app):
        for file in (params_file(environment), environment_file(environment)):
            changes += _with_renamed(app.root, file, name, target)
    return tuple(changes)


def with_move(text: str, prefix: str, name: str, target: str) -> str:
    """The text of dlctl.yaml with an entry in `moved`; one of an earlier move from `target` is obsolete."""
    moves = list(Reader(load_text(text, APP_FILE)).items("moved"))
    obsolete = [each for each in moves if isinstance(each, dict) and each.get("from") == prefix + target]
    for each in obsolete:
        text = remove(text, ("moved", moves.index(each)), shown=APP_FILE)
        moves.remove(each)
    entry = {"from": prefix + name, "to": prefix + target}
    if not moves:
        return set_value(text, ("moved",), [entry], shown=APP_FILE)
    return set_value(text, ("moved", len(moves)), entry, shown=APP_FILE)


def _with_renamed(root: Path, file: str, name: str, target: str) -> list[FileChange]:
    """The change of an environment's file that mentions a component."""
    path = root / file
    if not file_exists(path, file):
        return []
    before = read_file(path, file)
    text = text_of(before, file)
    while place := _mention(Reader(load_text(text, file)), name):
        if place[0] == "disabled":
            text = set_value(text, place, target, shown=file)
        else:
            text = rename_key(text, place, target, shown=file)
    return [FileChange(path, before, text.encode("utf-8"))] if text.encode("utf-8") != before else []


def component_path(name: str, path: YamlPath) -> YamlPath:
    """The YAML path of a component's parameter in dlctl.yaml."""
    return ("components", name, "params", *path)


def environment_path(component: str, path: YamlPath) -> YamlPath:
    """The YAML path of a parameter in params.yaml; an empty `component` means every component."""
    return ("components", component, *path) if component else ("params", *path)


def params_file(environment: str) -> str:
    """An environment's params.yaml, relative to the app's root."""
    return f"environments/{environment}/{PARAMS_FILE}"


def environment_file(environment: str) -> str:
    """An environment's environment.yaml, relative to the app's root."""
    return f"environments/{environment}/{ENVIRONMENT_FILE}"


def set_in(root: Path, file: str, path: YamlPath, value: Any) -> FileChange:
    """Set a value in a file of the app; a missing file counts as empty."""
    return _edited(root, file, lambda text: set_value(text, path, value, shown=file))


def remove_in(root: Path, file: str, path: YamlPath) -> FileChange:
    """Remove a value from a file of the app, with the mappings that become empty."""
    return _edited(root, file, lambda text: remove(text, path, shown=file))


def new_file(root: Path, file: str, text: str) -> FileChange:
    """Create a file, which must not exist."""
    return FileChange(root / file, None, text.encode("utf-8"))


def _edited(root: Path, file: str, edit: Callable[[str], str]) -> FileChange:
    path = root / file
    before = read_file(path, file) if file_exists(path, file) else None
    text = text_of(before, file) if before is not None else ""
    return FileChange(path, before, edit(text).encode("utf-8"))


def _without_component(root: Path, file: str, name: str) -> list[FileChange]:
    path = root / file
    if not file_exists(path, file):
        return []
    before = read_file(path, file)
    text = text_of(before, file)
    while place := _mention(Reader(load_text(text, file)), name):
        text = remove(text, place, shown=file)
    return [FileChange(path, before, text.encode("utf-8"))] if text.encode("utf-8") != before else []


def _mention(file: Reader, name: str) -> YamlPath | None:
    """The YAML path of the first mention of the component in an environment's file, or None."""
    for key in ("components", "patches"):
        block = file.child(key)
        if block and name in block.values:
            return (key, name)
    disabled = file.texts("disabled")
    if name not in disabled:
        return None
    return ("disabled",) if isinstance(file.values["disabled"], str) else ("disabled", disabled.index(name))
