"""The identity of a cluster, independent of its URL and context name."""

import hashlib
from collections.abc import Callable

from dlctl.cluster.answers.answer import Answer
from dlctl.cluster.answers.objects import one_object
from dlctl.cluster.answers.shape import fields, text
from dlctl.cluster.protocol import Identity, Resource
from dlctl.errors import Forbidden, NotFound, UnknownKind
from dlctl.manifest import JsonObject

KUBE_SYSTEM = "kube-system"
NAMESPACES = Resource("", "v1", "Namespace", "namespaces", namespaced=False)
_WITH_UID = fields(("metadata",), metadata=fields(("uid",), uid=text))


def identity_of(read_namespace: Callable[[str], JsonObject], server: str, authority: bytes) -> Identity:
    """The UID of namespace kube-system (recommended by KEP-2149).

    If the user may not read it, or it does not exist, a digest of URL and CA is used and marked weak: it
    distinguishes servers, but a changed URL looks like another cluster. `read_namespace` returns an object
    that has a UID.
    """
    try:
        uid = str(read_namespace(KUBE_SYSTEM)["metadata"]["uid"])
    except (Forbidden, NotFound, UnknownKind):
        digest = hashlib.sha256(server.encode() + b"\0" + hashlib.sha256(authority).digest())
        return Identity(f"weak:{digest.hexdigest()}", server, weak=True)
    return Identity(uid, server)


def kube_system_in(answer: Answer) -> JsonObject:
    """The namespace kube-system in an answer; it has a UID. Raises ClusterError for anything else."""
    answer.mapping(_WITH_UID)
    return one_object(answer, NAMESPACES, KUBE_SYSTEM)
