"""A server that writes bytes as a test says, on plain sockets: for answers that come slowly or in part."""

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator

Serve = Callable[[socket.socket, int], None]
"""Serves one connection, which has a number from 0; the connection is closed at its end."""


@contextlib.contextmanager
def serving(serve: Serve) -> Iterator[str]:
    """The address of a running server, `127.0.0.1:PORT`."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=_accept, args=(listener, serve), daemon=True).start()
        yield f"127.0.0.1:{listener.getsockname()[1]}"
        listener.shutdown(socket.SHUT_RDWR)


def _accept(listener: socket.socket, serve: Serve) -> None:
    number = 0
    with contextlib.suppress(OSError):
        while True:
            connection, _ = listener.accept()
            threading.Thread(target=_one, args=(connection, serve, number), daemon=True).start()
            number += 1


def _one(connection: socket.socket, serve: Serve, number: int) -> None:
    with connection, contextlib.suppress(OSError):
        serve(connection, number)


def read_request(connection: socket.socket) -> bytes:
    """The head of a request; empty where the client has closed the connection."""
    head = b""
    while b"\r\n\r\n" not in head:
        part = connection.recv(65536)
        if not part:
            return b""
        head += part
    return head
