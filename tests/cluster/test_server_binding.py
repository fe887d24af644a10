"""What is written goes to the cluster whose identity was read, also over connections that are opened anew."""

import base64
import contextlib
import json
import ssl
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import trustme

from dlctl.cluster.client import ApiCluster
from dlctl.cluster.connect import ConnectOptions
from dlctl.cluster.protocol import Resource
from dlctl.errors import ClusterError, Unauthorized, Unreachable
from tests.cluster.scripted_cluster import Waits, made_cluster
from tests.cluster.scripted_server import Answer, ScriptedServer, Seen, scripted, status
from tests.cluster.socks_server import running_socks

CONFIG_MAPS = Resource("", "v1", "ConfigMap", "configmaps", namespaced=True)
IDENTITY = "/api/v1/namespaces/kube-system"


class Changing:
    """A TLS server that has another certificate, and may be another cluster, when a test wants it."""

    def __init__(self) -> None:
        self.authority = trustme.CA()
        self.uid = "first"
        self.answer: Callable[[Seen], Answer | None] = lambda seen: None
        self.closing = False
        self.one_certificate_for_each = False
        self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.tls.sni_callback = self._chosen
        self.renew()

    def renew(self) -> None:
        """Show another certificate from the next connection on."""
        self.current = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.authority.issue_cert("localhost").configure_cert(self.current)
        self.authority.issue_cert("localhost").configure_cert(self.tls)

    def _chosen(self, connection: ssl.SSLObject, name: str, context: ssl.SSLContext) -> None:
        del name, context
        if self.one_certificate_for_each:
            self.renew()
        connection.context = self.current

    def script(self, seen: Seen) -> Answer:
        body: Any = json.loads(seen.body) if seen.body else {}
        if seen.path.endswith(IDENTITY):
            metadata = {"name": "kube-system", "uid": self.uid}
            body = {"apiVersion": "v1", "kind": "Namespace", "metadata": metadata}
        headers = {"Connection": "close"} if self.closing else {}
        return self.answer(seen) or Answer(200, body, headers)


@pytest.fixture
def server() -> Changing:
    return Changing()


@contextlib.contextmanager
def connected(
    folder: Path, server: Changing, path: str = "", **settings: str
) -> Iterator[tuple[ApiCluster, ScriptedServer]]:
    with scripted(server.script, server.tls) as running:
        url = running.url.replace("127.0.0.1", "localhost") + path
        data = base64.b64encode(server.authority.cert_pem.bytes()).decode()
        options = ConnectOptions(retry=Waits().retry(), timeout=5)
        entry = {"certificate-authority-data": data, **settings}
        cluster = made_cluster(folder, url, cluster=entry, options=options)
        yield cluster, running
        cluster.close()


def write(cluster: ApiCluster, name: str = "page") -> None:
    body = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, "namespace": "default"}}
    cluster.apply(CONFIG_MAPS, body, field_manager="shop")


def requests(running: ScriptedServer) -> list[str]:
    return [f"{seen.method} {seen.path}" for seen in running.seen]


READ, WRITTEN = f"GET {IDENTITY}", "PATCH /api/v1/namespaces/default/configmaps/page"


def test_one_certificate_needs_one_question(tmp_path: Path, server: Changing) -> None:
    with connected(tmp_path, server) as (cluster, running):
        cluster.identity()
        write(cluster)
        cluster.close()
        write(cluster)
        assert requests(running) == [READ, WRITTEN, WRITTEN]


def test_another_certificate_of_the_same_cluster(tmp_path: Path, server: Changing) -> None:
    with connected(tmp_path, server) as (cluster, running):
        cluster.identity()
        server.renew()
        cluster.close()
        for _ in range(3):
            write(cluster)
            cluster.close()
        assert requests(running) == [READ, READ, WRITTEN, WRITTEN, WRITTEN]


def test_another_certificate_of_another_cluster(tmp_path: Path, server: Changing) -> None:
    with connected(tmp_path, server) as (cluster, running):
        cluster.identity()
        write(cluster)
        server.renew()
        server.uid = "second"
        cluster.close()
        with pytest.raises(
            ClusterError, match=r"is cluster second on a new connection.*began with cluster first"
        ):
            write(cluster)
        server.uid = "first"  # nothing more is written, though it is the right one again
        with pytest.raises(ClusterError, match="is cluster second"):
            write(cluster)
        with pytest.raises(ClusterError, match="is cluster second"):
            cluster.delete(CONFIG_MAPS, "page", "default")
        assert requests(running) == [READ, WRITTEN, READ]


@pytest.mark.parametrize("account", ["", "me:hush"])
def test_a_socks_proxy_leads_to_one_cluster_too(tmp_path: Path, server: Changing, account: str) -> None:
    with (
        running_socks(account) as proxy,
        connected(tmp_path, server, **{"proxy-url": proxy.url}) as (cluster, running),
    ):
        cluster.identity()
        write(cluster)
        server.renew()
        server.uid = "second"
        cluster.close()
        with pytest.raises(ClusterError, match="is cluster second on a new connection"):
            write(cluster)
        assert requests(running) == [READ, WRITTEN, READ]
        port = running.url.rpartition(":")[2]
        assert proxy.seen == [f"localhost:{port}"] * 2, "the proxy looks up the name"


