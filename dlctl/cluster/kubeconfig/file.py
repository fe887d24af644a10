"""Read one kubeconfig file: its entries by name, with locations."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct

from dlctl.cluster.kubeconfig.entry import Entry
from dlctl.errors import KubeconfigError, YamlError
from dlctl.yamlio.load import Document, load_all, read_text

_SECTIONS = {"clusters": "cluster", "users": "user", "contexts": "context"}
"""Lists of the file, and the key with an item's fields (client-go, clientcmd/api/v1/types.go)."""

_STRINGS = {
    "cluster": (
        "server",
        "certificate-authority",
        "certificate-authority-data",
        "tls-server-name",
        "proxy-url",
    ),
    "user": (
        "client-certificate",
        "client-certificate-data",
        "client-key",
        "client-key-data",
        "token",
        "tokenFile",
        "username",
        "password",
        "as",
        "as-uid",
    ),
    "context": ("cluster", "user", "namespace"),
}

Entries = Mapping[str, Entry]


class KubeconfigFile(Struct, frozen=True):
    """The content of one file."""

    path: Path
    current_context: str
    clusters: Entries
    users: Entries
    contexts: Entries


def read_kubeconfig_file(path: Path) -> KubeconfigFile | None:
    """Read one file; None if it does not exist.

    Raises KubeconfigError with file and line for an invalid kubeconfig, as kubectl does.
    """
    if not path.exists():
        return None
    try:
        text = read_text(path)
        # As kubectl does: documents after the first are ignored, and the last of duplicate keys counts.
        documents = load_all(text, str(path), last_key_wins=True)
        document = next(iter(documents), Document(str(path), text, None))
    except YamlError as error:
        raise KubeconfigError(
            f"invalid kubeconfig: {_lower(error.message)}", location=error.location
        ) from error
    return _parse(path, document)


def _parse(path: Path, document: Document) -> KubeconfigFile:
    value = {} if document.value is None else document.value
    top = Entry("kubeconfig", str(path), value if isinstance(value, dict) else {}, path.parent, document)
    if not isinstance(value, dict):
        raise top.error("a kubeconfig must be a mapping with clusters, users and contexts")
    _check_kind(top)
    folder = path.absolute().parent
    sections = {name: _section(top, name, folder) for name in _SECTIONS}
    return KubeconfigFile(path, top.text("current-context"), **sections)


def _check_kind(top: Entry) -> None:
    kind = top.text("kind") or "Config"
    version = top.text("apiVersion") or "v1"
    if (version, kind) != ("v1", "Config"):
        raise top.error(f"this is {version} {kind}, not a kubeconfig (v1 Config)", "kind")


def _section(top: Entry, section: str, folder: Path) -> dict[str, Entry]:
    items = top.fields.get(section) or []
    if not isinstance(items, list):
        raise top.error(f"'{section}' must be a list", section)
    entries: dict[str, Entry] = {}
    for index, item in enumerate(items):
        entry = _entry(top, section, index, item, folder)
        if entry.name in entries:
            first = entries[entry.name].location().line
            raise entry.error(f"duplicate {entry}: already defined in line {first}")
        entries[entry.name] = entry
    return entries


def _entry(top: Entry, section: str, index: int, item: Any, folder: Path) -> Entry:
    kind = _SECTIONS[section]
    place: tuple[str | int, ...] = (section, index)
    outer = Entry(kind, "", item if isinstance(item, dict) else {}, folder, top.document, place)
    if not isinstance(item, dict):
        raise outer.error(f"each item of '{section}' must be a mapping with 'name' and '{kind}'")
    entry = Entry(kind, outer.text("name"), outer.mapping(kind), folder, top.document, (*place, kind))
    for key in _STRINGS[kind]:
        entry.text(key)
    return entry


def _lower(message: str) -> str:
    return message[:1].lower() + message[1:]
