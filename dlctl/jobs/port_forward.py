"""Forward local ports to ports of a pod: each connection to a local port is one to the pod."""

import contextlib
import socket
import threading
from collections.abc import Callable, Sequence

from msgspec import Struct

from dlctl.cluster.protocol import Channels
from dlctl.errors import ClusterError, DlctlError

DATA, FAILURE = range(2)
PART = 1 << 16
"""Bytes that are read at once."""
LINGER = 30.0
"""Seconds for an answer after the client has written all."""
LOOPBACK = (("127.0.0.1", socket.AF_INET), ("::1", socket.AF_INET6))
Open = Callable[[int], Channels]
"""Connects to a port of the pod. Raises ClusterError."""
Report = Callable[[str], None]
"""Takes what failed, in words."""


class Ports(Struct, frozen=True):
    """A local port, and the port of the pod; the local one 0 stands for any that is free."""

    local: int
    remote: int


class Listener(Struct, frozen=True):
    """Open local sockets of one pair of ports."""

    ports: Ports
    sockets: tuple[socket.socket, ...]

    def close(self) -> None:
        """Accept no more connections."""
        for each in self.sockets:
            each.close()


def listen(ports: Ports) -> Listener:
    """Listen on loopback, and nowhere else. Raises ClusterError where the port cannot be used."""
    found: list[socket.socket] = []
    local, failure = ports.local, ""
    for address, family in LOOPBACK:
        try:
            found.append(_listening(address, family, local))
            local = found[0].getsockname()[1]
        except OSError as error:
            failure = failure or f"{address}:{local}: {error.strerror}"
            if not found and family == socket.AF_INET:
                break
    if not found:
        raise ClusterError(
            f"cannot listen on {failure}", hint="choose another local port, or :REMOTE for any that is free"
        )
    return Listener(Ports(local, ports.remote), tuple(found))


def _listening(address: str, family: socket.AddressFamily, port: int) -> socket.socket:
    made = socket.socket(family, socket.SOCK_STREAM)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        made.bind((address, port))
        made.listen(64)
    except OSError:
        made.close()
        raise
    return made


def serve(listeners: Sequence[Listener], open_port: Open, report: Report) -> None:
    """Serve connections in threads; each is connected to the pod's port. Returns at once."""
    for listener in listeners:
        for each in listener.sockets:
            work = (each, listener.ports.remote, open_port, report)
            threading.Thread(target=_accept, args=work, daemon=True).start()


def _accept(listening: socket.socket, remote: int, open_port: Open, report: Report) -> None:
    with contextlib.suppress(OSError):  # closed at the end of the command
        while True:
            local, _ = listening.accept()
            threading.Thread(target=_serve_one, args=(local, remote, open_port, report), daemon=True).start()


def _serve_one(local: socket.socket, remote: int, open_port: Open, report: Report) -> None:
    with local:
        try:
            channels = open_port(remote)
        except DlctlError as error:
            report(f"port {remote}: {error.message}")
            return
        try:
            threading.Thread(target=_send, args=(local, channels), daemon=True).start()
            _receive(local, remote, channels, report)
        except ClusterError as error:
            report(f"port {remote}: {error.message}")
        finally:
            channels.close()
            with contextlib.suppress(OSError):
                local.shutdown(socket.SHUT_RDWR)  # wakes up the thread that reads, which would keep it open


def _send(local: socket.socket, channels: Channels) -> None:
    """Send what the client writes. The pod cannot be told where it ends, so it gets some time to answer."""
    with contextlib.suppress(ClusterError, OSError):
        while part := local.recv(PART):
            channels.send(DATA, part)
    end = threading.Timer(LINGER, channels.close)
    end.daemon = True
    end.start()


def _receive(local: socket.socket, remote: int, channels: Channels, report: Report) -> None:
    begun: set[int] = set()
    for channel, content in channels.received():
        data = content if channel in begun else content[2:]  # first the number of the port
        begun.add(channel)
        if channel == FAILURE and data:
            report(f"port {remote}: {data.decode('utf-8', 'replace').strip()[:500]}")
            return
        if channel == DATA and data:
            try:
                local.sendall(data)
            except OSError:  # the client has gone
                return
