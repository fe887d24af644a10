"""Build dlctl's Go programs once per source version, and cache them in the user's cache folder.

`go build` caches compiled packages, so an interrupted build continues where it stopped.
"""

import hashlib
import shutil
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from dlctl.errors import SandboxError
from dlctl.events import Emit
from dlctl.files.lock_file import lock_file
from dlctl.sandbox.events import BuildStarted, Built, Waiting
from dlctl.sandbox.host.home import Home
from dlctl.sandbox.programs.compiler import Compiler
from dlctl.sandbox.programs.toolchain import Toolchain, find_toolchain


class ModuleFiles(Struct, frozen=True):
    """Files of a Go module that the program needs, as glob patterns in the module's folder.

    They are copied next to the binary, because Go's cache may be cleared.
    """

    module: str
    patterns: tuple[str, ...]

    def folder(self, binary: Path) -> Path:
        """The folder of the copies."""
        return binary.parent / self.module


class Recipe(Struct, frozen=True):
    """One program: display name, sources, and arguments for a test run, which must succeed."""

    title: str
    sources: Path
    check: tuple[str, ...]
    module_files: tuple[ModuleFiles, ...] = ()

    @property
    def name(self) -> str:
        """The name of the binary, and of its folder in the cache."""
        return self.sources.name


CONTROL_PLANE = Recipe("the control plane", Path(__file__).parent / "controlplane", ("kwok-stages",))


def built_binary(home: Home, environ: Mapping[str, str], emit: Emit, recipe: Recipe = CONTROL_PLANE) -> Path:
    """The program's binary, from the cache or newly built. Raises SandboxError if the build fails."""
    if cached := cached_binary(home, recipe):
        return cached
    digest = sources_digest(recipe)
    folder = home.cache / recipe.name
    waiting = Waiting(f"another dlctl command is building {recipe.title}")
    with lock_file(folder / f"{digest}.lock", lambda: emit(waiting)):
        if cached := cached_binary(home, recipe):
            return cached
        toolchain = find_toolchain(environ)
        return _build(folder / f"{digest}-{toolchain.version}", recipe, toolchain, environ, emit)


def sources_digest(recipe: Recipe) -> str:
    """A digest of all sources of the binary, without the toolchain."""
    digest = hashlib.sha256()
    for path in sorted(recipe.sources.iterdir()):
        if path.suffix == ".go" or path.name in ("go.mod", "go.sum"):
            content = path.read_bytes()
            digest.update(f"{path.name} {len(content)}\n".encode() + content)
    digest.update(repr(Compiler.FLAGS).encode())
    for module_files in recipe.module_files:
        digest.update(repr((module_files.module, module_files.patterns)).encode())
    return digest.hexdigest()[:16]


def cached_binary(home: Home, recipe: Recipe) -> Path | None:
    """A cached build of these sources, by any toolchain; Go may no longer be installed."""
    found = sorted((home.cache / recipe.name).glob(f"{sources_digest(recipe)}-*/{recipe.name}"))
    return found[-1] if found else None


def _build(
    folder: Path, recipe: Recipe, toolchain: Toolchain, environ: Mapping[str, str], emit: Emit
) -> Path:
    target = folder / recipe.name
    unfinished = folder / f".{recipe.name}.unfinished"
    emit(BuildStarted(toolchain.version, target, recipe.title))
    begun = time.monotonic()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        compiler = Compiler(toolchain.go, recipe.sources, environ, emit, recipe.title)
        compiler.build(unfinished)
        _check(unfinished, recipe)
        for module_files in recipe.module_files:
            _carry(compiler.module_folder(module_files.module), module_files, module_files.folder(target))
        unfinished.replace(target)
    except OSError as error:
        raise SandboxError(f"{recipe.title} cannot be built in {folder}: {error.strerror}") from error
    finally:
        unfinished.unlink(missing_ok=True)
    emit(Built(target, time.monotonic() - begun, recipe.title))
    return target


def _check(binary: Path, recipe: Recipe) -> None:
    """Run it once: a binary that does not work must not be cached."""
    command = [str(binary), *recipe.check]
    quiet = subprocess.DEVNULL
    try:
        subprocess.run(command, stdout=quiet, stderr=quiet, check=True, timeout=120)
    except subprocess.SubprocessError as error:
        raise SandboxError(f"{recipe.title} was built, but does not start: {error}") from error


def _carry(module: Path, module_files: ModuleFiles, folder: Path) -> None:
    """Copy the files. This is done before the binary is stored, so that it is never without them.

    Raises SandboxError for a pattern that matches no file.
    """
    for source in (path for pattern in module_files.patterns for path in _matches(module, pattern)):
        target = folder / source.relative_to(module)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)


def _matches(module: Path, pattern: str) -> list[Path]:
    if found := sorted(module.glob(pattern)):
        return found
    raise SandboxError(
        f"the Go module in {module} has no {pattern}", hint="clear Go's module cache: go clean -modcache"
    )
