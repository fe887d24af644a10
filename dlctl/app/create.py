"""Create a new app."""

import os
from collections.abc import Mapping
from pathlib import Path

from dlctl import API_VERSION
from dlctl.app.app_id import new_id
from dlctl.app.discover import APP_FILE, find_root
from dlctl.app.file_schemas import modeline, schema_files
from dlctl.errors import AppError, FileError
from dlctl.files.folders import create_folder


def check_location(folder: Path, home: Path) -> None:
    """Raise AppError if `folder` is inside another app, or already has content."""
    try:
        root = find_root(folder.parent, home)
    except (AppError, FileError):
        root = None
    if root is not None:
        raise AppError(f"folder is inside the app {root}", hint="change to a folder outside of it")
    if (folder / APP_FILE).exists():
        raise AppError(f"{folder} already contains an app", hint="choose another name or folder")
    if os.path.lexists(folder) and (not folder.is_dir() or any(folder.iterdir())):
        raise AppError(f"{folder} already exists", hint="choose another name, or empty the folder")


def create_app(folder: Path, name: str, files: Mapping[str, str]) -> None:
    """Write a new app atomically: dlctl.yaml, these files, and the schemas of all. Raises FileError."""
    create_folder(folder, {APP_FILE: _app_text(name), **files, **schema_files()})


def _app_text(name: str) -> str:
    return modeline("app", APP_FILE) + (
        f"# A dlctl app: its components, and their parameters for every environment.\n"
        f"apiVersion: {API_VERSION}\n"
        f"kind: App\n"
        f"name: {name}\n"
        f"id: {new_id()}\n"
        f"components:\n"
    )
