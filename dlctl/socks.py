"""Connections through a SOCKS5 proxy (RFC 1928, RFC 1929): the proxy looks up the server's name."""

import ipaddress
import socket
import time
from urllib.parse import unquote, urlsplit

from msgspec import Struct

PORT = 1080
_VERSION, _CONNECT, _PASSWORD = 5, 1, 2
_REFUSALS = {
    1: "it failed",
    2: "its rules do not allow the connection",
    3: "network is unreachable",
    4: "host is unreachable",
    5: "connection refused",
    6: "timed out",
}


class SocksError(OSError):
    """The proxy did not open the connection; `strerror` says why."""

    def __init__(self, reason: str) -> None:
        super().__init__(0, reason)


class SocksProxy(Struct, frozen=True):
    """A SOCKS5 proxy, with the account for it; a user "" is none."""

    host: str
    port: int = PORT
    user: str = ""
    password: str = ""

    def connect(self, host: str, port: int, seconds: float) -> socket.socket:
        """A connection to a server, within so many seconds. Raises SocksError; OSError for the proxy."""
        opened = _Opening(self, seconds)
        try:
            opened.agree()
            opened.ask_for(host, port)
        except BaseException:
            opened.socket.close()
            raise
        return opened.socket


def socks_proxy(url: str) -> SocksProxy | None:
    """The proxy at a URL `socks5://[USER:PASSWORD@]HOST[:PORT]`; None for one of another kind."""
    parts = urlsplit(url)
    if parts.scheme not in ("socks5", "socks5h"):
        return None
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return SocksProxy(parts.hostname or "", parts.port or PORT, user, password)


class _Opening:
    """What is sent to the proxy before the connection is open."""

    def __init__(self, proxy: SocksProxy, seconds: float) -> None:
        self._proxy = proxy
        self._end = time.monotonic() + seconds
        self.socket = socket.create_connection((proxy.host, proxy.port), seconds)

    def agree(self) -> None:
        """Agree on how the user is known to the proxy."""
        self._send(bytes((_VERSION, 2, 0, _PASSWORD) if self._proxy.user else (_VERSION, 1, 0)))
        version, method = self._receive(2)
        if version != _VERSION:
            raise SocksError("it is no SOCKS5 proxy")
        if method == _PASSWORD and self._proxy.user:
            user, password = self._proxy.user.encode(), self._proxy.password.encode()
            if max(len(user), len(password)) > 255:
                raise SocksError("the user name or the password is longer than 255 bytes")
            self._send(bytes((1, len(user))) + user + bytes((len(password),)) + password)
            if self._receive(2)[1]:
                raise SocksError("it does not accept the user name and the password")
        elif method:
            raise SocksError("it needs a user name and a password")

    def ask_for(self, host: str, port: int) -> None:
        """Ask for the connection to a server."""
        self._send(bytes((_VERSION, _CONNECT, 0)) + _address(host) + port.to_bytes(2, "big"))
        _, answer, _, kind = self._receive(4)
        if answer:
            raise SocksError(_REFUSALS.get(answer, f"it answers with the code {answer}"))
        self._receive({1: 4, 4: 16}.get(kind) or self._receive(1)[0])
        self._receive(2)

    def _send(self, data: bytes) -> None:
        self._limit()
        self.socket.sendall(data)

    def _receive(self, size: int) -> bytes:
        received = b""
        while len(received) < size:
            self._limit()
            part = self.socket.recv(size - len(received))
            if not part:
                raise SocksError("it closed the connection")
            received += part
        return received

    def _limit(self) -> None:
        left = self._end - time.monotonic()
        if left <= 0:
            raise TimeoutError("timed out")
        self.socket.settimeout(left)


def _address(host: str) -> bytes:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        name = host.encode("idna") if not host.isascii() else host.encode()
        if len(name) > 255:
            raise SocksError("the host's name is longer than 255 bytes") from None
        return bytes((3, len(name))) + name
    return bytes((1 if address.version == 4 else 4,)) + address.packed
