"""Folders of an app may be links only to other folders of the app."""

from pathlib import Path

from dlctl.errors import AppError, Location


def require_inside(root: Path, folder: Path) -> None:
    """Raise AppError for a folder of an app that is reached by a link that leads out of it."""
    if not folder.resolve().is_relative_to(root.resolve()):
        raise AppError(
            "symbolic link points outside the app",
            location=Location(folder.relative_to(root).as_posix()),
            hint="copy the folder into the app; a link may only point to a folder of the app",
        )
