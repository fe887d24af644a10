"""Find an app and its environments on disk by file names.

Reads no file and imports no YAML library: completion runs this on every key press.
"""

from pathlib import Path

from dlctl.errors import AppError, NoApp
from dlctl.files.presence import file_exists, walk

APP_FILE = "dlctl.yaml"
ENVIRONMENT_FILE = "environment.yaml"
ENVIRONMENTS_FOLDER = "environments"


def find_root(start: Path, home: Path) -> Path:
    """The nearest folder at or above `start` that holds a dlctl.yaml, stopping at the home folder.

    Raises NoApp if there is none, FileError if a dlctl.yaml is not a file.
    """
    folder = start.resolve()
    for candidate in (folder, *folder.parents):
        if file_exists(candidate / APP_FILE):
            return candidate
        if candidate == home.resolve():
            break
    raise NoApp(
        f"no {APP_FILE} in {start} or any parent folder",
        hint="change to an app's folder, pass --dir, or create an app with 'dlctl init NAME'",
    )


def named_root(folder: Path) -> Path:
    """Check the app folder that the user named. Raises AppError if it has no dlctl.yaml."""
    if not file_exists(folder / APP_FILE):
        raise AppError(
            f"no {APP_FILE} in {folder}",
            hint="--dir (or DLCTL_DIR) must name an app's folder; 'dlctl init NAME' creates one",
        )
    return folder.resolve()


def environment_names_of(root: Path) -> tuple[str, ...]:
    """The names of all environments of the app at `root`, sorted; a nested folder's name is its path.

    Links to folders count as folders, but a link to a folder around it is not followed. Raises FileError if
    a folder cannot be read.
    """
    top = root / ENVIRONMENTS_FOLDER
    found = []
    for folder, folders, files in walk(top, follow=True):
        if ENVIRONMENT_FILE in (*folders, *files):  # a folder of that name is reported on reading
            found.append(folder.relative_to(top).as_posix())
        folders[:] = [name for name in folders if not _leads_back(folder / name, top)]
    return tuple(sorted(name for name in found if name != "."))


def _leads_back(folder: Path, top: Path) -> bool:
    """Whether a folder is a link to one of the folders that lead to it."""
    if not folder.is_symlink():
        return False
    around = (each for each in folder.parents if each.is_relative_to(top))
    return folder.resolve() in {each.resolve() for each in around}
