"""Requests about one object: their subject and path, and the one that creates it."""

from dlctl.cluster.http.apply_body import apply_body
from dlctl.cluster.http.subject import Subject
from dlctl.cluster.http.transport import Request
from dlctl.cluster.protocol import Resource, path_of
from dlctl.manifest import JsonObject, ObjectRef


def subject_of(verb: str, resource: Resource, name: str, namespace: str) -> Subject:
    """What a request is about, for messages."""
    secret = resource.kind == "Secret" and not resource.group
    return Subject(verb, resource.kind, name, namespace, secret)


def path_to(resource: Resource, name: str, namespace: str) -> str:
    """The path of an object; without a name, of all objects of the kind."""
    ref = ObjectRef(resource.group, resource.kind, namespace, name)
    return path_of(resource, ref).rstrip("/")


def creation(resource: Resource, body: JsonObject, field_manager: str, *, dry_run: bool) -> Request:
    """A POST with strict validation. Sent again after a lost connection, it may find the object it made."""
    metadata = body.get("metadata") or {}
    subject = subject_of("create", resource, str(metadata.get("name")), str(metadata.get("namespace") or ""))
    query = {"fieldManager": field_manager, "fieldValidation": "Strict"}
    query |= {"dryRun": "All"} if dry_run else {}
    path = path_to(resource, "", subject.namespace)
    return Request(subject, path, "POST", query, apply_body(body, subject))
