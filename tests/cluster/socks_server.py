"""A SOCKS5 proxy for the tests (RFC 1928), on loopback: it may need a password, or refuse."""

import contextlib
import socket
import socketserver
import threading
from collections.abc import Iterator

from tests.cluster.connect_proxy import copy_bytes

_PASSWORD, _NONE_FITS, _NAME = 2, 255, 3


class _Socks(socketserver.StreamRequestHandler):
    server: "SocksServer"

    def handle(self) -> None:
        methods = self.rfile.read(self.rfile.read(2)[1])
        needed = _PASSWORD if self.server.account else 0
        if needed not in methods:
            self.wfile.write(bytes((5, _NONE_FITS)))
            return
        self.wfile.write(bytes((5, needed)))
        if needed and not self._known():
            return
        kind = self.rfile.read(4)[3]
        size = {1: 4, 4: 16}.get(kind) or self.rfile.read(1)[0]
        address = self.rfile.read(size)
        host = address.decode() if kind == _NAME else socket.inet_ntoa(address)
        port = int.from_bytes(self.rfile.read(2), "big")
        self.server.seen.append(f"{host}:{port}")
        self._open(host, port)

    def _known(self) -> bool:
        user = self.rfile.read(self.rfile.read(2)[1]).decode()
        known = f"{user}:{self.rfile.read(self.rfile.read(1)[0]).decode()}" == self.server.account
        self.wfile.write(bytes((1, 0 if known else 1)))
        return known

    def _open(self, host: str, port: int) -> None:
        if self.server.refusal:
            self.wfile.write(bytes((5, self.server.refusal, 0, 1, 0, 0, 0, 0, 0, 0)))
            return
        with socket.create_connection((host, port), timeout=10) as upstream:
            self.wfile.write(bytes((5, 0, 0, _NAME, 5)) + b"proxy" + bytes(2))
            back = threading.Thread(target=copy_bytes, args=(upstream, self.connection))
            back.start()
            copy_bytes(self.connection, upstream)
            back.join()


class SocksServer(socketserver.ThreadingTCPServer):
    """`seen` are the servers that were asked for."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, account: str, refusal: int) -> None:
        super().__init__(("127.0.0.1", 0), _Socks)
        self.account, self.refusal = account, refusal
        self.seen: list[str] = []

    @property
    def url(self) -> str:
        account = f"{self.account}@" if self.account else ""
        return f"socks5://{account}127.0.0.1:{self.server_address[1]}"


@contextlib.contextmanager
def running_socks(account: str = "", refusal: int = 0) -> Iterator[SocksServer]:
    """A proxy that needs this USER:PASSWORD, and answers with this code of RFC 1928."""
    with SocksServer(account, refusal) as proxy:
        thread = threading.Thread(target=proxy.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        yield proxy
        proxy.shutdown()
        thread.join()
