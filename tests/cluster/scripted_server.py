"""An HTTP server on loopback whose answers a test writes down: for faults that a real one shows rarely."""

import contextlib
import json
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True)
class Seen:
    """A request as it arrived."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes = b""


@dataclass(frozen=True)
class Answer:
    """What to send back; `parts` are sent one by one, and then, with `cut`, the connection is cut."""

    status: int = 200
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    parts: tuple[bytes, ...] = ()
    cut: bool = False


Script = Callable[[Seen], Answer]


Resets = Callable[[str], bool]
"""Whether a connection is reset at a stage: `connection` is before TLS, `body` before a body is read."""


def never(stage: str) -> bool:
    """Reset no connection."""
    del stage
    return False


def in_turn(*answers: Answer) -> Script:
    """One answer after the other; the last one again and again."""
    waiting = list(answers)
    return lambda seen: waiting.pop(0) if len(waiting) > 1 else waiting[0]


def status(code: int, reason: str = "", message: str = "it says so", **details: Any) -> Answer:
    """A Status object, as an API server refuses with."""
    body = {"kind": "Status", "apiVersion": "v1", "status": "Failure", "message": message, "code": code}
    return Answer(code, {**body, "reason": reason, "details": details})


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # an answer in two writes would wait 40 ms for an acknowledgement
    script: ClassVar[Script]
    seen: ClassVar[list[Seen]]
    resets: ClassVar[Resets]

    def setup(self) -> None:
        self._reset_at("connection")
        super().setup()

    def _reset_at(self, stage: str) -> None:
        """Raise ConnectionResetError where the connection is to be reset; closing it then sends an RST."""
        if type(self).resets(stage):
            self.request.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            raise ConnectionResetError(stage)

    def handle_one_request(self) -> None:
        # A client that goes away is no failure of the server.
        with contextlib.suppress(ConnectionError, ssl.SSLError):
            super().handle_one_request()
            return
        self.close_connection = True

    def answer(self) -> None:
        parts = urlsplit(self.path)
        self._reset_at("body")
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        seen = Seen(self.command, parts.path, dict(parse_qsl(parts.query)), dict(self.headers.items()), body)
        self.seen.append(seen)
        answer = type(self).script(seen)
        if answer.parts:
            self._send_parts(answer)
        elif answer.cut:
            self.connection.shutdown(socket.SHUT_RDWR)
            self.close_connection = True
        else:
            self._send(answer)

    do_GET = do_PATCH = do_POST = do_PUT = do_DELETE = answer  # noqa: N815 - the names that http.server looks for

    def _send(self, answer: Answer) -> None:
        text = answer.body if isinstance(answer.body, str | bytes) else json.dumps(answer.body)
        body = text if isinstance(text, bytes) else text.encode()
        self.send_response(answer.status)
        headers = {"Content-Type": "application/json", "Content-Length": str(len(body))}
        for name, value in {**headers, **answer.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def _send_parts(self, answer: Answer) -> None:
        self.send_response(answer.status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for part in answer.parts:
            self.wfile.write(b"%x\r\n%s\r\n" % (len(part), part))
        if answer.cut:
            self.connection.shutdown(socket.SHUT_RDWR)
            self.close_connection = True
        else:
            self.wfile.write(b"0\r\n\r\n")

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base's name
        """Say nothing."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of clients that go away, in a TLS handshake or later."""


@dataclass(frozen=True)
class ScriptedServer:
    """A running server, and what it was asked."""

    url: str
    seen: list[Seen]


@contextlib.contextmanager
def scripted(
    script: Script, tls: ssl.SSLContext | None = None, port: int = 0, resets: Resets = never
) -> Iterator[ScriptedServer]:
    """Run a server with this script."""
    seen: list[Seen] = []
    handler = type(
        "Handler", (_Handler,), {"script": staticmethod(script), "seen": seen, "resets": staticmethod(resets)}
    )
    with _Server(("127.0.0.1", port), handler) as server:
        if tls is not None:
            server.socket = tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        scheme = "https" if tls else "http"
        try:
            yield ScriptedServer(f"{scheme}://127.0.0.1:{server.server_address[1]}", seen)
        finally:
            server.shutdown()
            thread.join()
