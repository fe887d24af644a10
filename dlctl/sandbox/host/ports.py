"""Free ports on the loopback interface."""

import contextlib
import socket

from msgspec import Struct

LOOPBACK = "127.0.0.1"


class Ports(Struct, frozen=True):
    """The ports of one sandbox."""

    server: int
    etcd: int
    etcd_peer: int
    kubelet: int = 0
    """0 if the sandbox has no server for logs."""


def free_ports() -> Ports:
    """Four different free ports.

    They cannot be reserved until the programs listen, so a start is retried with other ports if another
    process takes one.
    """
    with contextlib.ExitStack() as stack:
        return Ports(*(_free(stack) for _ in range(4)))


def free_port_pair() -> tuple[int, int]:
    """Two different free ports, for an operator."""
    with contextlib.ExitStack() as stack:
        return _free(stack), _free(stack)


def _free(stack: contextlib.ExitStack) -> int:
    # All sockets stay bound until the last port is found, so that the ports differ.
    listener = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_STREAM))
    listener.bind((LOOPBACK, 0))
    port: int = listener.getsockname()[1]
    return port
