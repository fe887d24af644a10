"""Find an app and its environments on disk by file names alone.

Nothing is read, and no YAML library is loaded: completion asks for this at every press of a key.
"""

from pathlib import Path

from dlctl.errors import AppError, NoApp
from dlctl.files.presence import file_exists, walk

APP_FILE = "dlctl.yaml"
ENVIRONMENT_FILE = "environment.yaml"
ENVIRONMENTS_FOLDER = "environments"


def find_root(start: Path, home: Path) -> Path:
    """The nearest folder at or above `start` that holds a dlctl.yaml, stopping at the home folder.

    Raises NoApp where there is none, FileError for something else in its place.
    """
    folder = start.resolve()
    for candidate in (folder, *folder.parents):
        if file_exists(candidate / APP_FILE):
            return candidate
        if candidate == home.resolve():
            break
    raise NoApp(
        f"no {APP_FILE} in {start} or above it",
        hint="change into an app's folder, name it with --dir, or make one with 'dlctl init NAME'",
    )


def named_root(folder: Path) -> Path:
    """A folder that the user named as an app's; AppError where it holds none."""
    if not file_exists(folder / APP_FILE):
        raise AppError(
            f"{folder} holds no {APP_FILE}",
            hint="--dir (or DLCTL_DIR) names the folder of an app; 'dlctl init NAME' makes one",
        )
    return folder.resolve()


def environment_names_of(root: Path) -> tuple[str, ...]:
    """The names of all environments of the app at `root`, sorted; a nested folder's name is its path.

    Raises FileError for a folder that cannot be read.
    """
    top = root / ENVIRONMENTS_FOLDER
    found = []
    for folder, folders, files in walk(top):
        if ENVIRONMENT_FILE in (*folders, *files):  # a folder in the file's place is told when it is read
            found.append(folder.relative_to(top).as_posix())
    return tuple(sorted(name for name in found if name != "."))
