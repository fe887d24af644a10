"""Read cluster.yaml."""

from collections.abc import Iterator
from pathlib import Path

from dlctl.app.cluster_snapshot import (
    CLUSTER_FILE,
    KIND,
    SECTIONS,
    UNKNOWN,
    ClusterSnapshot,
    ListedObject,
    ServedKind,
)
from dlctl.app.reader import Reader
from dlctl.errors import AppError, YamlError
from dlctl.files.presence import file_exists
from dlctl.manifest import GroupKind
from dlctl.yamlio.load import Document, load_file

_KEYS = ("apiVersion", "kind", "version", "unread", "nodes", *SECTIONS, "kinds")


def cluster_file(environment: str) -> str:
    """An environment's cluster.yaml, relative to the app's root."""
    return f"environments/{environment}/{CLUSTER_FILE}"


def load_snapshot(root: Path, environment: str) -> ClusterSnapshot:
    """What an environment's cluster.yaml holds; `UNKNOWN` if there is none.

    Raises AppError or YamlError, with file and line.
    """
    shown = cluster_file(environment)
    if not file_exists(root / shown, shown):
        return UNKNOWN
    try:
        return read_snapshot(load_file(root / shown, shown))
    except (AppError, YamlError) as error:
        again = f"write the file again with 'dlctl env update {environment}'"
        error.hint = f"{error.hint} or {again}" if error.hint else again
        raise


def read_snapshot(document: Document) -> ClusterSnapshot:
    """The snapshot of a document. Raises AppError, with file and line."""
    from dlctl.app.snapshot.nodes import read_groups  # not where there is no cluster.yaml

    reader = Reader(document)
    reader.only(*_KEYS)
    reader.header(KIND)
    version = reader.text("version")
    if not version:
        raise AppError("'version' is missing", location=reader.place())
    return ClusterSnapshot(
        version,
        tuple(sorted(_kinds(reader), key=lambda each: each.group_kind)),
        read_groups(reader),
        {kind: objects for section in SECTIONS for kind, objects in _objects(reader, section)},
        reader.texts("unread"),
    )


def _kinds(reader: Reader) -> Iterator[ServedKind]:
    scopes = reader.child("kinds")
    if scopes is None:
        return
    scopes.only("cluster", "namespaced")
    for scope in scopes.values:
        kinds = scopes.child(scope)
        for name in kinds.values if kinds else ():
            assert kinds is not None
            versions = kinds.texts(name)
            if not versions:
                raise AppError(f"kind '{name}' has no version", location=kinds.place(name))
            yield ServedKind(_group_kind(name), versions, namespaced=scope == "namespaced")


def _group_kind(name: str) -> GroupKind:
    kind, _, group = name.partition(".")
    return GroupKind(group, kind)


def _objects(reader: Reader, section: str) -> Iterator[tuple[GroupKind, tuple[ListedObject, ...]]]:
    found = reader.child(section)
    if found is None:
        return
    known = {str(kind): kind for kind in SECTIONS[section]}
    found.only(*known)
    for name in found.values:
        yield known[name], tuple(_object(each) for each in found.readers(name))


def _object(reader: Reader) -> ListedObject:
    reader.only("name", "default", "details")
    details = reader.child("details")
    return ListedObject(
        reader.required_text("name"),
        reader.flag("default"),
        {key: details.text(key) for key in details.values} if details else {},
    )
