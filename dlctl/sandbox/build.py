"""Our own build of the control plane: made once per sources, kept in the user's cache folder.

`go build` keeps every compiled package in Go's own cache, so an interrupted build goes on where it stopped.
"""

import hashlib
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

from dlctl.errors import SandboxError
from dlctl.sandbox.compiler import Compiler
from dlctl.sandbox.events import BuildStarted, Built, Emit
from dlctl.sandbox.files import locked
from dlctl.sandbox.home import Home
from dlctl.sandbox.toolchain import Toolchain, find_toolchain

SOURCES = Path(__file__).parent / "controlplane"
BINARY = "controlplane"


def built_binary(home: Home, environ: Mapping[str, str], emit: Emit) -> Path:
    """The multi-call binary, from the cache or built now. Raises SandboxError where it cannot be built."""
    digest = sources_digest()
    if cached := cached_binary(home, digest):
        return cached
    folder = home.cache / "controlplane"
    with locked(folder / f"{digest}.lock", "another process builds the control plane", emit):
        if cached := cached_binary(home, digest):
            return cached
        toolchain = find_toolchain(environ)
        return _build(folder / f"{digest}-{toolchain.version}", toolchain, environ, emit)


def sources_digest() -> str:
    """A digest of everything that the binary is made of, but the toolchain."""
    digest = hashlib.sha256()
    for path in sorted(SOURCES.iterdir()):
        if path.suffix == ".go" or path.name in ("go.mod", "go.sum"):
            content = path.read_bytes()
            digest.update(f"{path.name} {len(content)}\n".encode() + content)
    digest.update(repr(Compiler.FLAGS).encode())
    return digest.hexdigest()[:16]


def cached_binary(home: Home, digest: str) -> Path | None:
    """A build of these sources, whichever toolchain made it: a machine may have lost its Go since."""
    found = sorted((home.cache / "controlplane").glob(f"{digest}-*/{BINARY}"))
    return found[-1] if found else None


def _build(folder: Path, toolchain: Toolchain, environ: Mapping[str, str], emit: Emit) -> Path:
    target = folder / BINARY
    unfinished = folder / f".{BINARY}.unfinished"
    emit(BuildStarted(toolchain.version, target))
    begun = time.monotonic()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        Compiler(toolchain.go, SOURCES, environ, emit).build(unfinished)
        _check(unfinished)
        unfinished.replace(target)
    except OSError as error:
        raise SandboxError(f"the control plane cannot be built in {folder}: {error.strerror}") from error
    finally:
        unfinished.unlink(missing_ok=True)
    emit(Built(target, time.monotonic() - begun))
    return target


def _check(binary: Path) -> None:
    """Run it once: a binary that does not start must not get into the cache."""
    try:
        subprocess.run([binary, "kwok-stages"], stdout=subprocess.DEVNULL, check=True, timeout=120)
    except subprocess.SubprocessError as error:
        raise SandboxError(f"the control plane was built, but does not run: {error}") from error
