"""The `Cluster` of a real API server."""

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from http import HTTPStatus
from typing import Any, TypeVar

from msgspec.structs import replace

from dlctl.cluster.answers.answer import Answer
from dlctl.cluster.answers.objects import deletion, one_object
from dlctl.cluster.answers.page import page_of
from dlctl.cluster.answers.shape import fields, text
from dlctl.cluster.answers.typed_page import ReadPage, page_reader
from dlctl.cluster.discovery.discovery import Discovery
from dlctl.cluster.http.idempotence import is_idempotent
from dlctl.cluster.http.paging import pages, selectors
from dlctl.cluster.http.subject import Subject
from dlctl.cluster.http.transport import JSON, Request, Transport
from dlctl.cluster.identity import NAMESPACES, identity_of, kube_system_in
from dlctl.cluster.managed_fields import other_managers, releasing, renaming
from dlctl.cluster.object_requests import (
    APPLY,
    MERGE_PATCH,
    METADATA_LIST,
    creation,
    delete_options,
    patch_metadata,
    subject_of,
    url_of,
)
from dlctl.cluster.pod_requests import PodRequests
from dlctl.cluster.protocol import Identity, Resource, WatchEvent
from dlctl.cluster.shared_answer import HintedAnswer, SharedAnswer
from dlctl.errors import AlreadyExists, Conflict, UnknownKind
from dlctl.events import Emit
from dlctl.manifest import JsonObject, ObjectRef

Answered = TypeVar("Answered")
_VERSION = fields(("gitVersion",), gitVersion=text)


class ApiCluster(PodRequests):
    """One API server over one transport. Created by `dlctl.cluster.connect`; see the `Cluster` protocol."""

    def __init__(
        self,
        transport: Transport,
        discovery: Discovery,
        *,
        identity: SharedAnswer[Identity] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(transport)
        self._discovery = discovery
        self._identity = identity or SharedAnswer(self._read_identity)
        self._clock = clock

    def reporting_to(self, emit: Emit) -> "ApiCluster":
        """The same cluster, connections and known kinds, with another listener for the server's warnings."""
        transport, discovery = self._transport.reporting_to(emit), self._discovery.shared()
        return ApiCluster(transport, discovery, identity=self._identity, clock=self._clock)

    def hinting(self, text: str) -> "ApiCluster":
        """The same cluster; where it does not tell its identity, the hint has this text, too."""
        identity = HintedAnswer(self._identity, text)
        return ApiCluster(self._transport, self._discovery, identity=identity, clock=self._clock)

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
        request = Request(subject_of("get", resource, name, namespace), url_of(resource, name, namespace))
        return one_object(self._answered(request)[1], resource, name, namespace)

    def list(
        self,
        resource: Resource,
        namespace: str = "",
        *,
        labels: str = "",
        fields: str = "",
        metadata_only: bool = False,
        page: type[Any] | None = None,
    ) -> Iterator[JsonObject]:
        """Objects by label and field selector, page by page."""
        subject = subject_of("list", resource, "", namespace)
        path = url_of(resource, "", namespace)
        accept = METADATA_LIST if metadata_only else JSON
        read = page_reader(page) if page is not None else None

        def fetch(query: Mapping[str, str]) -> JsonObject:
            return self._page(Request(subject, path, query=query, accept=accept), resource, read)

        for item in pages(fetch, selectors(labels, fields)):
            # Items of a list have no apiVersion and kind.
            yield {**item, "apiVersion": resource.api_version, "kind": resource.kind}

    def _page(self, request: Request, resource: Resource, read: ReadPage | None) -> JsonObject:
        data = self._asked(lambda: self._transport.data(request))
        found = read(data) if read is not None else None
        return found or page_of(data, lambda part: self._transport.answer(request, part), resource)

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
        from dlctl.cluster.http.apply_body import apply_body

        metadata = body.get("metadata") or {}
        name, namespace = str(metadata.get("name") or ""), str(metadata.get("namespace") or "")
        subject = subject_of("apply", resource, name, namespace)
        query = {"fieldManager": field_manager, "fieldValidation": "Strict", "force": json.dumps(force)}
        query |= {"dryRun": "All"} if dry_run else {}
        request = Request(
            subject, url_of(resource, name, namespace), "PATCH", query, apply_body(body, subject), APPLY
        )
        status, answer = self._answered(request)
        applied = one_object(answer, resource, name, namespace, str(metadata.get("uid") or ""))
        others = other_managers(applied, field_manager) if creating and status == HTTPStatus.OK else ()
        if others:
            raise AlreadyExists(f"{subject}: the object already exists", others)
        return applied

    def create(
        self, resource: Resource, body: JsonObject, *, dry_run: bool = False, field_manager: str
    ) -> JsonObject:
        """A POST with strict validation."""
        request = creation(resource, body, field_manager, dry_run=dry_run)
        try:
            return one_object(self._answered(request)[1], resource, request.subject.name)
        except Conflict as error:
            raise AlreadyExists(f"{request.subject}: the object already exists", ()) from error

    def try_merge_patch(
        self, resource: Resource, name: str, namespace: str = "", *, patch: JsonObject
    ) -> JsonObject:
        """The object as a JSON merge patch would make it, with the server's defaults and admission."""
        from dlctl.cluster.http.apply_body import apply_body

        subject, path = subject_of("apply", resource, name, namespace), url_of(resource, name, namespace)
        query, data = {"dryRun": "All", "fieldValidation": "Strict"}, apply_body(patch, subject)
        request = Request(subject, path, "PATCH", query, data, MERGE_PATCH)
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
        ref = ObjectRef(resource.group, resource.kind, namespace, name)
        patch_metadata(self._answered, resource, ref, uid, lambda each: renaming(each, earlier, manager))

    def release(
        self,
        resource: Resource,
        name: str,
        namespace: str = "",
        *,
        uid: str,
        managers: Sequence[str],
        labels: Mapping[str, str],
        annotations: Mapping[str, str],
    ) -> None:
        """One patch of the metadata, of the object as it was read: made again where it changed meanwhile."""
        ref = ObjectRef(resource.group, resource.kind, namespace, name)
        patch_metadata(
            self._answered, resource, ref, uid, lambda each: releasing(each, managers, labels, annotations)
        )

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
        subject = subject_of("delete", resource, name, namespace)
        path = url_of(resource, name, namespace)
        request = Request(subject, path, "DELETE", body=delete_options(uid, propagation, dry_run=dry_run))
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
        path = url_of(resource, "", namespace)
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
            request = Request(subject_of("get", NAMESPACES, name, ""), url_of(NAMESPACES, name, ""))
            answer, certificate = self._transport.json_and_certificate(request)
            return kube_system_in(answer)

        identity = identity_of(read, self.server, self._transport.endpoint.authority)
        self._transport.bind("" if identity.weak else identity.uid, certificate)
        return identity

    def _answered(self, request: Request) -> tuple[int, Answer]:
        """The status of the response, and the answer in it."""
        return self._asked(lambda: self._transport.status_and_json(request))

    def _asked(self, ask: Callable[[], Answered]) -> Answered:
        try:
            return ask()
        except UnknownKind:
            # The cache is outdated: the server no longer serves the kind.
            self._discovery.forget()
            raise
