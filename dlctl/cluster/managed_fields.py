"""The owners of an object's fields, in `metadata.managedFields`."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from dlctl.manifest import JsonObject
from dlctl.secret_fields import escape

JSON_PATCH = "application/json-patch+json"

WHOLE_MANIFESTS = frozenset(
    {
        ("kubectl-client-side-apply", "Update"),
        ("before-first-apply", "Update"),
        ("kubectl-create", "Update"),
        ("kubectl-replace", "Update"),
        ("kubectl", "Apply"),
        ("helm", "Update"),
        ("helm", "Apply"),
        ("helm-controller", "Update"),
        ("helm-controller", "Apply"),
        ("kustomize-controller", "Update"),
        ("kustomize-controller", "Apply"),
        ("ks", "Update"),
    }
)
"""Managers, with their operation, that sent whole manifests: all that they own was stated in a file.

The first two are those that kubectl takes over where it changes to server-side apply (client-go,
util/csaupgrade). Flux applies as its two controllers, ksonnet as `ks`. Others, such as `kubectl-edit` and
`kubectl-scale`, sent single fields.
"""


def is_renamed(entry: Mapping[str, Any], managers: Sequence[str]) -> bool:
    """Whether an entry is one of `managers` that applied a manifest."""
    name, operation = str(entry.get("manager") or ""), str(entry.get("operation") or "")
    applied = operation == "Apply" or (name, operation) in WHOLE_MANIFESTS
    return name in managers and applied and not entry.get("subresource")


def other_managers(live: JsonObject, manager: str) -> tuple[str, ...]:
    """The managers beside `manager` that own more than the status of an object, sorted."""
    entries = live["metadata"].get("managedFields") or ()
    names = {str(entry.get("manager") or "") for entry in entries if not entry.get("subresource")} - {""}
    return tuple(sorted(names - {manager}))


def renaming(metadata: Mapping[str, Any], earlier: Sequence[str], manager: str) -> bytes | None:
    """The JSON patch that makes `manager` the owner of what `earlier` applied; None if they own nothing.

    It states the resourceVersion, so that the server refuses it where the object changed meanwhile.
    """
    entries = list(metadata.get("managedFields") or ())
    renamed = renamed_entries(entries, earlier, manager)
    if renamed == entries:
        return None
    operations = [
        {"op": "replace", "path": "/metadata/managedFields", "value": renamed},
        {"op": "replace", "path": "/metadata/resourceVersion", "value": metadata.get("resourceVersion", "")},
    ]
    return json.dumps(operations).encode()


def releasing(
    metadata: Mapping[str, Any],
    managers: Sequence[str],
    labels: Mapping[str, str],
    annotations: Mapping[str, str],
) -> bytes | None:
    """The JSON patch that removes labels, annotations and what `managers` applied; None if there is nothing.

    A label or annotation that has another value than the given one is somebody else's by now, and stays. A
    list with one empty entry clears managedFields; an empty list would be ignored (apimachinery,
    managedfields/internal/fieldmanager.go).
    """
    entries = [dict(each) for each in metadata.get("managedFields") or ()]
    kept = [each for each in entries if not is_renamed(each, managers)]
    operations: list[dict[str, Any]] = [
        {"op": "remove", "path": f"/metadata/{field}/{escape(key)}"}
        for field, stated in (("labels", labels), ("annotations", annotations))
        for key, value in stated.items()
        if (metadata.get(field) or {}).get(key) == value
    ]
    if kept != entries:
        operations.append({"op": "replace", "path": "/metadata/managedFields", "value": kept or [{}]})
    if not operations:
        return None
    version = metadata.get("resourceVersion", "")
    return json.dumps(
        [*operations, {"op": "replace", "path": "/metadata/resourceVersion", "value": version}]
    ).encode()


def renamed_entries(
    entries: Sequence[JsonObject], earlier: Sequence[str], manager: str
) -> list[dict[str, Any]]:
    """The entries with those of `earlier` managers joined into one of `manager`.

    Fields of an entry for another version of the kind are not joined: the newest entry's are kept.
    """
    kept: list[dict[str, Any]] = []
    joined: dict[str, Any] | None = None
    for entry in entries:
        if not is_renamed(entry, (manager, *earlier)):
            kept.append(dict(entry))
        elif joined is None:
            joined = {**entry, "manager": manager, "operation": "Apply"}
        else:
            newest = max(joined, entry, key=lambda each: str(each.get("time") or ""))
            fields = newest.get("fieldsV1") or {}
            if joined.get("apiVersion") == entry.get("apiVersion"):
                fields = union(joined.get("fieldsV1") or {}, entry.get("fieldsV1") or {})
            joined = {**newest, "manager": manager, "operation": "Apply", "fieldsV1": fields}
    return [*([joined] if joined else []), *kept]


def union(left: Mapping[str, Any], right: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of both sets, in the form of `fieldsV1`."""
    joined = dict(left)
    for key, value in right.items():
        joined[key] = union(left[key], value) if key in left else value
    return joined
