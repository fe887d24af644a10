"""Check that an answer is the object that was asked for, or the list of them."""

from typing import Any

from dlctl.cluster.answers.answer import Answer
from dlctl.cluster.answers.kinds import KINDS, METADATA
from dlctl.cluster.answers.shape import Check, each, fields, mapping, text
from dlctl.cluster.protocol import Resource
from dlctl.manifest import JsonObject

METADATA_KIND = "PartialObjectMetadata"

_OBJECT = fields(("kind", "metadata"), apiVersion=text, kind=text, metadata=METADATA)
_ITEM = fields(("metadata",), metadata=METADATA)
_PAGE = fields(kind=text, metadata=fields(**{"continue": text, "resourceVersion": text}), items=each(mapping))
_STATUS = fields(("kind",), kind=text)


def one_object(
    answer: Answer, resource: Resource, name: str, namespace: str = "", uid: str = ""
) -> JsonObject:
    """The object of an answer. Raises ClusterError for one of another kind, name, namespace or UID.

    An empty `namespace` or `uid` is not known. Another object comes from a broken proxy, or from another
    server: what was written, and where, is not known then.
    """
    body = answer.mapping(_OBJECT)
    if body["kind"] not in (resource.kind, METADATA_KIND):
        raise answer.wrong(f"it is another object: a {_short(body['kind'])}")
    metadata = body["metadata"]
    if metadata["name"] != name:
        raise answer.wrong(f"it is another object: '{_short(metadata['name'])}'")
    if namespace and resource.namespaced and metadata.get("namespace") not in (None, "", namespace):
        raise answer.wrong(f"it is another object: in namespace '{_short(metadata['namespace'])}'")
    if uid and metadata.get("uid") != uid:
        raise answer.wrong(f"it is another object: with UID {_short(metadata.get('uid'))}")
    return answer.mapping(_fields_of(resource))


def page_of_objects(answer: Answer, resource: Resource) -> JsonObject:
    """The answer to a list: with `items`, each with metadata. Raises ClusterError for anything else."""
    page = answer.mapping(_PAGE)
    if not str(page.get("kind") or "").endswith("List") and "items" not in page:
        raise answer.wrong("it is not a list")
    for index, item in enumerate(page.get("items") or ()):
        require_item(answer, item, index, resource)
    return page


def require_item(answer: Answer, item: Any, index: int, resource: Resource) -> None:
    """Raise ClusterError unless an item of a list has metadata, and the fields that are read of its kind."""
    problem = _ITEM(item) or _fields_of(resource)(item)
    if problem is not None:
        raise answer.wrong(str(problem.below(f"[{index}]").below("items")))


def deletion(answer: Answer, resource: Resource, name: str) -> None:
    """Raise ClusterError unless the answer confirms a deletion: a Status, or the object."""
    body = answer.mapping(_STATUS)
    if body["kind"] != "Status":
        one_object(answer, resource, name)
    elif body.get("status") == "Failure":
        raise answer.wrong("it reports a failure with a code of success")


def _fields_of(resource: Resource) -> Check:
    return KINDS.get(resource.group_kind, mapping)


def _short(value: Any) -> str:
    text = str(value)[:100]
    return "".join(character if character.isprintable() else " " for character in text)
