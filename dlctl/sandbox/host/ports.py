"""Free ports on the loopback interface."""

import contextlib
import socket
from dataclasses import dataclass

LOOPBACK = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Ports:
    """The ports of one sandbox."""

    server: int
    etcd: int
    etcd_peer: int


def free_ports() -> Ports:
    """Three different ports that nothing listens on now.

    Nobody can hold them until the programs listen, so a start whose port was taken in between is
    tried again with others.
    """
    with contextlib.ExitStack() as stack:
        return Ports(*(_free(stack) for _ in range(3)))


def free_port_pair() -> tuple[int, int]:
    """Two different ports that nothing listens on now, for an operator."""
    with contextlib.ExitStack() as stack:
        return _free(stack), _free(stack)


def _free(stack: contextlib.ExitStack) -> int:
    # All of them stay bound until the last is found, so that they differ.
    listener = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_STREAM))
    listener.bind((LOOPBACK, 0))
    port: int = listener.getsockname()[1]
    return port
