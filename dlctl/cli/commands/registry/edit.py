"""`dlctl registry add`, `update` and `rm`."""

from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from dlctl.app.package_model import RegistryEntry
from dlctl.cli.commands.registry.sources import opened_sources
from dlctl.cli.output.file_edits import write_edits
from dlctl.cli.output.prompt import confirm
from dlctl.cli.output.streams import log
from dlctl.cli.output.style import Style
from dlctl.cli.output.views.registries import revision_text, short_revision
from dlctl.cli.runtime import Runtime
from dlctl.files.write import FileChange
from dlctl.registry.packages.offer import Offer
from dlctl.registry.sources.location import parse_location
from dlctl.text import counted
from dlctl.workflow.packages import registries


class NewRegistry(Struct, frozen=True):
    """A registry as it was given on the command line."""

    name: str
    location: str
    ref: str = ""
    path: str = ""
    storage: str = ""


def add_registry(runtime: Runtime, given: NewRegistry, timeout: float) -> None:
    """Read the registry, then add it to dlctl.yaml. Raises UsageError, AppError or RegistryError."""
    root, name = runtime.root(), given.name
    registries.refuse_existing(runtime.app(), name)
    entry = parse_location(
        given.location, runtime.cwd, root, ref=given.ref, path=given.path, storage=given.storage
    )
    entry = replace(entry, name=name)
    with opened_sources(runtime, timeout) as open_source:
        added = registries.read_new(runtime.app(), entry, open_source)

    def compute() -> Sequence[FileChange]:
        current = runtime.app()
        registries.refuse_existing(current, name)
        return [registries.add_registry(current, added.entry)]

    write_edits(root, compute)
    _report(added.entry, added.offer)


def _report(entry: RegistryEntry, offer: Offer) -> None:
    at = f" at {revision_text(entry)}" if entry.revision else ""
    log(f"added registry {entry.name} with {counted(len(offer.packages), 'package')}{at}", Style.GOOD)
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
        _report_revision(app.registries[entry.name], entry)


def _report_revision(before: RegistryEntry, entry: RegistryEntry) -> None:
    if not entry.revision:
        log(f"{entry.name} is a directory, which is always read as it is")
    elif entry.revision == before.revision:
        log(f"{entry.name} is up to date: {short_revision(before)}")
    else:
        none = "no digest" if entry.oci else "no commit"
        log(f"{entry.name}: {short_revision(before) or none} → {short_revision(entry)}", Style.GOOD)


def remove_registry(runtime: Runtime, name: str, *, yes: bool) -> None:
    """Remove a registry from dlctl.yaml. Raises RegistryError if packages of it are installed."""
    root = runtime.root()
    registries.remove_registry(runtime.app(), name)
    confirm(runtime, f"Remove registry '{name}' from dlctl.yaml?", yes=yes)
    write_edits(root, lambda: [registries.remove_registry(runtime.app(), name)])
    log(f"removed registry {name}")
