"""The in-memory cluster behind HTTP, with the answers of an API server."""

import json
from collections.abc import Iterator
from typing import Any

from dlctl.cluster.protocol import Resource
from dlctl.errors import AlreadyExists, ClusterError, Conflict, Forbidden, Invalid, NotFound, UnknownKind
from tests.cluster.scripted_server import Answer, Seen, status
from tests.fakes.cluster.cluster import MemoryCluster

_CODES: tuple[tuple[type[ClusterError], int, str], ...] = (
    (AlreadyExists, 409, "AlreadyExists"),
    (Conflict, 409, "Conflict"),
    (Invalid, 422, "Invalid"),
    (Forbidden, 403, "Forbidden"),
    (NotFound, 404, "NotFound"),
    (UnknownKind, 404, ""),
)


def over_http(cluster: MemoryCluster, seen: Seen) -> Answer:
    """The answer to one request; a watch ends after the objects that are there."""
    try:
        return _answer(cluster, seen)
    except ClusterError as error:
        code, reason = next((code, reason) for kind, code, reason in _CODES if isinstance(error, kind))
        return status(code, reason, error.message, name="x")


def _answer(cluster: MemoryCluster, seen: Seen) -> Answer:
    steps = seen.path.strip("/").split("/")
    if steps == ["version"]:
        return Answer(body={"gitVersion": cluster.version(), "major": "1", "minor": "36"})
    if steps in (["api"], ["apis"]):
        return Answer(body=_discovery(cluster, core=steps == ["api"]))
    version = steps[1] if steps[0] == "api" else "/".join(steps[1:3])
    rest = steps[2:] if steps[0] == "api" else steps[3:]
    namespace = rest[1] if rest[:1] == ["namespaces"] and len(rest) > 2 else ""
    plural, *name = rest[2:] if namespace else rest or [""]
    found = [each for each in cluster.resources() if (each.api_version, each.plural) == (version, plural)]
    if not found:
        return status(404, "NotFound", "the server could not find the requested resource")
    return _of_resource(cluster, found[0], namespace, name[0] if name else "", seen)


def _of_resource(cluster: MemoryCluster, resource: Resource, namespace: str, name: str, seen: Seen) -> Answer:
    query = seen.query
    if seen.method == "PATCH":
        return _applied(cluster, resource, name, namespace, seen)
    if seen.method == "POST" and resource.kind == "Lease":
        return status(403, "Forbidden", "leases are forbidden", name=name)  # no run waits for another
    if seen.method == "POST":
        dry_run, manager = bool(query.get("dryRun")), query.get("fieldManager", "dlctl")
        body = cluster.create(resource, json.loads(seen.body), dry_run=dry_run, field_manager=manager)
        return Answer(201, body)
    if seen.method == "DELETE":
        uid = (json.loads(seen.body).get("preconditions") or {}).get("uid", "")
        cluster.delete(resource, name, namespace, uid=uid)
        return Answer(
            body={"kind": "Status", "apiVersion": "v1", "status": "Success", "details": {"name": name}}
        )
    if name:
        return Answer(body=cluster.get(resource, name, namespace))
    labels, fields = query.get("labelSelector", ""), query.get("fieldSelector", "")
    metadata_only = "PartialObjectMetadata" in seen.headers.get("Accept", "")
    bodies = list(
        cluster.list(resource, namespace, labels=labels, fields=fields, metadata_only=metadata_only)
    )
    if query.get("watch"):
        lines = (json.dumps({"type": "ADDED", "object": body}).encode() + b"\n" for body in bodies)
        return Answer(parts=tuple(lines) or (b"\n",))
    items = [
        {key: value for key, value in body.items() if key not in ("apiVersion", "kind")} for body in bodies
    ]
    kind = "PartialObjectMetadataList" if metadata_only else f"{resource.kind}List"
    return Answer(
        body={"kind": kind, "apiVersion": "v1", "metadata": {"resourceVersion": "7"}, "items": items}
    )


def _applied(cluster: MemoryCluster, resource: Resource, name: str, namespace: str, seen: Seen) -> Answer:
    if "apply" not in seen.headers.get("Content-Type", ""):
        return Answer(body=cluster.get(resource, name, namespace))
    there = _exists(cluster, resource, name, namespace)
    body = cluster.apply(
        resource,
        json.loads(seen.body),
        dry_run=bool(seen.query.get("dryRun")),
        force=seen.query.get("force") == "true",
        field_manager=seen.query["fieldManager"],
    )
    return Answer(200 if there else 201, body)


def _exists(cluster: MemoryCluster, resource: Resource, name: str, namespace: str) -> bool:
    try:
        cluster.get(resource, name, namespace)
    except NotFound:
        return False
    return True


def _discovery(cluster: MemoryCluster, *, core: bool) -> dict[str, Any]:
    items = [
        {"metadata": {"name": group} if group else {}, "versions": list(_versions(cluster, group))}
        for group in dict.fromkeys(each.group for each in cluster.resources())
        if core is not bool(group)
    ]
    return {"kind": "APIGroupDiscoveryList", "apiVersion": "apidiscovery.k8s.io/v2", "items": items}


def _versions(cluster: MemoryCluster, group: str) -> Iterator[dict[str, Any]]:
    served = [each for each in cluster.resources() if each.group == group]
    for version in dict.fromkeys(each.version for each in served):
        resources = [
            {
                "resource": each.plural,
                "responseKind": {"group": "", "version": "", "kind": each.kind},
                "scope": "Namespaced" if each.namespaced else "Cluster",
                "verbs": sorted(each.verbs),
            }
            for each in served
            if each.version == version
        ]
        yield {"version": version, "resources": resources}
