"""Keep the OpenAPI v3 documents of a cluster: in the store, and as files of an app."""

import hashlib
from collections.abc import Iterable, Iterator
from enum import StrEnum
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from dlctl.cluster.openapi import OfferedDocument, offered_documents, read_document
from dlctl.cluster.protocol import Cluster
from dlctl.errors import ClusterError
from dlctl.files.write import FileChange, change_of
from dlctl.schemas.document import compacted, packed
from dlctl.schemas.index import SchemaIndex, index_path, index_text, read_index, short_hash
from dlctl.schemas.store import FOLDER, SUFFIX, SchemaStore, file_name


def keep_schemas(cluster: Cluster, store: SchemaStore, *, fetch: bool = True) -> SchemaIndex:
    """Fetch the documents that the store does not have, and return the index of the cluster.

    Without `fetch` only those are fetched whose hash the server does not tell. Raises ClusterError if the
    index or a document cannot be read, FileError if the store cannot be written.
    """
    version = cluster.version()
    return SchemaIndex(
        version,
        {each.api_version: _kept(cluster, store, each, fetch) for each in offered_documents(cluster)},
    )


def _kept(cluster: Cluster, store: SchemaStore, offered: OfferedDocument, fetch: bool) -> str:
    hashed = _hash_of(offered)
    if hashed and (not fetch or store.document(hashed)):
        return hashed
    schemas = compacted(read_document(cluster, offered))
    hashed = hashed or short_hash(hashlib.sha512(packed(schemas)).hexdigest())
    store.keep(hashed, schemas)
    return hashed


def _hash_of(offered: OfferedDocument) -> str:
    try:
        return short_hash(offered.hash) if offered.hash else ""
    except ValueError as error:
        raise ClusterError(f"the hash of {offered.path} is not hexadecimal") from error


class Problem(StrEnum):
    """What is wrong with a document in an app."""

    MISSING = "missing"
    DAMAGED = "damaged"
    NOT_NEEDED = "not-needed"


class DocumentChange(Struct, frozen=True):
    """A document in an app that is to be written or removed; `change` is None where it is only checked."""

    file: str
    api_version: str
    problem: Problem
    change: FileChange | None = None


class SchemaChanges(Struct, frozen=True):
    """The change of an environment's index, and what changes among the documents in the app."""

    index: FileChange
    documents: tuple[DocumentChange, ...] = ()

    @property
    def changed(self) -> bool:
        """Whether anything is out of date, or was before it was written."""
        return self.index_changed or bool(self.documents)

    @property
    def index_changed(self) -> bool:
        """Whether the index is out of date, or was before it was written."""
        return self.index.before != self.index.after

    @property
    def files(self) -> tuple[FileChange, ...]:
        """The changes that can be written."""
        return (self.index, *(each.change for each in self.documents if each.change))


def schema_changes(
    root: Path, environment: str, index: SchemaIndex, store: SchemaStore, *, in_app: bool, write: bool
) -> SchemaChanges:
    """The changes of an app's files: the environment's index, and its documents if they are kept `in_app`.

    An app that has a folder of documents keeps them up to date in any case. Documents that no environment
    needs any more are removed. Without `write` documents are only checked, since the store may not have them.
    Raises FileError, or AppError if the index of another environment is invalid.
    """
    change = change_of(root / index_path(environment), index_text(index).encode("utf-8"))
    if not in_app and not (root / FOLDER).is_dir():
        return SchemaChanges(change)
    found = (*_needed(root, index), *_not_needed(root, environment, index))
    return SchemaChanges(change, tuple(_with_change(root, each, store) if write else each for each in found))


def _needed(root: Path, index: SchemaIndex) -> Iterator[DocumentChange]:
    """The documents of the index that the app does not have, or has damaged."""
    kept = SchemaStore((root / FOLDER,))
    for api_version, hashed in sorted(index.documents.items()):
        if not kept.document(hashed):
            problem = Problem.MISSING if kept.content(hashed) is None else Problem.DAMAGED
            yield DocumentChange(_document_path(hashed), api_version, problem)


def _not_needed(root: Path, environment: str, index: SchemaIndex) -> Iterator[DocumentChange]:
    needed = {*index.documents.values(), *_others(root, environment)}
    for path in sorted((root / FOLDER).glob(f"*{SUFFIX}")):
        hashed = path.name.removesuffix(SUFFIX)
        if hashed not in needed:
            yield DocumentChange(_document_path(hashed), "", Problem.NOT_NEEDED)


def _with_change(root: Path, document: DocumentChange, store: SchemaStore) -> DocumentChange:
    path = root / document.file
    hashed = path.name.removesuffix(SUFFIX)
    after = None if document.problem is Problem.NOT_NEEDED else store.content(hashed)
    return replace(document, change=change_of(path, after))


def _document_path(hashed: str) -> str:
    return f"{FOLDER}/{file_name(hashed)}"


def _others(root: Path, environment: str) -> Iterable[str]:
    from dlctl.app.discover import environment_names_of

    for name in environment_names_of(root):
        other = read_index(root, name) if name != environment else None
        yield from other.documents.values() if other else ()
