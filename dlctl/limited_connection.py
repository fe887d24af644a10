"""Connections whose requests end in time as a whole: connecting, TLS, sending, headers and body together.

The limits of urllib3 are for one read each, so that an answer that comes byte by byte would take for ever.
"""

import socket
import ssl
import time
from typing import Any

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

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
    """`timeout` is the time that is left of the whole request, as the pool sets it before each step."""

    def _new_conn(self) -> socket.socket:
        whole, self.timeout = self.timeout, min(CONNECT_TIMEOUT, self.timeout or CONNECT_TIMEOUT)
        until = time.monotonic() + self.timeout
        try:
            opened = super()._new_conn()
        finally:
            self.timeout = whole
        limited = LimitedSocket(fileno=opened.detach())
        limited.until = until
        limited.settimeout(max(until - time.monotonic(), 0.001))  # also for the TLS handshake
        return limited

    def request(self, *args: Any, **options: Any) -> None:
        """Send a request, for at most the time that is left."""
        if self.sock is None:
            self.connect()
        self._set_limit()
        super().request(*args, **options)

    def getresponse(self) -> Any:
        """Receive the headers, and limit the time for the body too."""
        self._set_limit()
        return super().getresponse()

    def _set_limit(self) -> None:
        if isinstance(self.sock, LimitedSocket | LimitedTlsSocket) and self.timeout is not None:
            self.sock.until = time.monotonic() + self.timeout


class _LimitedHttps(_LimitedHttp, HTTPSConnection):
    pass


class _HttpPool(HTTPConnectionPool):
    ConnectionCls = _LimitedHttp


class _HttpsPool(HTTPSConnectionPool):
    ConnectionCls = _LimitedHttps


def with_limits(manager: urllib3.PoolManager) -> urllib3.PoolManager:
    """The same manager, whose connections keep to the limit of each request."""
    manager.pool_classes_by_scheme = {"http": _HttpPool, "https": _HttpsPool}
    return manager
