"""The identity of a cluster, independent of its URL and context name."""

import hashlib
from collections.abc import Callable

from dlctl.cluster.protocol import Identity
from dlctl.errors import Forbidden, NotFound, UnknownKind
from dlctl.manifest import JsonObject


def identity_of(read_namespace: Callable[[str], JsonObject], server: str, authority: bytes) -> Identity:
    """The UID of namespace kube-system (recommended by KEP-2149).

    If the user may not read it, or it does not exist, a digest of URL and CA is used and marked weak: it
    distinguishes servers, but a changed URL looks like another cluster. `read_namespace` returns an object
    that has a UID.
    """
    try:
        uid = str(read_namespace("kube-system")["metadata"]["uid"])
    except (Forbidden, NotFound, UnknownKind):
        digest = hashlib.sha256(server.encode() + b"\0" + hashlib.sha256(authority).digest())
        return Identity(f"weak:{digest.hexdigest()}", server, weak=True)
    return Identity(uid, server)
