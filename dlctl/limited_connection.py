"""Connections whose requests end in time as a whole: connecting, TLS, sending, headers and body together.

The limits of urllib3 are for one read each, so that an answer that comes byte by byte would take for ever.
"""

import socket
import ssl
import time
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError, ProxyError
from urllib3.util.ssl_ import is_ipaddress

from dlctl.in_thread import in_thread

if TYPE_CHECKING:
    from dlctl.socks import SocksProxy


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


class LimitedHttp(HTTPConnection):
    """`timeout` is the time that is left of the whole request, as the pool sets it before each step.

    With `socks` the connection leads through that proxy.
    """

    def __init__(self, *args: Any, socks: "SocksProxy | None" = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self._socks = socks

    def _new_conn(self) -> socket.socket:
        whole, self.timeout = self.timeout, min(CONNECT_TIMEOUT, self.timeout or CONNECT_TIMEOUT)
        until = time.monotonic() + self.timeout
        try:
            direct, proxy, seconds = self._direct, self._socks, self.timeout
            connect = partial(self._through, proxy, seconds) if proxy else direct
            opened = self._opened(connect, seconds)
        finally:
            self.timeout = whole
        limited = LimitedSocket(fileno=opened.detach())
        limited.until = until
        limited.settimeout(max(until - time.monotonic(), 0.001))  # also for the TLS handshake
        return limited

    @property
    def _host(self) -> str:
        """The host that is connected to."""
        return self._socks.host if self._socks else self._dns_host

    def _direct(self) -> socket.socket:
        """As urllib3 connects, but names in ASCII do not load Python's IDNA codec, which takes 2 ms."""
        try:
            address: Any = self._dns_host.strip("[]").encode("ascii"), self.port
        except UnicodeEncodeError:
            return super()._new_conn()
        try:
            opened = socket.create_connection(address, self.timeout, self.source_address)
        except socket.gaierror as error:
            raise NameResolutionError(self.host, self, error) from error
        except TimeoutError as error:
            raise ConnectTimeoutError(self, f"{self.host} was not reached in {self.timeout:g} s") from error
        except OSError as error:
            raise NewConnectionError(self, f"Failed to establish a new connection: {error}") from error
        for option in self.socket_options or ():
            opened.setsockopt(*option)
        return opened

    def _through(self, proxy: "SocksProxy", seconds: float) -> socket.socket:
        try:
            return proxy.connect(self._dns_host, self.port, seconds)
        except OSError as error:
            raise ProxyError("SOCKS", error) from error

    def _opened(self, connect: Callable[[], socket.socket], seconds: float) -> socket.socket:
        """The open connection; a host's name is looked up in a thread."""
        if is_ipaddress(self._host):
            return connect()
        try:
            return in_thread(connect, seconds)
        except TimeoutError as error:
            raise ConnectTimeoutError(self, f"{self._host} was not reached in {seconds:g} s") from error

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


class LimitedHttps(LimitedHttp, HTTPSConnection):
    """The same over TLS."""


def with_limits(
    manager: urllib3.PoolManager,
    http: type[LimitedHttp] = LimitedHttp,
    https: type[LimitedHttps] = LimitedHttps,
    **options: Any,
) -> urllib3.PoolManager:
    """The same manager, whose connections are of these classes, made with these options, too."""

    class HttpPool(HTTPConnectionPool):
        ConnectionCls = http

        def __init__(self, *args: Any, **own: Any) -> None:
            super().__init__(*args, **{**own, **options})

    class HttpsPool(HttpPool, HTTPSConnectionPool):
        ConnectionCls = https

    manager.pool_classes_by_scheme = {"http": HttpPool, "https": HttpsPool}
    return manager
