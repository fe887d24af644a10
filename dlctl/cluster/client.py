"""The `Cluster` of a real API server."""

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from http import HTTPStatus
from typing import Any

from msgspec.structs import replace

from dlctl.cluster.answers.answer import Answer
from dlctl.cluster.answers.objects import deletion, one_object, page_of_objects
from dlctl.cluster.answers.shape import fields, text
from dlctl.cluster.discovery.discovery import Discovery
from dlctl.cluster.http.apply_body import apply_body
from dlctl.cluster.http.idempotence import is_idempotent
from dlctl.cluster.http.object_request import creation, path_to, subject_of
from dlctl.cluster.http.paging import pages, selectors
from dlctl.cluster.http.subject import Subject
from dlctl.cluster.http.transport import JSON, Request, Transport
from dlctl.cluster.identity import NAMESPACES, identity_of, kube_system_in
from dlctl.cluster.managed_fields import JSON_PATCH, RENAMINGS, other_managers, renaming
from dlctl.cluster.protocol import Identity, Resource, WatchEvent
from dlctl.cluster.shared_answer import SharedAnswer
from dlctl.errors import AlreadyExists, Conflict, NotFound, UnknownKind
from dlctl.events import Emit
from dlctl.manifest import JsonObject

_APPLY = "application/apply-patch+yaml"
_MERGE_PATCH = "application/merge-patch+json"
_METADATA = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json"
_METADATA_ONLY = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json"
"""Kubernetes API concepts, "Metadata-only fetches"."""

_VERSION = fields(("gitVersion",), gitVersion=text)


