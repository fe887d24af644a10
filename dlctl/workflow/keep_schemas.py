"""Keep the OpenAPI v3 documents of a cluster: in the store, and as files of an app."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

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


def schema_changes(
    root: Path, environment: str, index: SchemaIndex, store: SchemaStore, *, in_app: bool
) -> tuple[FileChange, ...]:
    """The changes of an app's files: the environment's index, and its documents if they are kept `in_app`.

    An app that has a folder of documents keeps them up to date in any case. Documents that no environment
    needs any more are removed. Raises FileError, or AppError if the index of another environment is invalid.
    """
    changes = [change_of(root / index_path(environment), index_text(index).encode("utf-8"))]
    folder = root / FOLDER
    if in_app or folder.is_dir():
        needed = set(index.documents.values())
        changes += [change_of(folder / file_name(each), store.content(each)) for each in sorted(needed)]
        changes += _removed(root, folder, needed | set(_others(root, environment)))
    return tuple(changes)


def _others(root: Path, environment: str) -> Iterable[str]:
    from dlctl.app.discover import environment_names_of

    for name in environment_names_of(root):
        other = read_index(root, name) if name != environment else None
        yield from other.documents.values() if other else ()


def _removed(root: Path, folder: Path, needed: set[str]) -> list[FileChange]:
    present = sorted(folder.glob(f"*{SUFFIX}")) if folder.is_dir() else []
    return [change_of(path, None) for path in present if path.name.removesuffix(SUFFIX) not in needed]
