"""Print registries and what they offer, as a table or JSON."""

from typing import Any

from dlctl.app.package_keys import BUILTIN
from dlctl.app.package_model import RegistryEntry
from dlctl.cli.output.envelope import write_document
from dlctl.cli.output.printable import printable
from dlctl.cli.output.streams import data, log
from dlctl.cli.output.style import Style
from dlctl.cli.output.tables.table import TableFormat, table
from dlctl.cli.runtime import Runtime
from dlctl.registry.packages.offer import Offer
from dlctl.report import location_report
from dlctl.text import counted


def print_registries(runtime: Runtime, output: TableFormat) -> None:
    """`registry list`: the built-in registry, then those of the app."""
    entries = tuple(runtime.app().registries.values())
    if output is TableFormat.JSON:
        items = [_BUILTIN_JSON, *(registry_json(entry) for entry in entries)]
        write_document(runtime, "RegistryList", items=items)
        return
    rows = [(BUILTIN, BUILTIN, "-", "comes with dlctl")]
    rows += [(entry.name, entry.kind, _state(entry), place(entry)) for entry in entries]
    table(("REGISTRY", "KIND", "REVISION", "LOCATION"), rows, optional=("REVISION",))


_BUILTIN_JSON: dict[str, Any] = {
    "name": BUILTIN,
    "source": BUILTIN,
    "directory": None,
    "git": None,
    "ref": None,
    "path": None,
    "commit": None,
    "oci": None,
    "tag": None,
    "digest": None,
    "storage": None,
    "requireSigned": False,
    "location": None,
}


def registry_json(entry: RegistryEntry) -> dict[str, Any]:
    """A registry of the app, for JSON output."""
    return {
        "name": entry.name,
        "source": entry.kind,
        "directory": entry.directory or None,
        "git": entry.git or None,
        "ref": entry.ref or None,
        "path": entry.path or None,
        "commit": entry.commit or None,
        "oci": entry.oci or None,
        "tag": entry.tag or None,
        "digest": entry.digest or None,
        "storage": entry.storage or None,
        "requireSigned": entry.require_signed,
        "location": location_report(entry.location),
    }


def place(entry: RegistryEntry) -> str:
    """Where a registry is, in one line."""
    if entry.directory:
        return entry.directory
    if entry.oci:
        return f"oci://{entry.oci}{f':{entry.tag}' if entry.tag else ''}"
    path = f", folder {entry.path}" if entry.path else ""
    return f"{entry.git}, {entry.ref or 'default branch'}{path}"


def _state(entry: RegistryEntry) -> str:
    return short_revision(entry) or "-"


def short_revision(entry: RegistryEntry) -> str:
    """The first digits of the commit or digest that is used."""
    return entry.revision.removeprefix("sha256:")[:12]


def revision_text(entry: RegistryEntry) -> str:
    """The commit or digest that is used, in a sentence."""
    return f"{'digest' if entry.digest else 'commit'} {short_revision(entry)}"


def print_registry(runtime: Runtime, entry: RegistryEntry, offer: Offer, output: TableFormat) -> None:
    """`registry describe`: the registry, its packages, and warnings of packages that are not valid."""
    if output is TableFormat.JSON:
        packages = [
            {"name": name, "versions": [each.version for each in offer.versions(name)], "summary": text}
            for name, text in _summaries(offer)
        ]
        write_document(
            runtime,
            "Registry",
            **registry_json(entry),
            summary=offer.summary,
            packages=packages,
            errors=offer.errors,
        )
    else:
        data(f"{entry.name}: {offer.summary}\n  {place(entry)}\n")
        if entry.revision:
            data(f"  {'digest' if entry.digest else 'commit'} {entry.revision}\n")
        if entry.require_signed:
            data(f"  every package must be signed ({counted(len(entry.trusted), 'trusted key')})\n")
        data("\n")
        rows = [
            (name, ", ".join(each.version for each in offer.versions(name)), text)
            for name, text in _summaries(offer)
        ]
        table(("PACKAGE", "VERSIONS", "SUMMARY"), rows, "no packages", optional=("VERSIONS",))
    for error in offer.errors:
        log(f"warning: {printable(str(error))}", Style.WARN)


def _summaries(offer: Offer) -> list[tuple[str, str]]:
    return [(name, offer.versions(name)[-1].metadata.summary) for name in offer.names]
