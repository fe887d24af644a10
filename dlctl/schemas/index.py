"""The index of an environment: which OpenAPI v3 document its cluster serves for which group and version.

It is a small file beside environment.yaml, to be committed: one line for each apiVersion, with the hash
under which the API server offers the document. The documents themselves are in a store, by these hashes.
"""

from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from dlctl.errors import AppError
from dlctl.files.presence import file_exists
from dlctl.pattern import pattern
from dlctl.yamlio.dump import dump
from dlctl.yamlio.load import Document, load_file

FILE = "schemas.yaml"
HASH_LENGTH = 40
"""Characters of a hash that are kept: 160 bits tell documents apart, and a line stays short."""
_HASH = pattern(r"[0-9a-f]{16,40}\Z")
_HEAD = "# Written by 'dlctl env update': the OpenAPI v3 documents of the cluster, by apiVersion and hash.\n"


class SchemaIndex(Struct, frozen=True):
    """The version of an API server, and the hash of its document for each apiVersion that it serves."""

    version: str
    documents: Mapping[str, str]


def index_path(environment: str) -> str:
    """The path of an environment's index below the app's root."""
    return f"environments/{environment}/{FILE}"


def index_text(index: SchemaIndex) -> str:
    """The content of the file; equal indexes have equal texts."""
    return _HEAD + dump({"version": index.version, "documents": dict(sorted(index.documents.items()))})


def read_index(root: Path, environment: str) -> SchemaIndex | None:
    """The index of an environment; None if there is no such file.

    Raises AppError if its content is not that of an index, YamlError or FileError.
    """
    shown = index_path(environment)
    if not file_exists(root / shown, shown):
        return None
    document = load_file(root / shown, shown)
    value = document.value if isinstance(document.value, Mapping) else {}
    documents = value.get("documents")
    if not isinstance(documents, Mapping):
        raise _invalid(document, "has no mapping 'documents'")
    for api_version, hashed in documents.items():
        if not isinstance(hashed, str) or not _HASH.match(hashed):
            raise _invalid(document, f"the hash of {api_version} is not valid", api_version)
    return SchemaIndex(str(value.get("version") or ""), dict(documents))


def _invalid(document: Document, problem: str, *api_version: str) -> AppError:
    return AppError(
        f"{document.path} {problem}" if not api_version else problem,
        location=document.location(("documents", *api_version)),
        hint="write it again with 'dlctl env update'",
    )


def short_hash(text: str) -> str:
    """A hash as it is kept: lower case, and cut. Raises ValueError if the text is not hexadecimal."""
    kept = text.lower()[:HASH_LENGTH]
    if not _HASH.match(kept):
        raise ValueError(f"not a hash: {text!r}")
    return kept
