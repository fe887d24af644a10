"""Requests to one API server: connection pool, credentials, retries and errors."""

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

import urllib3
from msgspec import Struct
from urllib3.exceptions import HTTPError

from dlctl import __version__
from dlctl.cluster.answers.answer import Answer, answer_of, wrong_answer
from dlctl.cluster.auth.credentials import StaticCredentials
from dlctl.cluster.auth.header_value import header_value
from dlctl.cluster.auth.impersonation import HeaderList
from dlctl.cluster.http.body import Received, read_body
from dlctl.cluster.http.bound_connection import certificate_of
from dlctl.cluster.http.connections import Connections
from dlctl.cluster.http.endpoint import Endpoint
from dlctl.cluster.http.outage import Limit
from dlctl.cluster.http.retry import ATTEMPTS, Retry, asked_to_wait, is_retryable, retry_after
from dlctl.cluster.http.subject import Subject
from dlctl.errors import Unauthorized, Unreachable
from dlctl.events import Emit, WarningNote, no_events

if TYPE_CHECKING:
    from dlctl.cluster.http.websocket import PodChannels

TIMEOUT = 60.0
"""Seconds for a request; a server's own limit is 60 (kube-apiserver, --request-timeout)."""

JSON = "application/json"
Pairs = Sequence[tuple[str, str]]
"""A query; a name may occur several times."""


class Request(Struct, frozen=True):
    """One request. An `idempotent` one can be sent twice without harm."""

    subject: Subject
    path: str
    method: str = "GET"
    query: Mapping[str, str] | None = None
    body: bytes | None = None
    content_type: str = JSON
    accept: str = JSON
    idempotent: bool = True

    def url(self, server: str) -> str:
        """The URL below that of a server, which may be left out but for its path."""
        query = f"?{urlencode(self.query)}" if self.query else ""
        return f"{server}{quote(self.path, safe='/:@!$&()*+,;=~')}{query}"


