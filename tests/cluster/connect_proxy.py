"""A proxy for the tests: it knows CONNECT and nothing else, and listens on loopback."""

import contextlib
import socket
import socketserver
import threading
from collections.abc import Iterator


class _Connect(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        first = self.rfile.readline().decode()
        while self.rfile.readline().strip():
            pass
        host, port = first.split()[1].rsplit(":", 1)
        server: Proxy = self.server  # type: ignore[assignment]  # socketserver types it as its base
        server.seen.append(first.strip())
        with socket.create_connection((host, int(port)), timeout=10) as upstream:
            self.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n")
            back = threading.Thread(target=copy_bytes, args=(upstream, self.connection))
            back.start()
            copy_bytes(self.connection, upstream)
            back.join()


def copy_bytes(source: socket.socket, target: socket.socket) -> None:
    """Pass on what one side sends until it ends."""
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
    with contextlib.suppress(OSError):
        target.shutdown(socket.SHUT_WR)


class Proxy(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Connect)
        self.seen: list[str] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


@contextlib.contextmanager
def running_proxy() -> Iterator[Proxy]:
    with Proxy() as proxy:
        thread = threading.Thread(target=proxy.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        yield proxy
        proxy.shutdown()
        thread.join()
