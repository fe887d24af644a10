"""The OpenAPI v3 documents of an API server: its index, and single documents.

`/openapi/v3` names a document for each group and version, with the hash of its content (Kubernetes
documentation, "The Kubernetes API: OpenAPI V3").
"""

import contextlib
import json
from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from dlctl.cluster.protocol import Cluster
from dlctl.errors import ClusterError
from dlctl.pattern import pattern

INDEX = "/openapi/v3"
_GROUP_VERSION = pattern(r"(?:api/(?P<core>v[0-9][a-z0-9]*)|apis/(?P<group>[^/]+/v[0-9][a-z0-9]*))\Z")


class OfferedDocument(Struct, frozen=True):
    """A document in the server's index. `hash` is empty if the server states none."""

    api_version: str
    path: str
    hash: str


def offered_documents(cluster: Cluster) -> tuple[OfferedDocument, ...]:
    """The documents of all groups and versions, sorted by apiVersion.

    Raises ClusterError; NotFound for a server before Kubernetes 1.24, which has no OpenAPI v3.
    """
    paths = _mapping(cluster.raw("GET", INDEX)).get("paths")
    if not isinstance(paths, Mapping):
        raise ClusterError(
            f"{cluster.server}{INDEX} is not an index of OpenAPI documents",
            hint="check the server URL in the kubeconfig",
        )
    found = (_offered(name, entry) for name, entry in paths.items() if isinstance(entry, Mapping))
    return tuple(sorted((each for each in found if each), key=lambda each: each.api_version))


def _offered(name: str, entry: Mapping[str, Any]) -> OfferedDocument | None:
    match = _GROUP_VERSION.match(name)
    if match is None:
        return None
    query = str(entry.get("serverRelativeURL") or "").partition("?")[2]
    stated = dict(part.partition("=")[::2] for part in query.split("&"))
    return OfferedDocument(match["core"] or match["group"], f"{INDEX}/{name}", stated.get("hash", ""))


def read_document(cluster: Cluster, offered: OfferedDocument) -> Mapping[str, Any]:
    """One document. Raises ClusterError."""
    query = {"hash": offered.hash} if offered.hash else None
    answer = _mapping(cluster.raw("GET", offered.path, query=query))
    if "openapi" not in answer:
        raise ClusterError(f"{cluster.server}{offered.path} is not an OpenAPI document")
    return answer


def _mapping(answer: Any) -> Mapping[str, Any]:
    """The answer as a mapping, empty if it is none; the index is JSON with the content type of text."""
    if isinstance(answer, str):
        with contextlib.suppress(ValueError):
            answer = json.loads(answer)
    return answer if isinstance(answer, Mapping) else {}
