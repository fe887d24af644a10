"""Read the secrets that parameters refer to, when a plan is made."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from dlctl.app.model import FROM_SOPS
from dlctl.errors import FileError, Location, ParamError
from dlctl.files.presence import file_exists, read_file

if TYPE_CHECKING:
    from dlctl.params.references import Reference
    from dlctl.workflow.sops import SopsFiles

LONGEST = 1_000_000
"""Bytes of a secret; an object of Kubernetes has no room for more."""


class SecretReader:
    """Reads each secret once. `environ` are the environment variables, `root` is the folder of the app."""

    def __init__(self, environ: Mapping[str, str], root: Path) -> None:
        self._environ = environ
        self._root = root
        self._sops: SopsFiles | None = None
        self._known: dict[Reference, str] = {}

    def __call__(self, reference: "Reference", location: Location | None) -> str:
        """The secret; that of a file with one line is without the line break. Raises ParamError."""
        from dlctl.params.references import FROM_ENV

        if reference.source == FROM_SOPS:
            return self._sops_files().value(reference, location)
        if reference not in self._known:
            read = self._variable if reference.source == FROM_ENV else self._file
            self._known[reference] = read(reference.name, location)
        return self._known[reference]

    def _sops_files(self) -> "SopsFiles":
        """The decrypted files, which few apps have."""
        from dlctl.workflow.sops import SopsFiles

        self._sops = self._sops or SopsFiles(self._environ, self._root)
        return self._sops

    def _variable(self, name: str, location: Location | None) -> str:
        found = self._environ.get(name)
        if not found:
            raise ParamError(
                f"environment variable {name} is {'empty' if found == '' else 'not set'}",
                location=location,
                hint=f"a secret is read from it: set {name}, and run the command again",
            )
        return found

    def _file(self, name: str, location: Location | None) -> str:
        path = Path(name) if Path(name).is_absolute() else self._inside(name, location)
        try:
            if not file_exists(path, name):
                raise ParamError(f"file {name} does not exist", location=location, hint=_FILE_HINT)
            data = read_file(path, name, regular=True)
        except FileError as error:
            raise ParamError(f"{error.message}: {name}", location=location, hint=_FILE_HINT) from error
        if not data.strip(b"\r\n") or len(data) > LONGEST:
            what = "is empty" if len(data) <= LONGEST else f"has more than {LONGEST:,} bytes"
            raise ParamError(f"file {name} {what}", location=location, hint=_FILE_HINT)
        try:
            text = data.decode()
        except UnicodeDecodeError as error:
            raise ParamError(f"file {name} is not UTF-8 text", location=location, hint=_FILE_HINT) from error
        line = text.removesuffix("\n").removesuffix("\r")
        return text if "\n" in line else line  # ssh reads no key without its last line break

    def _inside(self, name: str, location: Location | None) -> Path:
        """The path below the app's folder. Raises ParamError if it leads out of it."""
        path = (self._root / name).resolve()
        if not path.is_relative_to(self._root.resolve()):
            raise ParamError(
                f"file {name} is outside of the app",
                location=location,
                hint="write an absolute path for a file outside of the app",
            )
        return path


_FILE_HINT = "a secret is read from it; its path is relative to the folder of dlctl.yaml"
