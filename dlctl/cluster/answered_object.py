"""Check that a server answered with the object that was asked for."""

from dlctl.cluster.protocol import Resource
from dlctl.errors import ClusterError
from dlctl.manifest import JsonObject

METADATA_KIND = "PartialObjectMetadata"


def require_same_object(answer: JsonObject, resource: Resource, name: str, uid: str, subject: object) -> None:
    """Raise ClusterError for an answer of another kind, name or UID (empty: not known).

    Such an answer comes from a broken proxy or from another server: what was written, and where, is not
    known then.
    """
    metadata = answer.get("metadata")
    metadata = metadata if isinstance(metadata, dict) else {}
    kind, found, found_uid = answer.get("kind"), metadata.get("name"), metadata.get("uid")
    if kind in (resource.kind, METADATA_KIND) and found == name and uid in ("", found_uid):
        return
    raise ClusterError(
        f"{subject}: the answer is another object: {kind} '{found}' with UID {found_uid}",
        hint="check what is between you and the API server, such as a proxy",
    )