class Transport:
    """Sends requests; safe to use from several threads."""

    def __init__(
        self,
        connections: Connections,
        *,
        impersonation: HeaderList = (),
        retry: Retry | None = None,
        timeout: float | None = None,
        emit: Emit = no_events,
    ) -> None:
        self._connections = connections
        self._impersonation = impersonation
        self.retry = retry or Retry()
        self._timeout = timeout
        self._emit = emit
        self._warned: set[str] = set()
        self._lock = threading.Lock()

    @property
    def endpoint(self) -> Endpoint:
        """The server that requests are sent to."""
        return self._connections.endpoint

    @property
    def has_fixed_credentials(self) -> bool:
        """Whether the credentials are at hand: no program and no other server is asked for them."""
        return isinstance(self._connections.credentials, StaticCredentials)

    def reporting_to(self, emit: Emit) -> "Transport":
        """A transport over the same connections that reports warnings to `emit`, each text once."""
        return Transport(
            self._connections,
            impersonation=self._impersonation,
            retry=self.retry,
            timeout=self._timeout,
            emit=emit,
        )

    def json(self, request: Request) -> Answer:
        """Send a request and parse the response as JSON. Raises the ClusterError tree."""
        return self.status_and_json(request)[1]

    def status_and_json(self, request: Request) -> tuple[int, Answer]:
        """Send a request; the status of the response, and its JSON. Raises the ClusterError tree."""
        received = self._send(request)
        return received.status, self.answer(request, received.body)

    def json_and_certificate(self, request: Request) -> tuple[Answer, bytes | None]:
        """Send a request; its JSON, and the certificate of the connection. Raises the ClusterError tree."""
        received = self._send(request)
        return self.answer(request, received.body), received.certificate

    def bind(self, uid: str, certificate: bytes | None) -> None:
        """Keep the identity that was read on a connection with this certificate: see ServerBinding."""
        self._connections.binding.learn(uid, certificate)

    def json_or_text(self, request: Request) -> Answer | str:
        """Send a request and parse the response as JSON if its content type is JSON, else as text."""
        received = self._send(request)
        if received.headers.get("Content-Type", "").startswith(JSON):
            return self.answer(request, received.body)
        return received.body.decode("utf-8", "replace")

    def data(self, request: Request) -> bytes:
        """Send a request and return the body of the response. Raises the ClusterError tree."""
        return self._send(request).body

    def answer(self, request: Request, data: bytes) -> Answer:
        """The JSON that was received for a request. Raises ClusterError if it is not JSON."""
        return answer_of(request.subject, self.endpoint, data)

    @contextmanager
    def stream(self, request: Request, timeout: float) -> Iterator[Iterator[bytes]]:
        """The parts of the response as they arrive, for at most `timeout` seconds.

        The connection is closed after the block.
        """
        received = self._until_answered(request, timeout, streamed=True)
        try:
            yield self._parts(received.response)
        finally:
            received.response.close()

    def channels(self, request: Request, query: Pairs, protocols: Sequence[str]) -> "PodChannels":
        """Open a websocket by a request with this query. Raises the ClusterError tree.

        The connection leads to the cluster whose identity was read; it is asked again where that is not sure.
        """
        from dlctl.cluster.http.websocket import open_channels

        url = f"{request.url(self.endpoint.server)}?{urlencode(query)}"
        for renewed in (False, True):
            headers = self._headers(request)
            try:
                opened = self._connections.upgraded(headers, self._timeout or TIMEOUT)
                return open_channels(opened, url, headers, protocols, request.subject, self.endpoint)
            except Unauthorized:
                if renewed or not self._connections.credentials.renew():
                    raise
            except HTTPError as error:
                raise self._unreachable(error) from error
        raise AssertionError("a request is sent twice at most")

    def close(self) -> None:
        """Close idle connections."""
        self._connections.close()

    def _send(self, request: Request) -> Received:
        return self._until_answered(request, self._timeout or TIMEOUT, streamed=False)

    def _until_answered(self, request: Request, timeout: float, *, streamed: bool) -> Received:
        attempt, renewed, limit = 1, False, self._connections.outage.limit(timeout)
        failed: list[HTTPError] = []
        while True:
            received = self._try(request, attempt, limit, failed, streamed=streamed)
            if received is not None:
                if received.status < 400:
                    return self._accepted(request, received)
                if received.status == 401 and not renewed and self._connections.credentials.renew():
                    renewed = True
                    continue
                self._wait_after(request, received, attempt, limit)
            attempt += 1

    def _wait_after(self, request: Request, received: Received, attempt: int, limit: Limit) -> None:
        """Wait after a refusal that may pass. Raises the error for any other, and where it takes too long."""
        from dlctl.cluster.http.refusal import read_refusal
        from dlctl.cluster.http.status_error import error_of

        refusal = read_refusal(received.status, received.body, received.headers.get("Content-Type", ""))
        if (received.status < 500 and received.status != 429) or refusal.is_about_the_kind:
            self._connections.outage.ended()
        asked = retry_after(received.headers, refusal)
        retryable = is_retryable(refusal, attempt, idempotent=request.idempotent)
        if retryable and self._waited(attempt, asked, limit):
            return
        self._warn(request, received)
        error = error_of(refusal, request.subject, self.endpoint)
        raise asked_to_wait(error, self.endpoint, asked, limit.seconds) if retryable and asked else error

    def _accepted(self, request: Request, received: Received) -> Received:
        self._connections.outage.ended()
        self._warn(request, received)
        if 200 <= received.status < 300:
            return received
        received.response.close()
        what = "it is a redirect, which is not followed" if received.status >= 300 else "it is not final"
        raise wrong_answer(request.subject, self.endpoint, f"{what} (HTTP status {received.status})")

    def _waited(self, attempt: int, asked: float | None, limit: Limit) -> bool:
        """Wait before a request is sent again; false if the server has been unavailable for too long."""
        left = self._connections.outage.left(limit, asked=asked is not None)
        return self.retry.wait(attempt, asked, left)

    def _try(
        self, request: Request, attempt: int, limit: Limit, failed: list[HTTPError], *, streamed: bool
    ) -> Received | None:
        """One attempt: the response, or None if it is the next of those that `failed`, and can be retried."""
        turn = nullcontext() if streamed else self._connections.turns.turn()
        try:
            with turn:
                return self._asked(request, limit.seconds, streamed=streamed)
        except HTTPError as error:
            from dlctl.cluster.http.connection_error import is_dropped, is_refused, unreachable

            failed.append(error)
            lost = is_dropped(error) and request.idempotent
            restarting = is_refused(error) and self._connections.used
            if not (lost or restarting) or attempt >= ATTEMPTS or not self._waited(attempt, None, limit):
                raise unreachable(failed, self.endpoint, writes=request.method != "GET") from error
            return None

    def _asked(self, request: Request, timeout: float, *, streamed: bool) -> Received:
        """Send a request once. Raises urllib3's errors."""
        response = self._connections.pool(streamed).urlopen(
            request.method,
            request.url(self.endpoint.prefix),
            body=request.body,
            headers=self._headers(request),
            timeout=urllib3.Timeout(total=timeout),
            retries=False,
            redirect=False,
            assert_same_host=False,
            preload_content=False,
        )
        self._connections.used = True
        certificate = certificate_of(response)
        unread = streamed and response.status < 300
        body = b"" if unread else read_body(response, request.subject, self.endpoint)
        return Received(response, body, certificate)

    def _parts(self, response: urllib3.BaseHTTPResponse) -> Iterator[bytes]:
        try:
            yield from response.stream(65536, decode_content=True)
        except HTTPError as error:
            raise self._unreachable(error) from error

    def _headers(self, request: Request) -> urllib3.HTTPHeaderDict:
        headers = urllib3.HTTPHeaderDict()
        headers["Accept"] = request.accept
        headers["User-Agent"] = f"dlctl/{__version__}"
        if self.endpoint.compressed:
            headers["Accept-Encoding"] = "gzip"
        if request.body is not None:
            headers["Content-Type"] = request.content_type
        for name, value in (*self._connections.credentials.headers().items(), *self._impersonation):
            headers.add(name, header_value(name, value))
        return headers

    def _warn(self, request: Request, received: Received) -> None:
        """Report the server's warnings about objects that are sent; warnings about reads are ignored."""
        if request.method == "GET" or "Warning" not in received.headers:
            return
        from dlctl.cluster.http.warning_header import warnings_about

        for text in warnings_about(request.subject, received.headers["Warning"]):
            with self._lock:
                new = text not in self._warned
                self._warned.add(text)
            if new:
                self._emit(WarningNote(text))

    def _unreachable(self, error: HTTPError) -> Unreachable:
        from dlctl.cluster.http.connection_error import unreachable

        return unreachable([error], self.endpoint)
