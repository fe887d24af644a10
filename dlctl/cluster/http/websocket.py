"""A websocket to a pod, over a connection that leads to the cluster whose identity was read.

The client of the `kubernetes` package opens connections of its own: by certificates in files, without
impersonation, and without a look at which cluster answers. So the library that it is built on
(websocket-client) gets our connection, and this module alone imports it.
"""

import contextlib
import socket
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol
from urllib.parse import urlsplit

from dlctl.cluster.answers.answer import Address
from dlctl.cluster.http.refusal import read_refusal
from dlctl.cluster.http.status_error import error_of
from dlctl.cluster.http.subject import Subject
from dlctl.errors import ClusterError, Unreachable
from dlctl.limited_connection import LimitedSocket, LimitedTlsSocket

PROTOCOLS = ("v5.channel.k8s.io", "v4.channel.k8s.io")
"""Of remote commands: since v5 an end of the standard input can be sent (KEP-4006)."""
PORT_PROTOCOLS = ("v4.channel.k8s.io",)
_CLOSE = 255
HANDSHAKE = 60.0
"""Seconds for the answer of the server, which asks the node."""


class Opened(Protocol):
    """A connection whose cluster is known."""

    @property
    def sock(self) -> socket.socket | None:
        """Its socket."""
        ...


class PodChannels:
    """Channels of bytes to and from a pod, by their numbers. `send` may be called from another thread."""

    def __init__(self, connection: Any, server: str) -> None:
        self._connection = connection
        self._server = server
        self._closed = False

    def send(self, channel: int, data: bytes) -> None:
        """Send bytes. Raises Unreachable."""
        with self._errors():
            self._connection.send_binary(bytes([channel]) + data)

    def end(self, channel: int) -> bool:
        """Say that no more comes on a channel; false where the server does not know that."""
        known: bool = self._connection.getsubprotocol() == PROTOCOLS[0]
        if known:
            self.send(_CLOSE, bytes([channel]))
        return known

    def received(self) -> Iterator[tuple[int, bytes]]:
        """What arrives on each channel, to the end of the connection. Raises Unreachable where it is cut."""
        try:
            while (content := self._message()) is not None:
                if content and content[0] != _CLOSE:
                    yield content[0], content[1:]
        finally:
            self._connection.shutdown()

    def close(self) -> None:
        """Close the connection, from any thread."""
        self._closed = True
        taken = self._connection.sock
        if taken is not None:
            with contextlib.suppress(OSError):
                taken.shutdown(socket.SHUT_RDWR)  # wakes up a thread that receives

    def _message(self) -> bytes | None:
        """The next message; None at the end."""
        from websocket import ABNF

        try:
            with self._errors():
                opcode, data = self._connection.recv_data()
        except Unreachable:
            if self._closed:
                return None
            raise
        if opcode == ABNF.OPCODE_CLOSE:
            return None
        return data if isinstance(data, bytes) else str(data).encode()

    def _errors(self) -> "_Errors":
        return _Errors(self._server)


class _Errors:
    """Makes errors of the library ours."""

    def __init__(self, server: str) -> None:
        self._server = server

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> None:
        from websocket import WebSocketException

        if isinstance(error, WebSocketException | OSError):
            raise Unreachable(f"{self._server}: the connection to the pod was cut") from error


def open_channels(
    connection: Opened,
    url: str,
    headers: Mapping[str, str],
    protocols: Sequence[str],
    subject: Subject,
    server: Address,
) -> PodChannels:
    """Upgrade a connection to a websocket. Raises the ClusterError tree where the server refuses."""
    import websocket

    made: Any = websocket.WebSocket(enable_multithread=True, skip_utf8_validation=True)
    taken = connection.sock
    assert taken is not None
    taken.settimeout(HANDSHAKE)
    scheme, _, rest = url.partition("://")
    try:
        made.connect(
            f"{'wss' if scheme == 'https' else 'ws'}://{rest}",
            header=[f"{name}: {value}" for name, value in headers.items()],
            socket=taken,
            subprotocols=list(protocols),
            suppress_origin=True,
            redirect_limit=0,
            host=urlsplit(url).netloc,
            timeout=HANDSHAKE,
        )
    except websocket.WebSocketBadStatusException as error:
        raise _refused(error, subject, server) from error
    except (websocket.WebSocketException, OSError) as error:
        raise Unreachable(f"{subject}: the server did not complete the WebSocket handshake") from error
    if isinstance(taken, LimitedSocket | LimitedTlsSocket):
        taken.until = None  # a websocket has no end
    made.settimeout(None)
    return PodChannels(made, urlsplit(url).netloc)


def _refused(error: Any, subject: Subject, server: Address) -> ClusterError:
    body = error.resp_body or b""
    headers = error.resp_headers or {}
    kind = next((value for name, value in headers.items() if name.lower() == "content-type"), "")
    refusal = read_refusal(error.status_code, body if isinstance(body, bytes) else body.encode(), kind)
    return error_of(refusal, subject, server)
