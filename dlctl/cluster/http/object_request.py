"""The path of a request for an object or a collection, and what it is called in messages."""

from dlctl.cluster.http.subject import Subject
from dlctl.cluster.protocol import Resource, path_of
from dlctl.manifest import ObjectRef


def subject_of(verb: str, resource: Resource, name: str, namespace: str) -> Subject:
    """What a request is about."""
    secret = resource.kind == "Secret" and not resource.group
    return Subject(verb, resource.kind, name, namespace, secret)


def path_to(resource: Resource, name: str, namespace: str) -> str:
    """The path of an object; without a name, of the collection."""
    ref = ObjectRef(resource.group, resource.kind, namespace, name)
    return path_of(resource, ref).rstrip("/")
