"""Why a server cannot be reached: server and context are named, and what to look at."""

import contextlib
import datetime
import socket
import ssl
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import trustme

from dlctl.cluster.connect import ConnectOptions
from dlctl.errors import ClusterError, Unauthorized, Unreachable
from dlctl.limited_connection import CONNECT_TIMEOUT
from tests.cluster.reach_cases import encoded
from tests.cluster.scripted_cluster import Waits, made_cluster
from tests.cluster.scripted_server import Answer, ScriptedServer, in_turn, scripted, status


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@contextlib.contextmanager
def tls_server(certificate: trustme.LeafCert, answer: Answer | None = None) -> Iterator[ScriptedServer]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    with scripted(in_turn(answer or Answer(200, {})), context) as server:
        yield server


def refused(
    folder: Path, server: str, *, error: type[ClusterError] = Unreachable, **cluster: Any
) -> ClusterError:
    fields = {key.replace("_", "-"): value for key, value in cluster.items()}
    options = ConnectOptions(retry=Waits().retry(), timeout=0.3)
    made = made_cluster(folder, server, cluster=fields, options=options)
    with pytest.raises(error) as caught:
        made.raw("GET", "/version")
    made.close()
    return caught.value


def test_wrong_ca_error_has_location(tmp_path: Path, authority: trustme.CA) -> None:
    data = encoded(trustme.CA().cert_pem.bytes())
    with tls_server(authority.issue_cert("127.0.0.1")) as server:
        error = refused(tmp_path, server.url, certificate_authority_data=data)
    assert error.message.startswith(
        f"cannot connect to {server.url} (context 'made'): the server certificate is not signed by "
        f"the certificate-authority-data of cluster 'made' ({tmp_path}/config:"
    )
    assert "get its kubeconfig again" in str(error.hint)


def test_no_ca_in_the_kubeconfig(tmp_path: Path, authority: trustme.CA) -> None:
    with tls_server(authority.issue_cert("127.0.0.1")) as server:
        error = refused(tmp_path, server.url)
    assert "the system's certificate authorities" in error.message
    assert "has no certificate-authority-data" in error.message


def test_a_certificate_for_another_host(tmp_path: Path, authority: trustme.CA) -> None:
    data = encoded(authority.cert_pem.bytes())
    with tls_server(authority.issue_cert("api.example.com")) as server:
        error = refused(tmp_path, server.url, certificate_authority_data=data)
    assert "the server certificate is for another host" in error.message
    assert "tls-server-name" in str(error.hint)


def test_an_expired_certificate(tmp_path: Path, authority: trustme.CA) -> None:
    data = encoded(authority.cert_pem.bytes())
    past = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
    with tls_server(authority.issue_cert("127.0.0.1", not_before=past, not_after=past)) as server:
        error = refused(tmp_path, server.url, certificate_authority_data=data)
    assert "the server certificate is not valid at this time" in error.message


def test_a_server_without_tls(tmp_path: Path) -> None:
    with scripted(in_turn(Answer(200, {}))) as server:
        error = refused(tmp_path, server.url.replace("http:", "https:"), insecure_skip_tls_verify=True)
    assert "the server does not use TLS" in error.message
    assert "plain HTTP" in str(error.hint)


def test_connection_refused(tmp_path: Path) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"https://127.0.0.1:{closed.getsockname()[1]}"
        error = refused(tmp_path, url, insecure_skip_tls_verify=True)
    assert error.message == f"cannot connect to {url} (context 'made'): connection refused"
    assert "check that the cluster is running" in str(error.hint)


def test_an_unknown_host(tmp_path: Path) -> None:
    error = refused(tmp_path, "https://api.nowhere.invalid:6443")
    assert "host api.nowhere.invalid not found" in error.message
    assert "VPN" in str(error.hint)


def test_no_answer_in_time(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        error = refused(tmp_path, f"http://127.0.0.1:{silent.getsockname()[1]}")
    assert "timed out waiting for a response" in error.message


def test_tls_handshake_times_out(tmp_path: Path) -> None:
    """The limit of 0.3 s is the user's: the longer one for connections, 10 s, is not waited for."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        started = time.monotonic()
        error = refused(
            tmp_path, f"https://127.0.0.1:{silent.getsockname()[1]}", insecure_skip_tls_verify=True
        )
    assert "timed out" in error.message
    assert time.monotonic() - started < CONNECT_TIMEOUT


def test_a_proxy_that_is_dead_hides_its_password(tmp_path: Path) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
        proxy = f"http://me:hush@127.0.0.1:{port}"
        error = refused(tmp_path, "https://api.example.com", proxy_url=proxy)
    assert f"through the proxy http://127.0.0.1:{port}: the proxy is not responding" in error.message
    assert "hush" not in f"{error.message} {error.hint}"


def test_no_port_is_forwarded_through_a_proxy_with_tls(tmp_path: Path) -> None:
    """Nothing is sent: the CONNECT with the password would not be encrypted."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.1)
        proxy = f"https://me:hush@127.0.0.1:{server.getsockname()[1]}"
        made = made_cluster(tmp_path, "https://api.example.com", cluster={"proxy-url": proxy})
        with pytest.raises(ClusterError, match="through the https:// proxy https://127") as caught:
            made.forward("ml", "web-0", 80)
        with pytest.raises(TimeoutError):
            server.accept()
    assert "hush" not in str(caught.value)


def test_expired_credentials_are_not_a_connection_error(tmp_path: Path) -> None:
    with scripted(in_turn(status(401, "Unauthorized"))) as server:
        error = refused(tmp_path, server.url, error=Unauthorized)
    assert server.url in error.message
    assert "context 'made'" in error.message


def test_an_answer_that_is_not_json(tmp_path: Path) -> None:
    with scripted(in_turn(Answer(200, "<html>log in</html>"))) as server:
        error = refused(tmp_path, server.url, error=ClusterError)
    assert "it is not JSON" in error.message


def test_a_redirect(tmp_path: Path) -> None:
    with scripted(in_turn(Answer(302, "", {"Location": "/login"}))) as server:
        error = refused(tmp_path, server.url, error=ClusterError)
    assert f"invalid response from {server.url} (context 'made'): it is a redirect" in error.message
    assert f"check the server URL in {tmp_path}/config:" in str(error.hint)


def test_plain_http_to_a_tls_port_shows_the_servers_message(tmp_path: Path) -> None:
    answer = Answer(400, "Client sent an HTTP request to an HTTPS server.\n")
    with scripted(in_turn(answer)) as server:
        error = refused(tmp_path, server.url)
    assert error.message == (
        f"GET /version: {server.url} (context 'made') responded with HTTP status 400: "
        "Client sent an HTTP request to an HTTPS server."
    )
    assert f"write https:// in the server URL in {tmp_path}/config:" in str(error.hint)
    assert isinstance(error, Unreachable)
    assert error.cause == "tls"
