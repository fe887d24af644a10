"""Edits of an app's files, as values: each function reads, computes and returns what would be written.

Call them inside `write.edit_files`, which holds the app's lock while they compute.
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
from dlctl.yamlio.edit.change import remove, set_value
from dlctl.yamlio.load import load_text, read_text

YamlPath = tuple[str | int, ...]


def add_component(app: App, name: str, block: Mapping[str, Any]) -> FileChange:
    """Add a component's block to dlctl.yaml; AppError where the app has one of this name."""
    if name in app.components:
        raise AppError(
            f"the app already has a component '{name}'",
            location=app.components[name].location,
            hint=f"choose another name, or remove it first: dlctl component rm {name}",
        )
    return set_in(app.root, APP_FILE, ("components", name), dict(block))


def remove_component(app: App, name: str) -> tuple[FileChange, ...]:
    """Remove a component, with its parameters, patches and `disabled` entries in every environment.

    Raises AppError for an environment's file that is not what it must be.
    """
    changes = [remove_in(app.root, APP_FILE, ("components", name))]
    for environment in environment_names(app):
        folder = f"environments/{environment}"
        changes += _without_component(app.root, f"{folder}/{PARAMS_FILE}", name)
        changes += _without_component(app.root, f"{folder}/{ENVIRONMENT_FILE}", name)
    return tuple(changes)


def component_path(name: str, path: YamlPath) -> YamlPath:
    """Where a parameter of a component stands in dlctl.yaml."""
    return ("components", name, "params", *path)


def environment_path(component: str, path: YamlPath) -> YamlPath:
    """Where a parameter stands in an environment's params.yaml; no component means for all of them."""
    return ("components", component, *path) if component else ("params", *path)


def params_file(environment: str) -> str:
    """An environment's params.yaml, relative to the app's root."""
    return f"environments/{environment}/{PARAMS_FILE}"


def environment_file(environment: str) -> str:
    """An environment's environment.yaml, relative to the app's root."""
    return f"environments/{environment}/{ENVIRONMENT_FILE}"


def set_in(root: Path, file: str, path: YamlPath, value: Any) -> FileChange:
    """Set a value in a file of the app; a file that does not exist starts empty."""
    return _edited(root, file, lambda text: set_value(text, path, value, shown=file))


def remove_in(root: Path, file: str, path: YamlPath) -> FileChange:
    """Remove a value from a file of the app, and the mappings that it leaves empty."""
    return _edited(root, file, lambda text: remove(text, path, shown=file))


def new_file(root: Path, file: str, text: str) -> FileChange:
    """A file that must not exist yet."""
    return FileChange(root / file, None, text.encode("utf-8"))


def _edited(root: Path, file: str, edit: Callable[[str], str]) -> FileChange:
    path = root / file
    before = read_file(path, file) if file_exists(path, file) else None
    text = read_text(path, file) if before is not None else ""
    return FileChange(path, before, edit(text).encode("utf-8"))


def _without_component(root: Path, file: str, name: str) -> list[FileChange]:
    path = root / file
    if not file_exists(path, file):
        return []
    before = read_file(path, file)
    text = read_text(path, file)
    while place := _mention(Reader(load_text(text, file)), name):
        text = remove(text, place, shown=file)
    return [FileChange(path, before, text.encode("utf-8"))] if text.encode("utf-8") != before else []


def _mention(file: Reader, name: str) -> YamlPath | None:
    """A place where an environment's file speaks of the component; None where there is none (left)."""
    for key in ("components", "patches"):
        block = file.child(key)
        if block and name in block.values:
            return (key, name)
    disabled = file.texts("disabled")
    if name not in disabled:
        return None
    return ("disabled",) if isinstance(file.values["disabled"], str) else ("disabled", disabled.index(name))