class ApiCluster:
    """One API server over one transport. Created by `dlctl.cluster.connect`; see the `Cluster` protocol."""

    def __init__(
        self,
        transport: Transport,
        discovery: Discovery,
        *,
        identity: SharedAnswer[Identity] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._transport = transport
        self._discovery = discovery
        self._identity = identity or SharedAnswer(self._read_identity)
        self._clock = clock

    def reporting_to(self, emit: Emit) -> "ApiCluster":
        """The same cluster, connections and known kinds, with another listener for the server's warnings."""
        transport, discovery = self._transport.reporting_to(emit), self._discovery.shared()
        return ApiCluster(transport, discovery, identity=self._identity, clock=self._clock)

    @property
    def has_fixed_credentials(self) -> bool:
        """Whether the credentials are at hand: no program and no other server is asked for them."""
        return self._transport.has_fixed_credentials

    @property
    def context(self) -> str:
        """The kubeconfig context of the connection."""
        return self._transport.endpoint.context

    @property
    def server(self) -> str:
        """The API server's URL."""
        return self._transport.endpoint.server

    def close(self) -> None:
        """Close idle connections."""
        self._transport.close()

    def identity(self, *, fresh: bool = False) -> Identity:
        """The cluster's identity; read once, or again if `fresh`."""
        return self._identity.again() if fresh else self._identity.once()

    def version(self) -> str:
        """The server's gitVersion."""
        request = Request(Subject("GET /version"), "/version")
        return str(self._answered(request)[1].mapping(_VERSION)["gitVersion"])

    def resource(self, api_version: str, kind: str) -> Resource:
        """The REST resource of a kind in exactly this version."""
        return self._discovery.resource(api_version, kind)

    def resources(self) -> tuple[Resource, ...]:
        """All resources that the server serves."""
        return self._discovery.resources()

    def get(self, resource: Resource, name: str, namespace: str = "") -> JsonObject:
        """One object."""
        request = Request(subject_of("get", resource, name, namespace), path_to(resource, name, namespace))
        return one_object(self._answered(request)[1], resource, name, namespace)

    def list(
        self,
        resource: Resource,
        namespace: str = "",
        *,
        labels: str = "",
        fields: str = "",
        metadata_only: bool = False,
    ) -> Iterator[JsonObject]:
        """Objects by label and field selector, page by page."""
        subject = subject_of("list", resource, "", namespace)
        path = path_to(resource, "", namespace)
        accept = _METADATA_ONLY if metadata_only else JSON

        def fetch(query: Mapping[str, str]) -> JsonObject:
            request = Request(subject, path, query=query, accept=accept)
            return page_of_objects(self._answered(request)[1], resource)

        for item in pages(fetch, selectors(labels, fields)):
            # Items of a list have no apiVersion and kind.
            yield {**item, "apiVersion": resource.api_version, "kind": resource.kind}

    def apply(
        self,
        resource: Resource,
        body: JsonObject,
        *,
        dry_run: bool = False,
        force: bool = False,
        field_manager: str,
        creating: bool = False,
    ) -> JsonObject:
        """Server-side apply (KEP-555) with strict validation; idempotent, so it can be retried.

        The answer to a retried request may be 200 though it created the object: so an object counts as
        another's only where other managers own fields of it.
        """
        metadata = body.get("metadata") or {}
        name, namespace = str(metadata.get("name") or ""), str(metadata.get("namespace") or "")
        subject = subject_of("apply", resource, name, namespace)
        query = {"fieldManager": field_manager, "fieldValidation": "Strict", "force": json.dumps(force)}
        query |= {"dryRun": "All"} if dry_run else {}
        request = Request(
            subject, path_to(resource, name, namespace), "PATCH", query, apply_body(body, subject), _APPLY
        )
        status, answer = self._answered(request)
        applied = one_object(answer, resource, name, namespace, str(metadata.get("uid") or ""))
        others = other_managers(applied, field_manager) if creating and status == HTTPStatus.OK else ()
        if others:
            raise AlreadyExists(f"{subject}: the object exists already", others)
        return applied

    def create(
        self, resource: Resource, body: JsonObject, *, dry_run: bool = False, field_manager: str
    ) -> JsonObject:
        """A POST with strict validation."""
        request = creation(resource, body, field_manager, dry_run=dry_run)
        try:
            return one_object(self._answered(request)[1], resource, request.subject.name)
        except Conflict as error:
            raise AlreadyExists(f"{request.subject}: the object exists already", ()) from error

    def try_merge_patch(
        self, resource: Resource, name: str, namespace: str = "", *, patch: JsonObject
    ) -> JsonObject:
        """The object as a JSON merge patch would make it, with the server's defaults and admission."""
        subject, path = subject_of("apply", resource, name, namespace), path_to(resource, name, namespace)
        query, data = {"dryRun": "All", "fieldValidation": "Strict"}, apply_body(patch, subject)
        request = Request(subject, path, "PATCH", query, data, _MERGE_PATCH)
        return one_object(self._answered(request)[1], resource, name, namespace)

    def rename_managers(
        self,
        resource: Resource,
        name: str,
        namespace: str = "",
        *,
        uid: str,
        earlier: Sequence[str],
        manager: str,
    ) -> None:
        """One patch of managedFields, of the object as it was read: made again where it changed meanwhile."""
        subject = subject_of("update", resource, name, namespace)
        path = path_to(resource, name, namespace)
        for attempt in range(1, RENAMINGS + 1):
            seen = self._answered(Request(subject, path, accept=_METADATA))[1]
            live = one_object(seen, resource, name, namespace)
            if str(live["metadata"].get("uid")) != uid:
                raise NotFound(f"{subject}: there is another object of this name")
            patch = renaming(live["metadata"], earlier, manager)
            if patch is None:
                return
            request = Request(subject, path, "PATCH", {}, patch, JSON_PATCH, accept=_METADATA)
            try:
                one_object(self._answered(request)[1], resource, name, namespace, uid)
            except Conflict:
                if attempt == RENAMINGS:
                    raise
            else:
                return

    def delete(
        self,
        resource: Resource,
        name: str,
        namespace: str = "",
        *,
        uid: str = "",
        propagation: str = "Foreground",
        dry_run: bool = False,
    ) -> None:
        """Delete one object."""
        options: dict[str, Any] = {
            "apiVersion": "v1",
            "kind": "DeleteOptions",
            "propagationPolicy": propagation,
        }
        if uid:
            options["preconditions"] = {"uid": uid}
        if dry_run:
            # In the body: if there is one, the server ignores dryRun in the query
            # (apiserver, endpoints/handlers/delete.go).
            options["dryRun"] = ["All"]
        subject = subject_of("delete", resource, name, namespace)
        path = path_to(resource, name, namespace)
        request = Request(subject, path, "DELETE", body=json.dumps(options).encode())
        deletion(self._answered(request)[1], resource, name)

    def watch(
        self,
        resource: Resource,
        namespace: str = "",
        *,
        labels: str = "",
        fields: str = "",
        timeout: float = 60,
    ) -> Iterator[WatchEvent]:
        """The current objects, then their changes."""
        from dlctl.cluster.answers.watch_events import watch_event
        from dlctl.cluster.http.watching import Watch

        subject = subject_of("watch", resource, "", namespace)
        path = path_to(resource, "", namespace)
        request = Request(subject, path)
        watch = Watch(
            open=lambda query, limit: self._transport.stream(replace(request, query=query), limit),
            event=lambda line: watch_event(self._transport.answer(request, line), resource),
            query=selectors(labels, fields),
            deadline=self._clock() + timeout,
            clock=self._clock,
            pause=self._transport.retry.wait,
        )
        return watch.events()

    def logs(
        self,
        namespace: str,
        pod: str,
        *,
        container: str = "",
        tail: int | None = None,
        previous: bool = False,
    ) -> str:
        """A container's log."""
        query = {"container": container, "tailLines": "" if tail is None else str(tail)}
        query["previous"] = "true" if previous else ""
        subject = Subject("read the log of", "Pod", pod, namespace)
        path = f"/api/v1/namespaces/{namespace}/pods/{pod}/log"
        stated = {key: value for key, value in query.items() if value}
        return self._transport.text(Request(subject, path, query=stated, accept="*/*"))

    def raw(self, method: str, path: str, *, query: Mapping[str, str] | None = None, body: Any = None) -> Any:
        """Any other request; a response that is not JSON is returned as text."""
        data = None if body is None else json.dumps(body, allow_nan=False).encode()
        again = is_idempotent(method, body)
        request = Request(Subject(f"{method} {path}"), path, method, query, data, idempotent=again)
        answer = self._transport.json_or_text(request)
        return answer.value if isinstance(answer, Answer) else answer

    def _read_identity(self) -> Identity:
        """The identity, to which all that is written from now on is bound."""
        certificate: bytes | None = None

        def read(name: str) -> JsonObject:
            nonlocal certificate
            request = Request(subject_of("get", NAMESPACES, name, ""), path_to(NAMESPACES, name, ""))
            answer, certificate = self._transport.json_and_certificate(request)
            return kube_system_in(answer)

        identity = identity_of(read, self.server, self._transport.endpoint.authority)
        self._transport.bind("" if identity.weak else identity.uid, certificate)
        return identity

    def _answered(self, request: Request) -> tuple[int, Answer]:
        """The status of the response, and the answer in it."""
        try:
            return self._transport.status_and_json(request)
        except UnknownKind:
            # The cache is outdated: the server no longer serves the kind.
            self._discovery.forget()
            raise
