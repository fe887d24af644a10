"""A kubeconfig reaches the server as the same user with kubectl and with us, or with neither."""

import base64
import json
import os
import socket
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import trustme

from dlctl.cluster.connect import ConnectOptions, connect
from dlctl.cluster.http.retry import Retry
from dlctl.cluster.kubeconfig.load import load_kubeconfig
from dlctl.errors import ClusterError
from tests.cluster.connect_proxy import Proxy, running_proxy
from tests.cluster.kubectl import Kubectl
from tests.cluster.reach_cases import CASES, Case, Server, write
from tests.cluster.socks_server import SocksServer, running_socks
from tests.cluster_cache import cache_in
from tests.controlplane import ControlPlane

pytestmark = pytest.mark.controlplane

_REVIEW = {"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview"}


@pytest.fixture(scope="module")
def proxy() -> Iterator[Proxy]:
    with running_proxy() as proxy:
        yield proxy


@pytest.fixture(scope="module")
def socks() -> Iterator[SocksServer]:
    with running_socks("me:hush") as proxy:
        yield proxy


@pytest.fixture(scope="module")
def server(control_plane: ControlPlane, proxy: Proxy, socks: SocksServer) -> Iterator[Server]:
    admin = json.loads(_view(control_plane.kubeconfig, control_plane))
    viewer = json.loads(_view(control_plane.user_kubeconfig("viewer"), control_plane))
    cluster, user = admin["clusters"][0]["cluster"], admin["users"][0]["user"]
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        yield Server(
            port=int(cluster["server"].rpartition(":")[2]),
            authority=base64.b64decode(cluster["certificate-authority-data"]),
            certificate=base64.b64decode(user["client-certificate-data"]),
            key=base64.b64decode(user["client-key-data"]),
            token=viewer["users"][0]["user"]["token"],
            proxy=proxy.url,
            socks=socks.url,
            # Bound and not listening: connections are refused.
            dead=f"https://127.0.0.1:{closed.getsockname()[1]}",
            other_authority=trustme.CA().cert_pem.bytes(),
        )


def _view(kubeconfig: Path, control_plane: ControlPlane) -> str:
    options = ("--kubeconfig", str(kubeconfig), "config", "view", "--flatten", "--raw", "-o", "json")
    return control_plane.kubectl(*options).stdout


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_same_user_as_kubectl(
    case: Case, server: Server, kubectl_command: tuple[str, ...], tmp_path: Path
) -> None:
    path = write(case, server, tmp_path)
    environ = {"PATH": os.environ["PATH"], **case.environ(server), "KUBECONFIG": str(path)}
    environ["PATH"] = environ["PATH"].replace("PLACE", f"{tmp_path}:{os.environ['PATH']}")
    theirs = _theirs(Kubectl(kubectl_command, environ, tmp_path))
    assert (theirs is not None) == case.ok
    assert _ours(environ, tmp_path) == theirs


def _theirs(kubectl: Kubectl) -> Any:
    review = kubectl.json("auth", "whoami", "-o", "json")
    return None if review is None else review["status"]["userInfo"]


def _ours(environ: Mapping[str, str], folder: Path) -> Any:
    options = ConnectOptions(environ=environ, retry=Retry(sleep=lambda seconds: None))
    try:
        kubeconfig = load_kubeconfig(None, environ, folder)
        cluster = connect(
            kubeconfig,
            None,
            cache=cache_in(folder / "cache"),
            options=options,
        )
    except ClusterError:
        return None
    try:
        path = "/apis/authentication.k8s.io/v1/selfsubjectreviews"
        return cluster.raw("POST", path, body=_REVIEW)["status"]["userInfo"]
    except ClusterError:
        return None
    finally:
        cluster.close()


def test_a_proxy_sees_the_tunnel_and_no_more(server: Server, proxy: Proxy, tmp_path: Path) -> None:
    write(next(case for case in CASES if case.name == "proxy"), server, tmp_path)
    before = len(proxy.seen)
    assert _ours({"KUBECONFIG": str(tmp_path / "config")}, tmp_path) is not None
    (line,) = proxy.seen[before:]
    assert line.startswith(f"CONNECT 127.0.0.1:{server.port} HTTP/1")
