"""`dlctl registry add`."""

from collections.abc import Sequence
from dataclasses import replace

from dlctl.cli.commands.registry.sources import opened_sources
from dlctl.cli.output.file_edits import write_edits
from dlctl.cli.output.streams import log
from dlctl.cli.output.style import Style
from dlctl.cli.runtime import Runtime
from dlctl.files.write import FileChange
from dlctl.registry.packages.offer import Offer
from dlctl.registry.sources.location import parse_location
from dlctl.text import counted
from dlctl.workflow import registries


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
