"""Requests to one API server: connection pool, credentials, retries and errors."""

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

import urllib3

from dlctl import __version__
from dlctl.cluster.auth.header_value import header_value
from dlctl.cluster.auth.impersonation import HeaderList
from dlctl.cluster.http.connection_error import is_dropped, is_refused, unreachable
from dlctl.cluster.http.connections import Connections
from dlctl.cluster.http.endpoint import Endpoint
from dlctl.cluster.http.retry import ATTEMPTS, Retry, is_retryable, retry_after
from dlctl.cluster.http.secret_message import without_values
from dlctl.cluster.http.status_error import error_of, read_refusal
from dlctl.cluster.http.subject import Subject
from dlctl.cluster.http.warning_header import warnings_in
from dlctl.errors import ClusterError, Unreachable
from dlctl.events import Emit, WarningNote, no_events

CONNECT_TIMEOUT = 10.0
READ_TIMEOUT = 60.0
"""Seconds; a server's own limit for a request is 60 (kube-apiserver, --request-timeout)."""

JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Request:
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
        """The full URL."""
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

    def reporting_to(self, emit: Emit) -> "Transport":
        """A transport over the same connections that reports warnings to `emit`, each text once."""
        return Transport(
            self._connections,
            impersonation=self._impersonation,
            retry=self.retry,
            timeout=self._timeout,
            emit=emit,
        )

    def json(self, request: Request) -> Any:
        """Send a request and parse the response as JSON. Raises the ClusterError tree."""
        return self._parsed(request, self.send(request).data)

    def status_and_json(self, request: Request) -> tuple[int, Any]:
        """Send a request; the status of the response, and its JSON. Raises the ClusterError tree."""
        response = self.send(request)
        return response.status, self._parsed(request, response.data)

    def json_or_text(self, request: Request) -> Any:
        """Send a request and parse the response as JSON if its content type is JSON, else as text."""
        response = self.send(request)
        if response.headers.get("Content-Type", "").startswith(JSON):
            return self._parsed(request, response.data)
        return response.data.decode("utf-8", "replace")

    def text(self, request: Request) -> str:
        """Send a request and return the response as text."""
        return self.send(request).data.decode("utf-8", "replace")

    def send(self, request: Request) -> urllib3.BaseHTTPResponse:
        """Send a request, with retries, and return the full response."""
        return self._until_answered(request, self._read_timeout(), streamed=False)

    @contextmanager
    def stream(self, request: Request, read_timeout: float) -> Iterator[Iterator[bytes]]:
        """The parts of the response as they arrive; the connection is closed after the block."""
        response = self._until_answered(request, read_timeout, streamed=True)
        try:
            yield self._parts(response)
        finally:
            response.close()

    def close(self) -> None:
        """Close idle connections."""
        self._connections.close()

    def _parsed(self, request: Request, data: bytes) -> Any:
        try:
            return json.loads(data)
        except ValueError as error:
            raise ClusterError(f"{request.subject}: {self._name} did not return JSON") from error

    def _until_answered(
        self, request: Request, read_timeout: float, *, streamed: bool
    ) -> urllib3.BaseHTTPResponse:
        attempt, renewed = 1, False
        while True:
            response = self._try(request, attempt, read_timeout, streamed=streamed)
            if response is not None and response.status < 400:
                self._warn(request, response)
                return response
            if response is not None:
                refusal = read_refusal(
                    response.status, response.data, response.headers.get("Content-Type", "")
                )
                if response.status == 401 and not renewed and self._connections.credentials.renew():
                    renewed = True
                    continue
                if not is_retryable(refusal, attempt, idempotent=request.idempotent):
                    self._warn(request, response)
                    raise error_of(refusal, request.subject, self._name)
                self.retry.wait(attempt, retry_after(response.headers, refusal))
            attempt += 1

    def _try(
        self, request: Request, attempt: int, read_timeout: float, *, streamed: bool
    ) -> urllib3.BaseHTTPResponse | None:
        """One attempt: the response, or None if the connection failed and the request can be retried."""
        try:
            response = self._connections.pool(streamed).request(
                request.method,
                request.url(self.endpoint.server),
                body=request.body,
                headers=self._headers(request),
                timeout=self._limits(read_timeout),
                retries=False,
                redirect=False,
                preload_content=not streamed,
            )
            self._connections.used = True
            return response
        except urllib3.exceptions.HTTPError as error:
            lost = is_dropped(error) and request.idempotent
            restarting = is_refused(error) and self._connections.used
            if not (lost or restarting) or attempt >= ATTEMPTS:
                raise self._unreachable(error) from error
            self.retry.wait(attempt)
            return None

    def _parts(self, response: urllib3.BaseHTTPResponse) -> Iterator[bytes]:
        try:
            yield from response.stream(65536, decode_content=True)
        except urllib3.exceptions.HTTPError as error:
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

    def _limits(self, read_timeout: float) -> urllib3.Timeout:
        """The time limits; the user's limit also applies to connecting."""
        return urllib3.Timeout(connect=min(CONNECT_TIMEOUT, self._read_timeout()), read=read_timeout)

    def _read_timeout(self) -> float:
        return self._timeout or READ_TIMEOUT

    def _warn(self, request: Request, response: urllib3.BaseHTTPResponse) -> None:
        """Report the server's warnings about objects that are sent; warnings about reads are ignored."""
        if request.method == "GET" or "Warning" not in response.headers:
            return
        for written in warnings_in(response.headers["Warning"]):
            secret = request.subject.secret
            text = f"{request.subject}: {without_values(written)}" if secret else written
            with self._lock:
                new = text not in self._warned
                self._warned.add(text)
            if new:
                self._emit(WarningNote(text))

    def _unreachable(self, error: urllib3.exceptions.HTTPError) -> Unreachable:
        end = self.endpoint
        return unreachable(
            error, server=end.server, context=end.context, authority=end.authority_name, proxy=end.proxy
        )

    @property
    def _name(self) -> str:
        return f"{self.endpoint.server} (context '{self.endpoint.context}')"
