"""Connections for commands and ports: to the cluster that was identified, through proxies, and refused."""

import socket
import threading
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from dlctl.cluster.protocol import ExecQuery
from dlctl.errors import ClusterError, Forbidden, Unauthorized
from dlctl.jobs.port_forward import Ports, listen, serve
from dlctl.jobs.remote_command import Streams, exit_code_of, run_remote
from tests.cluster.connect_proxy import running_proxy
from tests.cluster.scripted_server import Answer, Seen, status
from tests.cluster.socks_server import running_socks
from tests.cluster.test_server_binding import READ, Changing, connected, requests

COMMAND = ExecQuery("main", ("sh", "-c", "exit 7"), stdin=True)
ASKED = "GET /api/v1/namespaces/ml/pods/a/exec"


def refusing(seen: Seen) -> Answer | None:
    return status(403, "Forbidden", "no exec for you") if seen.path.endswith("/exec") else None


def test_a_refusal_is_that_of_the_server(tmp_path: Path) -> None:
    server = Changing()
    server.answer = refusing
    with connected(tmp_path, server) as (cluster, running):
        cluster.identity()
        with pytest.raises(Forbidden):
            cluster.execute("ml", "a", COMMAND)
    assert requests(running) == [READ, ASKED]
    asked = running.seen[-1]
    assert asked.headers["Authorization"] == "Bearer t"
    assert asked.headers["Sec-WebSocket-Protocol"] == "v5.channel.k8s.io,v4.channel.k8s.io"
    assert {"container": "main", "stdin": "true", "tty": "false"}.items() <= asked.query.items()
    assert asked.query["command"] == "exit 7", "the last of three"


def test_a_command_is_not_sent_to_another_cluster(tmp_path: Path) -> None:
    server = Changing()
    server.answer = refusing
    with connected(tmp_path, server) as (cluster, running):
        cluster.identity()
        server.renew()
        with pytest.raises(Forbidden):
            cluster.execute("ml", "a", COMMAND)
        assert requests(running) == [READ, READ, ASKED], "asked again, over the same connection"
        server.renew()
        server.uid = "second"
        with pytest.raises(ClusterError, match="is cluster second on a new connection"):
            cluster.execute("ml", "a", COMMAND)
        with pytest.raises(ClusterError, match="is cluster second"):
            cluster.forward("ml", "a", 80)
    assert requests(running)[3:] == [READ]


def test_through_proxies(tmp_path: Path) -> None:
    server = Changing()
    server.answer = refusing
    with running_proxy() as proxy, connected(tmp_path, server, **{"proxy-url": proxy.url}) as (cluster, _):
        with pytest.raises(Forbidden):
            cluster.execute("ml", "a", COMMAND)
        assert len(proxy.seen) == 1
    with (
        running_socks() as socks,
        connected(tmp_path, server, **{"proxy-url": socks.url}) as (cluster, running),
    ):
        with pytest.raises(Forbidden):
            cluster.execute("ml", "a", COMMAND)
        assert requests(running) == [ASKED]


def test_credentials_that_are_refused(tmp_path: Path) -> None:
    server = Changing()
    server.answer = lambda seen: status(401, "Unauthorized")
    with connected(tmp_path, server) as (cluster, _), pytest.raises(Unauthorized):
        cluster.execute("ml", "a", COMMAND)


class Echo:
    """Channels of a pod that answers what it gets, or whose port cannot be reached."""

    def __init__(self, failure: bytes = b"") -> None:
        self._failure = failure
        self._sent: list[bytes] = []
        self._new = threading.Condition()
        self.closed = False

    def send(self, channel: int, data: bytes) -> None:
        with self._new:
            self._sent.append(data)
            self._new.notify()

    def end(self, channel: int) -> bool:
        return False

    def received(self) -> Iterator[tuple[int, bytes]]:
        yield 0, b"\x50\x00"
        yield 1, b"\x50\x00"
        if self._failure:
            yield 1, self._failure
        with self._new:
            self._new.wait_for(lambda: self._sent or self.closed, 5)
        yield 0, b"HTTP/1.0 200 OK\r\n\r\n" + self._sent[0].split()[1]

    def close(self) -> None:
        self.closed = True


def test_local_ports_lead_to_the_pod_and_say_why_they_do_not() -> None:
    opened: list[Echo] = []
    said: list[str] = []

    def open_port(remote: int) -> Echo:
        opened.append(Echo(b"connection refused" if remote == 81 else b""))
        return opened[-1]

    found = [listen(Ports(0, remote)) for remote in (80, 81)]
    try:
        serve(found, open_port, said.append)
        for host in ("127.0.0.1", "[::1]")[: len(found[0].sockets)]:
            url = f"http://{host}:{found[0].ports.local}/v1"
            with urllib.request.urlopen(url, timeout=5) as answer:
                assert answer.read() == b"/v1"
        with socket.create_connection(("127.0.0.1", found[1].ports.local), timeout=5) as client:
            assert client.recv(10) == b""
        assert said == ["port 81: connection refused"]
        with pytest.raises(ClusterError, match=r"cannot listen on 127\.0\.0\.1:"):
            listen(found[0].ports)
    finally:
        for each in found:
            each.close()


class Ended:
    """Channels of a command that has ended."""

    def __init__(self, *messages: tuple[int, bytes]) -> None:
        self._messages = messages

    def send(self, channel: int, data: bytes) -> None:
        raise AssertionError

    def end(self, channel: int) -> bool:
        raise AssertionError

    def received(self) -> Iterator[tuple[int, bytes]]:
        return iter(self._messages)

    def close(self) -> None:
        return


def test_how_a_command_ended() -> None:
    out: list[bytes] = []
    streams = Streams(out.append, out.append)
    failed = b'{"status": "Failure", "details": {"causes": [{"reason": "ExitCode", "message": "7"}]}}'
    assert run_remote(Ended((1, b"a"), (2, b"b"), (3, failed[:9]), (3, failed[9:])), streams) == 7
    assert out == [b"a", b"b"]
    assert exit_code_of(b'{"status": "Success"}') == 0
    with pytest.raises(ClusterError, match="the connection ended before the command did"):
        run_remote(Ended((1, b"a")), streams)
    with pytest.raises(ClusterError, match="the command did not run: no such file"):
        exit_code_of(b'{"status": "Failure", "message": "no such file"}')
