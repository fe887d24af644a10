"""`dlctl registry add`, `update` and `rm`."""

from collections.abc import Sequence
from dataclasses import replace

from dlctl.app.package_model import RegistryEntry
from dlctl.cli.commands.registry.sources import opened_sources
from dlctl.cli.output.file_edits import write_edits
from dlctl.cli.output.prompt import confirm
from dlctl.cli.output.streams import log
from dlctl.cli.output.style import Style
from dlctl.cli.runtime import Runtime
from dlctl.files.write import FileChange
from dlctl.registry.packages.offer import Offer
from dlctl.registry.sources.location import parse_location
from dlctl.text import counted
from dlctl.workflow.packages import registries


def add_registry(runtime: Runtime, name: str, location: str, ref: str, path: str, timeout: float) -> None:
    """Read the registry, then add it to dlctl.yaml. Raises UsageError, AppError or RegistryError."""
    root = runtime.root()
    registries.refuse_existing(runtime.app(), name)
    entry = replace(parse_location(location, runtime.cwd, root, ref=ref, path=path), name=name)
    with opened_sources(runtime, timeout) as open_source:
        added = registries.read_new(runtime.app(), entry, open_source)

    def compute() -> Sequence[FileChange]:
        current = runtime.app()
        registries.refuse_existing(current, name)
        return [registries.add_registry(current, added.entry)]

    write_edits(root, compute)
    _report(added.entry.name, added.offer)


def _report(name: str, offer: Offer) -> None:
    at = f" at commit {offer.tree.revision[:12]}" if offer.tree.revision else ""
    log(f"added registry {name} with {counted(len(offer.packages), 'package')}{at}", Style.GOOD)
    for error in offer.errors:
        log(f"warning: {error}", Style.WARN)


def update_registries(runtime: Runtime, names: Sequence[str], timeout: float) -> None:
    """Store the newest commit of each registry. Raises RegistryError; then none is stored."""
    app = runtime.app()
    for name in names:
        registries.find_registry(app, name)
    chosen = names or tuple(app.registries)
    with opened_sources(runtime, timeout) as open_source:
        newest = [registries.newest_of(app, name, open_source) for name in chosen]

    def compute() -> Sequence[FileChange]:
        current = runtime.app()
        for name in chosen:
            registries.find_registry(current, name)
        return registries.replace_registries(current, newest)

    write_edits(app.root, compute)
    for entry in newest:
        _report_commit(app.registries[entry.name].commit, entry)


def _report_commit(before: str, entry: RegistryEntry) -> None:
    if not entry.commit:
        log(f"{entry.name} is a directory, which is always read as it is")
    elif entry.commit == before:
        log(f"{entry.name} is up to date: {before[:12]}")
    else:
        log(f"{entry.name}: {before[:12] or 'no commit'} → {entry.commit[:12]}", Style.GOOD)


def remove_registry(runtime: Runtime, name: str, *, yes: bool) -> None:
    """Remove a registry from dlctl.yaml. Raises RegistryError if packages of it are installed."""
    root = runtime.root()
    registries.remove_registry(runtime.app(), name)
    confirm(runtime, f"Remove registry '{name}' from dlctl.yaml?", yes=yes)
    write_edits(root, lambda: [registries.remove_registry(runtime.app(), name)])
    log(f"removed registry {name}")