@pytest.mark.parametrize(
    ("account", "refusal", "stated", "reason"),
    [
        ("me:hush", 0, "", "it needs a user name and a password"),
        ("me:hush", 0, "me:wrong", "it does not accept the user name and the password"),
        ("", 5, "", "connection refused"),
        ("", 2, "", "its rules do not allow the connection"),
    ],
)
def test_a_socks_proxy_that_opens_no_connection(
    tmp_path: Path, server: Changing, account: str, refusal: int, stated: str, reason: str
) -> None:
    with running_socks(account, refusal) as proxy:
        url = f"socks5://{stated}@{proxy.url.rpartition('@')[2].removeprefix('socks5://')}"
        with connected(tmp_path, server, **{"proxy-url": url}) as (cluster, running):
            with pytest.raises(Unreachable, match=rf"opened no connection \({reason}\)") as caught:
                cluster.identity()
            assert running.seen == []
    assert "through the proxy socks5://127.0.0.1:" in str(caught.value)
    assert "wrong" not in str(caught.value)


def test_reads_are_not_bound(tmp_path: Path, server: Changing) -> None:
    with connected(tmp_path, server) as (cluster, running):
        cluster.identity()
        server.renew()
        cluster.close()
        cluster.raw("GET", "/version")
        assert requests(running) == [READ, "GET /version"]


def test_the_identity_is_asked_below_the_servers_path(tmp_path: Path, server: Changing) -> None:
    with connected(tmp_path, server, "/k8s/clusters/one") as (cluster, running):
        cluster.identity()
        server.renew()
        cluster.close()
        write(cluster)
        assert {seen.path.startswith("/k8s/clusters/one/api/") for seen in running.seen} == {True}
        assert len(running.seen) == 3


def test_a_server_that_closes_each_connection(tmp_path: Path, server: Changing) -> None:
    server.closing = True
    with connected(tmp_path, server) as (cluster, running):
        cluster.identity()
        server.renew()
        write(cluster)
        write(cluster)
        assert requests(running) == [READ, READ, WRITTEN, WRITTEN]


def test_a_server_with_a_certificate_for_each_connection_that_it_closes(
    tmp_path: Path, server: Changing
) -> None:
    server.closing = server.one_certificate_for_each = True
    with connected(tmp_path, server) as (cluster, running):
        cluster.identity()
        with pytest.raises(Unreachable, match="each new one has another certificate"):
            write(cluster)
        assert WRITTEN not in requests(running)


@pytest.mark.parametrize("code", [403, 404])
def test_a_user_who_may_not_read_the_identity(tmp_path: Path, server: Changing, code: int) -> None:
    server.answer = lambda seen: status(code, "Forbidden") if seen.method == "GET" else None
    with connected(tmp_path, server) as (cluster, running):
        assert cluster.identity().weak
        write(cluster)
        write(cluster)
        assert requests(running) == [READ, READ, WRITTEN, WRITTEN]


def test_an_identity_that_cannot_be_read_any_more(tmp_path: Path, server: Changing) -> None:
    with connected(tmp_path, server) as (cluster, running):
        cluster.identity()
        server.answer = lambda seen: status(403, "Forbidden") if seen.method == "GET" else None
        server.renew()
        cluster.close()
        with pytest.raises(
            ClusterError, match=r"namespace kube-system cannot be read.*began with cluster first"
        ):
            write(cluster)
        assert WRITTEN not in requests(running)


def test_a_refusal_is_the_answer_to_what_was_to_be_written(tmp_path: Path, server: Changing) -> None:
    with connected(tmp_path, server) as (cluster, running):
        cluster.identity()
        server.answer = lambda seen: status(401, "Unauthorized") if seen.path == IDENTITY else None
        server.renew()
        cluster.close()
        with pytest.raises(Unauthorized):
            write(cluster)
        assert WRITTEN not in requests(running)


@pytest.mark.parametrize("cut", [IDENTITY, WRITTEN.removeprefix("PATCH ")])
def test_a_lost_connection_may_have_written_only_where_the_write_was_sent(
    tmp_path: Path, server: Changing, cut: str
) -> None:
    with connected(tmp_path, server) as (cluster, _):
        cluster.identity()
        server.answer = lambda seen: Answer(cut=True) if seen.path == cut else None
        server.renew()
        cluster.close()
        with pytest.raises(Unreachable) as lost:
            write(cluster)
        assert lost.value.may_have_written == (cut != IDENTITY)


def test_a_server_that_is_busy_is_asked_again(tmp_path: Path, server: Changing) -> None:
    with connected(tmp_path, server) as (cluster, running):
        cluster.identity()
        busy = [status(503, "ServiceUnavailable"), status(429, "TooManyRequests")]
        server.answer = lambda seen: busy.pop() if busy else None
        server.renew()
        cluster.close()
        write(cluster)
        assert requests(running) == [READ, READ, READ, READ, WRITTEN]


@pytest.mark.parametrize(
    "wrong", [{}, [], {"kind": "Namespace", "metadata": {"name": "other", "uid": "first"}}]
)
def test_an_answer_that_is_not_the_namespace(tmp_path: Path, server: Changing, wrong: Any) -> None:
    with connected(tmp_path, server) as (cluster, running):
        cluster.identity()
        server.answer = lambda seen: Answer(200, wrong) if seen.path == IDENTITY else None
        server.renew()
        cluster.close()
        with pytest.raises(ClusterError, match="invalid response from"):
            write(cluster)
        assert WRITTEN not in requests(running)
