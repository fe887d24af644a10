"""A connection that is cut at any byte of an answer: what can be sent twice is sent again."""

import socket
from pathlib import Path

import pytest

from dlctl.cluster.connect import ConnectOptions
from dlctl.errors import NotFound, Unreachable
from tests.cluster.raw_server import read_request, serving
from tests.cluster.scripted_cluster import CONFIG_MAPS, Waits, made_cluster

BODY = b'{"kind": "ConfigMap", "metadata": {"name": "a"}}'
STATUS = b'{"kind": "Status", "reason": "NotFound", "message": "no a", "details": {"name": "a"}}'
ANSWERS = {
    "with a length": b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
    % (len(BODY), BODY),
    "in chunks": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n%s\r\n%x\r\n%s\r\n0\r\n\r\n"
    % (BODY[:5], len(BODY) - 5, BODY[5:]),
    "a refusal": b"HTTP/1.1 404 Not Found\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
    % (len(STATUS), STATUS),
}
COMPLETE = b"\r\n0"
"""The end of the last byte of an answer in chunks that matters."""


@pytest.mark.parametrize("name", ANSWERS)
def test_cut_at_every_byte(tmp_path: Path, name: str) -> None:
    answer = ANSWERS[name]
    end = answer.rindex(COMPLETE) + len(COMPLETE) if name == "in chunks" else len(answer)
    cuts = iter(range(end))
    numbers: list[int] = []

    def serve(connection: socket.socket, number: int) -> None:
        while read_request(connection):
            numbers.append(number)
            if len(numbers) % 2:
                connection.sendall(answer[: next(cuts)])
                return
            connection.sendall(answer)

    with serving(serve) as address:
        waits = Waits()
        cluster = made_cluster(tmp_path, f"http://{address}", options=ConnectOptions(retry=waits.retry()))
        for _ in range(end):
            if name == "a refusal":
                with pytest.raises(NotFound, match=r"^no a$"):
                    cluster.get(CONFIG_MAPS, "a", "n")
            else:
                assert cluster.get(CONFIG_MAPS, "a", "n")["metadata"]["name"] == "a"
        cluster.close()
    assert len(waits.seconds) == end


def test_what_cannot_be_sent_twice_is_not(tmp_path: Path) -> None:
    asked: list[int] = []

    def serve(connection: socket.socket, number: int) -> None:
        read_request(connection)
        asked.append(number)
        connection.sendall(ANSWERS["with a length"][:-3])

    with serving(serve) as address:
        cluster = made_cluster(tmp_path, f"http://{address}")
        with pytest.raises(Unreachable, match="the connection was lost in the middle of the response"):
            cluster.raw("POST", "/x", body={})
    assert asked == [0]
