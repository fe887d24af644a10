"""What an API server does to an object besides storing it, as far as the in-memory cluster follows it."""

import base64
import copy
import re
import uuid
from typing import Any

from dlctl.cluster.protocol import Resource
from dlctl.errors import Conflict, Invalid
from dlctl.kinds import DEFINITION, NAMESPACE
from dlctl.manifest import GroupKind, JsonObject, ObjectRef
from tests.fakes.cluster.kinds import IMMUTABLE, WITH_GENERATION
from tests.fakes.cluster.store import CREATED, Stored

_NAME = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\Z")
_LABEL_VALUE = re.compile(r"(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?\Z")
_ANY_NAME = frozenset({"rbac.authorization.k8s.io"})
"""Groups whose names are path segments, such as `system:node`."""
_OURS = ("uid", "creationTimestamp", "resourceVersion", "generation", "deletionTimestamp")
_DELETED = "2026-01-01T00:00:01Z"


def check(resource: Resource, body: JsonObject) -> None:
    """Refuse a body that no server takes. Raises Invalid."""
    metadata = body.get("metadata") or {}
    name = str(metadata.get("name") or "")
    if (body.get("apiVersion"), body.get("kind")) != resource.api_key:
        raise Invalid(f"apply {resource.kind} {name}: apiVersion or kind is of another resource")
    if metadata.get("managedFields"):
        raise Invalid(f"apply {resource.kind} {name}: metadata.managedFields must be nil")
    if resource.group not in _ANY_NAME and not (_NAME.match(name) and len(name) <= 253):
        raise Invalid(f'apply {resource.kind} {name}: metadata.name: Invalid value: "{name}"')
    for key, value in (metadata.get("labels") or {}).items():
        if not isinstance(value, str) or not _LABEL_VALUE.match(value) or len(value) > 63:
            raise Invalid(f"apply {resource.kind} {name}: metadata.labels: Invalid value of {key}")


def check_change(resource: Resource, before: JsonObject, after: JsonObject) -> None:
    """Refuse a change of what cannot be changed. Raises Invalid."""
    old, new = before.get("spec") or {}, after.get("spec") or {}
    for name in IMMUTABLE.get(resource.group_kind, ()):
        if old.get(name) != new.get(name):
            raise Invalid(
                f"apply {resource.kind} {after['metadata']['name']}: spec.{name}: field is immutable",
                hint="the field is immutable: the object must be deleted and created again",
            )


def finished(resource: Resource, body: JsonObject, before: JsonObject | None) -> dict[str, Any]:
    """The object with what the server itself writes."""
    result = copy.deepcopy(dict(body))
    if resource.group_kind == NAMESPACE:
        labels = result["metadata"].get("labels") or {}
        labels["kubernetes.io/metadata.name"] = result["metadata"]["name"]
        result["metadata"]["labels"] = labels
        result.setdefault("status", {"phase": "Active"})
    if resource.group_kind == GroupKind("", "Secret"):
        _encode(result)
    if resource.group_kind == DEFINITION:
        result["status"] = {"conditions": [{"type": "Established", "status": "True"}]}
    _count(resource, result, before)
    return result


def _encode(secret: dict[str, Any]) -> None:
    """`stringData` is written only: it ends up in `data`."""
    for key, value in secret.pop("stringData", {}).items():
        secret.setdefault("data", {})[key] = base64.b64encode(str(value).encode()).decode()


def _count(resource: Resource, body: dict[str, Any], before: JsonObject | None) -> None:
    if "." in resource.group or resource.group in WITH_GENERATION:
        generation = int((before or {}).get("metadata", {}).get("generation", 0))
        changed = before is None or _without_status(before) != _without_status(body)
        body["metadata"]["generation"] = generation + changed


def _without_status(body: JsonObject) -> dict[str, Any]:
    return {key: value for key, value in body.items() if key not in ("metadata", "status", "apiVersion")}


def complete(ref: ObjectRef, body: JsonObject, before: JsonObject | None) -> dict[str, Any]:
    """A body with its identity and with what only the server writes into metadata."""
    metadata = {key: value for key, value in body["metadata"].items() if key != "managedFields"}
    metadata |= {"name": ref.name, **({"namespace": ref.namespace} if ref.namespace else {})}
    if before:
        metadata |= {key: before["metadata"][key] for key in _OURS if key in before["metadata"]}
    else:
        metadata |= {"uid": str(uuid.uuid4()), "creationTimestamp": CREATED}
    return {**copy.deepcopy(dict(body)), "kind": ref.kind, "metadata": metadata}


def being_deleted(body: JsonObject) -> dict[str, Any]:
    """An object whose deletion waits for its finalizers."""
    metadata = {"deletionTimestamp": _DELETED, **body["metadata"]}
    return {**body, "metadata": metadata}


def is_owned_by(body: JsonObject, uid: str) -> bool:
    """Whether one of the object's owners has this UID."""
    owners = body["metadata"].get("ownerReferences") or ()
    return any(owner.get("uid") == uid for owner in owners)


def without_uid(ref: ObjectRef, body: JsonObject, live: Stored | None) -> JsonObject:
    """The body without its UID, which is a precondition: of the object that is there."""
    uid = body["metadata"].get("uid")
    found = live.body["metadata"]["uid"] if live else ""
    if uid and uid != found:
        raise Conflict(f"apply {ref}: uid mismatch: the provided object specified uid {uid}, found {found}")
    metadata = {key: value for key, value in body["metadata"].items() if key != "uid"}
    return {**body, "metadata": metadata}
