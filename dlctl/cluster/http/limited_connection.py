"""Connections whose requests end in time as a whole: connecting, TLS, sending, headers and body together.

Before something is written over a connection with a certificate that is new, they ask for the cluster's
identity on this connection.
The limits of urllib3 are for one read each, so that an answer that comes byte by byte would take for ever.
"""

import socket
import ssl
import time
from collections.abc import Callable, Mapping
from typing import Any

import urllib3
from urllib3 import BaseHTTPResponse, HTTPHeaderDict
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError, ProtocolError
from urllib3.util.ssl_ import is_ipaddress

from dlctl.cluster.http.body import read_body
from dlctl.cluster.http.in_thread import in_thread
from dlctl.cluster.http.server_binding import UNREADABLE, ServerBinding

_ASKED = 4
"""Connections of one request on which the identity is asked for."""

CONNECT_TIMEOUT = 10.0
"""Seconds for a connection with its TLS handshake; less where the request has less."""


class LimitedSocket(socket.socket):
    """A socket that reads and sends until a time of the monotonic clock, and not beyond."""

    until: float | None = None

    def recv_into(self, *args: Any) -> int:
        """Read, for at most the time that is left. Raises TimeoutError."""
        _limit(self)
        return super().recv_into(*args)

    def sendall(self, *args: Any) -> None:
        """Send, for at most the time that is left. Raises TimeoutError."""
        _limit(self)
        super().sendall(*args)


class LimitedTlsSocket(ssl.SSLSocket):
    """The same over TLS."""

    until: float | None = None

    def recv_into(self, *args: Any) -> int:
        """Read, for at most the time that is left. Raises TimeoutError."""
        _limit(self)
        return super().recv_into(*args)

    def send(self, *args: Any) -> int:
        """Send, for at most the time that is left. Raises TimeoutError."""
        _limit(self)
        return super().send(*args)


def _limit(limited: LimitedSocket | LimitedTlsSocket) -> None:
    if limited.until is None:
        return
    left = limited.until - time.monotonic()
    if left <= 0:
        raise TimeoutError("timed out")
    limited.settimeout(left)


class _LimitedHttp(HTTPConnection):
    """`timeout` is the time that is left of the whole request, as the pool sets it before each step.

    `certificate` is the server's; None without TLS.
    """

    def __init__(self, *args: Any, binding: ServerBinding, **options: Any) -> None:
        super().__init__(*args, **options)
        self.certificate: bytes | None = None
        self._binding = binding
        self._refusal: BaseHTTPResponse | None = None

    def connect(self) -> None:
        """Connect, and keep the server's certificate."""
        super().connect()
        certificate = getattr(self.sock, "getpeercert", None)
        self.certificate = certificate(binary_form=True) if certificate else None

    def _new_conn(self) -> socket.socket:
        whole, self.timeout = self.timeout, min(CONNECT_TIMEOUT, self.timeout or CONNECT_TIMEOUT)
        until = time.monotonic() + self.timeout
        try:
            opened = self._opened(super()._new_conn, self.timeout)
        finally:
            self.timeout = whole
        limited = LimitedSocket(fileno=opened.detach())
        limited.until = until
        limited.settimeout(max(until - time.monotonic(), 0.001))  # also for the TLS handshake
        return limited

    def _opened(self, connect: Callable[[], socket.socket], seconds: float) -> socket.socket:
        """The open connection; a host's name is looked up in a thread."""
        if is_ipaddress(self._dns_host):
            return connect()
        try:
            return in_thread(connect, seconds)
        except TimeoutError as error:
            raise ConnectTimeoutError(self, f"{self._dns_host} was not reached in {seconds:g} s") from error

    def request(self, method: str, url: str, body: Any = None, headers: Any = None, **options: Any) -> None:
        """Send a request, for at most the time that is left. Raises ClusterError for another cluster."""
        if self.sock is None:
            self.connect()
        self._set_limit()
        self._refusal = None if method == "GET" else self._ask_identity(headers, options)
        if self._refusal is None:
            super().request(method, url, body, headers, **options)

    def getresponse(self) -> Any:
        """Receive the headers, and limit the time for the body too."""
        self._set_limit()
        if self._refusal is not None:
            return self._refusal
        return super().getresponse()

    def _ask_identity(self, headers: Any, options: Mapping[str, Any]) -> BaseHTTPResponse | None:
        """Ask which cluster this connection leads to, where that is not known.

        An answer that does not tell it, such as 401 or 503, is returned: nothing is written then, and it is
        the answer to what was to be written.
        """
        asked = HTTPHeaderDict(headers)
        asked.discard("Content-Type")
        for _ in range(_ASKED):
            if not self._binding.must_ask(self.certificate):
                return None
            super().request("GET", self._binding.path, None, asked, **options)
            response = super().getresponse()
            if response.status >= 400 and response.status not in UNREADABLE:
                return response
            body = read_body(response, self._binding.subject, self._binding.name)
            self._binding.check(response.status, body, self.certificate)
            if (
                self.sock is None
            ):  # the server closes each connection: the next one may have the same certificate
                self.connect()
        raise ProtocolError("Connection closed, and each new one has another certificate")

    def _set_limit(self) -> None:
        if isinstance(self.sock, LimitedSocket | LimitedTlsSocket) and self.timeout is not None:
            self.sock.until = time.monotonic() + self.timeout


class _LimitedHttps(_LimitedHttp, HTTPSConnection):
    pass


def with_limits(manager: urllib3.PoolManager, binding: ServerBinding) -> urllib3.PoolManager:
    """The same manager, whose connections keep to the limit of each request and to one cluster."""

    class HttpPool(HTTPConnectionPool):
        ConnectionCls = _LimitedHttp

        def __init__(self, *args: Any, **options: Any) -> None:
            super().__init__(*args, binding=binding, **options)

    class HttpsPool(HttpPool, HTTPSConnectionPool):
        ConnectionCls = _LimitedHttps

    manager.pool_classes_by_scheme = {"http": HttpPool, "https": HttpsPool}
    return manager


def certificate_of(response: urllib3.BaseHTTPResponse) -> bytes | None:
    """The certificate of the connection that a response comes from, before the body is read."""
    connection = response.connection
    return connection.certificate if isinstance(connection, _LimitedHttp) else None
