"""`--request-timeout` limits a whole request, however slowly an answer comes."""

import itertools
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dlctl.cluster.connect import ConnectOptions
from dlctl.errors import ClusterError, Unreachable
from tests.cluster.raw_server import read_request, serving
from tests.cluster.scripted_cluster import CONFIG_MAPS, made_cluster

pytestmark = pytest.mark.slow

LIMIT = 0.6
WHOLE = 4.5
"""Seconds that each of these answers takes at least, but for those that have no end."""
BODY = b'{"kind": "ConfigMap", "metadata": {"name": "a"}}'
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"


def slowly(data: bytes) -> Iterator[bytes]:
    for index in range(len(data)):
        time.sleep(0.1)
        yield data[index : index + 1]


def endless_body() -> Iterator[bytes]:
    yield HEAD % 10**12
    for _ in itertools.count():
        yield b" " * 65536
        time.sleep(0.01)


def endless_continue() -> Iterator[bytes]:
    for _ in itertools.count():
        yield b"HTTP/1.1 100 Continue\r\n\r\n"
        time.sleep(0.01)


def endless_headers() -> Iterator[bytes]:
    yield b"HTTP/1.1 200 OK\r\n"
    for _ in range(50):
        yield b"X: y\r\n"
        time.sleep(0.1)


SLOW: dict[str, Callable[[], Iterator[bytes]]] = {
    "nothing": lambda: slowly(b""),
    "headers, byte by byte": lambda: slowly(HEAD % len(BODY) + BODY),
    "a body, byte by byte": lambda: itertools.chain([HEAD % len(BODY)], slowly(BODY)),
    "chunks, byte by byte": lambda: itertools.chain(
        [b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"],
        slowly(b"%x\r\n%s\r\n" % (len(BODY), BODY)),
    ),
    "an error, byte by byte": lambda: itertools.chain(
        [b"HTTP/1.1 404 Not Found\r\nContent-Length: 500\r\n\r\n"], slowly(b" " * 500)
    ),
    "an endless body": endless_body,
    "endless continue": endless_continue,
    "endless headers": endless_headers,
}


def ended_in_time(folder: Path, server: str) -> Unreachable:
    options = ConnectOptions(timeout=LIMIT)
    cluster = made_cluster(folder, server, options=options, cluster={"insecure-skip-tls-verify": True})
    started = time.monotonic()
    with pytest.raises(Unreachable, match="timed out") as caught:
        cluster.get(CONFIG_MAPS, "a", "n")
    assert time.monotonic() - started < WHOLE
    cluster.close()
    return caught.value


@pytest.mark.parametrize("name", SLOW)
def test_a_slow_answer(tmp_path: Path, name: str) -> None:
    def serve(connection: socket.socket, number: int) -> None:
        read_request(connection)
        for part in SLOW[name]():
            connection.sendall(part)
        time.sleep(WHOLE)

    with serving(serve) as address:
        assert ended_in_time(tmp_path, f"http://{address}").cause == "timeout"


def test_a_slow_handshake(tmp_path: Path) -> None:
    def serve(connection: socket.socket, number: int) -> None:
        connection.sendall(b"\x16\x03\x03\x40\x00")  # a record of 16 KiB, which comes byte by byte
        for part in slowly(b"\x02" * 100):
            connection.sendall(part)

    with serving(serve) as address:
        ended_in_time(tmp_path, f"https://{address}")


def test_a_request_that_is_not_read(tmp_path: Path) -> None:
    def serve(connection: socket.socket, number: int) -> None:
        time.sleep(LIMIT * 10)

    body = {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "a"},
        "data": {"x": "y" * 20_000_000},
    }
    with serving(serve) as address:
        cluster = made_cluster(tmp_path, f"http://{address}", options=ConnectOptions(timeout=LIMIT))
        started = time.monotonic()
        with pytest.raises(Unreachable, match="timed out"):
            cluster.apply(CONFIG_MAPS, body, field_manager="m")
        assert time.monotonic() - started < LIMIT * 9, "it takes a while to encode the object, too"


def test_an_answer_that_is_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dlctl.cluster.http.body.LARGEST", 1 << 20)

    def serve(connection: socket.socket, number: int) -> None:
        read_request(connection)
        connection.sendall(HEAD % (1 << 40))
        while True:
            connection.sendall(b" " * 65536)

    with serving(serve) as address:
        cluster = made_cluster(tmp_path, f"http://{address}")
        with pytest.raises(ClusterError, match="larger than"):
            cluster.get(CONFIG_MAPS, "a", "n")
