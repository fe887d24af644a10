"""Parts of requests about one object."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from dlctl.cluster.answers.answer import Answer
from dlctl.cluster.answers.objects import one_object
from dlctl.cluster.http.subject import Subject
from dlctl.cluster.http.transport import Request
from dlctl.cluster.managed_fields import JSON_PATCH
from dlctl.cluster.protocol import Resource, path_of
from dlctl.errors import Conflict, NotFound
from dlctl.manifest import JsonObject, ObjectRef

ATTEMPTS = 5
"""Attempts to patch an object that others keep changing."""

METADATA = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json"
METADATA_LIST = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json"
"""Kubernetes API concepts, "Metadata-only fetches"."""

APPLY = "application/apply-patch+yaml"
MERGE_PATCH = "application/merge-patch+json"


def patch_metadata(
    answered: Callable[[Request], tuple[int, Answer]],
    resource: Resource,
    ref: ObjectRef,
    uid: str,
    patch_of: Callable[[Mapping[str, Any]], bytes | None],
) -> None:
    """Send the JSON patch that `patch_of` makes of an object's metadata, which states the resourceVersion.

    The object is read again where it changed meanwhile. `answered` sends a request. Raises NotFound if there
    is no object with this UID, ClusterError.
    """
    name, namespace = ref.name, ref.namespace
    subject, path = subject_of("update", resource, name, namespace), url_of(resource, name, namespace)
    for attempt in range(1, ATTEMPTS + 1):
        seen = answered(Request(subject, path, accept=METADATA))[1]
        metadata = one_object(seen, resource, name, namespace)["metadata"]
        if str(metadata.get("uid")) != uid:
            raise NotFound(f"{subject}: there is another object of this name")
        patch = patch_of(metadata)
        if patch is None:
            return
        request = Request(subject, path, "PATCH", {}, patch, JSON_PATCH, accept=METADATA)
        try:
            one_object(answered(request)[1], resource, name, namespace, uid)
        except Conflict:
            if attempt == ATTEMPTS:
                raise
        else:
            return


def creation(resource: Resource, body: JsonObject, field_manager: str, *, dry_run: bool) -> Request:
    """A POST with strict validation. Sent again after a lost connection, it may find the object it made."""
    from dlctl.cluster.http.apply_body import apply_body

    metadata = body.get("metadata") or {}
    subject = subject_of("create", resource, str(metadata.get("name")), str(metadata.get("namespace") or ""))
    query = {"fieldManager": field_manager, "fieldValidation": "Strict"}
    query |= {"dryRun": "All"} if dry_run else {}
    path = url_of(resource, "", subject.namespace)
    return Request(subject, path, "POST", query, apply_body(body, subject))


def delete_options(uid: str, propagation: str, *, dry_run: bool) -> bytes:
    """The body of a deletion. If there is one, the server ignores `dryRun` in the query.

    (apiserver, endpoints/handlers/delete.go)
    """
    options: dict[str, Any] = {
        "apiVersion": "v1",
        "kind": "DeleteOptions",
        "propagationPolicy": propagation,
        **({"preconditions": {"uid": uid}} if uid else {}),
        **({"dryRun": ["All"]} if dry_run else {}),
    }
    return json.dumps(options).encode()


def subject_of(verb: str, resource: Resource, name: str, namespace: str) -> Subject:
    """What a request is about, in messages."""
    secret = resource.kind == "Secret" and not resource.group
    of_rbac = f"{resource.plural}.{resource.group}" if resource.group else resource.plural
    return Subject(verb, resource.kind, name, namespace, secret, of_rbac)


def url_of(resource: Resource, name: str, namespace: str) -> str:
    """The URL path of an object, or without a name of its collection."""
    ref = ObjectRef(resource.group, resource.kind, namespace, name)
    return path_of(resource, ref).rstrip("/")
