"""Connections that ask for the cluster's identity before something is written with a certificate that is new.

The question goes over the same connection, so that what is written reaches the cluster that was asked.
"""

from collections.abc import Mapping
from http.client import HTTPException
from typing import TYPE_CHECKING, Any

import urllib3
from urllib3 import BaseHTTPResponse, HTTPHeaderDict
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ProtocolError

from dlctl.cluster.http.body import read_body
from dlctl.cluster.http.server_binding import UNREADABLE, ServerBinding
from dlctl.limited_connection import LimitedHttp, LimitedHttps, with_limits

if TYPE_CHECKING:
    from dlctl.socks import SocksProxy


class NothingSent(ProtocolError):  # noqa: N818 - the name reads better where it is caught
    """The connection was lost while the identity was asked for: before what is to be written was sent."""


_ASKED = 4
"""Connections of one request on which the identity is asked for."""


class BoundHttp(LimitedHttp):
    """`certificate` is the server's; None without TLS."""

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

    def request(self, method: str, url: str, body: Any = None, headers: Any = None, **options: Any) -> None:
        """Send a request, for at most the time that is left. Raises ClusterError for another cluster."""
        if self.sock is None:
            self.connect()
        self._set_limit()
        self._refusal = None if method == "GET" else self._asked_first(headers, options)
        if self._refusal is None:
            super().request(method, url, body, headers, **options)

    def getresponse(self) -> Any:
        """Receive the headers, or the answer of the question for the identity."""
        return super().getresponse() if self._refusal is None else self._refusal

    def upgrade(self, headers: Mapping[str, str]) -> BaseHTTPResponse | None:
        """Connect for another protocol, once it is known which cluster this connection leads to.

        Returns the answer of the question for the identity where it does not tell that. Raises ClusterError
        for another cluster, and urllib3's errors.
        """
        self.connect()
        self._set_limit()
        return self._ask_identity(headers, {"preload_content": False})

    def _asked_first(self, headers: Any, options: Mapping[str, Any]) -> BaseHTTPResponse | None:
        """The same before a request. Raises NothingSent where the connection is lost."""
        try:
            return self._ask_identity(headers, options)
        except (ConnectionError, TimeoutError, HTTPException, ProtocolError) as error:
            raise NothingSent("Connection aborted.", error) from error

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
            HTTPConnection.request(self, "GET", self._binding.path, None, asked, **options)
            response = HTTPConnection.getresponse(self)
            if response.status >= 400 and response.status not in UNREADABLE:
                return response
            body = read_body(response, self._binding.subject, self._binding.address)
            self._binding.check(response.status, body, self.certificate)
            if self.sock is None:  # closed after each answer: the next connection may have this certificate
                self.connect()
        raise ProtocolError("Connection closed, and each new one has another certificate")


class BoundHttps(BoundHttp, LimitedHttps, HTTPSConnection):
    """The same over TLS."""


def bound_to(
    manager: urllib3.PoolManager, binding: ServerBinding, socks: "SocksProxy | None" = None
) -> urllib3.PoolManager:
    """The same manager, whose connections keep to the limit of each request and to one cluster.

    With `socks` they lead through that proxy.
    """
    return with_limits(manager, BoundHttp, BoundHttps, binding=binding, socks=socks)


def certificate_of(response: urllib3.BaseHTTPResponse) -> bytes | None:
    """The certificate of the connection that a response comes from, before the body is read."""
    connection = response.connection
    return connection.certificate if isinstance(connection, BoundHttp) else None
