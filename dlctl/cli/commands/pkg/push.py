"""`dlctl pkg push`."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from dlctl.app.package_model import RegistryEntry
from dlctl.cli.output.envelope import write_document
from dlctl.cli.output.streams import log
from dlctl.cli.output.style import Style
from dlctl.cli.output.tables.table import TableFormat
from dlctl.cli.runtime import Runtime
from dlctl.errors import NoApp
from dlctl.registry.sources.protocol import TIMEOUT, Surroundings
from dlctl.text import counted
from dlctl.workflow.packages.push import Pushed, read_package_folder
from dlctl.workflow.packages.push_target import target_of


def push_package(
    runtime: Runtime, path: str, where: str, *, dry_run: bool, output: TableFormat, timeout: float
) -> None:
    """Store a package in a registry. Raises RegistryError, FileError or UsageError; then nothing changed."""
    package = read_package_folder((runtime.cwd / path).absolute(), path.rstrip("/"))
    registries, root = _app(runtime)
    with TemporaryDirectory(prefix="dlctl-") as scratch:
        surroundings = Surroundings(root, Path(scratch), runtime.environ, timeout or TIMEOUT)
        target = target_of(where, registries, runtime.cwd, surroundings)
        pushed = target.push(package, dry_run=dry_run)
    if output is TableFormat.JSON:
        write_document(runtime, "PackagePush", **_json(pushed, dry_run=dry_run))
    log(_text(pushed, dry_run=dry_run), Style.GOOD if pushed.new else None)
    if pushed.signature:
        log(f"{'would write' if dry_run else 'wrote'} its signature {pushed.signature}", Style.GOOD)
    if pushed.note:
        log(f"note: {pushed.note}")


def _app(runtime: Runtime) -> tuple[dict[str, RegistryEntry], Path]:
    """The registries of the app and its root; outside of an app none, and the working folder."""
    try:
        app = runtime.app()
    except NoApp:
        return {}, runtime.cwd
    return dict(app.registries), app.root


def _text(pushed: Pushed, *, dry_run: bool) -> str:
    package = pushed.package
    if not pushed.new:
        return f"{pushed.place} already exists, with the same content"
    done = "would push" if dry_run else "pushed"
    files = counted(len(package.content.files), "file")
    return f"{done} {package.folder} to {pushed.place}: {files}, {package.content.digest}"


def _json(pushed: Pushed, *, dry_run: bool) -> dict[str, Any]:
    content = pushed.package.content
    return {
        "name": pushed.package.metadata.name,
        "version": pushed.package.metadata.version,
        "digest": content.digest,
        "place": pushed.place,
        "manifest": pushed.manifest or None,
        "signature": pushed.signature or None,
        "files": [file.path for file in content.files],
        "size": sum(len(file.data) for file in content.files),
        "new": pushed.new,
        "dryRun": dry_run,
    }
