"""Decrypt params.sops.yaml by the program `sops`."""

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dlctl.errors import Location, ParamError
from dlctl.params.references import Reference
from dlctl.registry.sources.process import Limits, run
from dlctl.yamlio.load import load_text

LIMITS = Limits(seconds=60.0, output=10_000_000)


class SopsFiles:
    """Decrypts each file once, in memory. `environ` are the environment variables of `sops`."""

    def __init__(self, environ: Mapping[str, str], root: Path) -> None:
        self._environ = environ
        self._root = root
        self._known: dict[str, Any] = {}

    def value(self, reference: Reference, location: Location | None) -> str:
        """The decrypted value. Raises ParamError, also where there is no `sops`."""
        file, path = reference.place
        if file not in self._known:
            self._known[file] = self._decrypted(file, location)
        found = self._known[file]
        for part in path:
            found = found.get(part) if isinstance(found, Mapping) else None
        if not isinstance(found, str) or not found:
            raise ParamError(
                f"the decrypted value of '{path[-1]}' in {file} is not a string, or is empty",
                location=location,
                hint=f"secrets are strings: edit it with 'sops {file}'",
            )
        return found

    def _decrypted(self, file: str, location: Location | None) -> Any:
        path = (self._root / file).resolve()
        if path.name != "params.sops.yaml" or not path.is_relative_to(
            (self._root / "environments").resolve()
        ):
            raise ParamError(
                f"{file} is not the params.sops.yaml of an environment",
                location=location,
                hint="write secrets of SOPS to the params.sops.yaml beside params.yaml",
            )
        program = shutil.which("sops", path=self._environ.get("PATH", ""))
        if program is None:
            raise ParamError(
                f"{file} cannot be decrypted: no program sops on PATH",
                location=location,
                hint="install SOPS (https://getsops.io), and run the command again",
            )
        try:
            ended = run([program, "--decrypt", str(self._root / file)], self._environ, LIMITS)
        except OSError as error:
            raise ParamError(f"sops cannot be started: {error.strerror}", location=location) from error
        if ended.code or ended.broken:
            raise _failed(file, ended.err, ended.broken, location)
        return load_text(ended.out.decode("utf-8", "replace"), f"{file}, decrypted").value


def _failed(file: str, stderr: str, broken: str, location: Location | None) -> ParamError:
    lines = [line.strip() for line in stderr.splitlines() if line.strip()]
    limit = "it took more than 60 s" if broken == "time" else f"it exceeded the limit on its {broken}"
    return ParamError(
        f"sops did not decrypt {file}: {limit if broken else '; '.join(lines[:3]) or 'it gave no reason'}",
        location=location,
        hint=f"try it with 'sops --decrypt {file}', which needs the key of this file",
    )
