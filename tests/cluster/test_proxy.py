"""Which proxy is used: the table of Go's httpproxy, whose rules kubectl follows."""

from pathlib import Path

import pytest

from dlctl.cluster.http.proxy import proxy_for
from dlctl.errors import ClusterError
from dlctl.server_url import without_password
from tests.cluster.scripted_cluster import made_kubeconfig

PROXY = "http://proxy.example:3128"


def proxy(folder: Path, server: str, stated: str = "", **environ: str) -> str:
    cluster = {"server": server, **({"proxy-url": stated} if stated else {})}
    return proxy_for(made_kubeconfig(folder, cluster).select().cluster, environ)


@pytest.mark.parametrize(
    ("server", "exceptions", "used"),
    [
        ("https://api.example.com", "", True),
        ("https://api.example.com", "example.com", False),
        ("https://example.com", "example.com", False),
        ("https://example.com", ".example.com", True),
        ("https://api.example.com", ".example.com", False),
        ("https://api.example.com", "*.example.com", False),
        ("https://badexample.com", "example.com", True),
        ("https://api.example.com", "*", False),
        ("https://api.example.com", "other.com, API.example.com", False),
        ("https://api.example.com:6443", "api.example.com:6443", False),
        ("https://api.example.com:6443", "api.example.com:443", True),
        ("https://api.example.com", "api.example.com:443", False),
        ("https://10.1.2.3:6443", "10.0.0.0/8", False),
        ("https://11.1.2.3:6443", "10.0.0.0/8", True),
        ("https://10.1.2.3:6443", "10.1.2.3", False),
        ("https://10.1.2.3:6443", "10.1.2.3:6443", False),
        ("https://10.1.2.3:6443", "10.1.2.3:443", True),
        ("https://[fd00::1]:6443", "fd00::/8", False),
        ("https://[fd00::1]:6443", "[fd00::1]:6443", False),
        ("https://10.1.2.3", "nonsense/8", True),
        ("https://localhost:6443", "", False),
        ("https://127.0.0.1:6443", "", False),
        ("https://127.9.9.9:6443", "", False),
        ("https://[::1]:6443", "", False),
    ],
)
def test_no_proxy(tmp_path: Path, server: str, exceptions: str, used: bool) -> None:
    found = proxy(tmp_path, server, HTTPS_PROXY=PROXY, NO_PROXY=exceptions)
    assert found == (PROXY if used else "")


def test_kubeconfig_overrides_the_environment(tmp_path: Path) -> None:
    own = "http://own.example:1"
    assert proxy(tmp_path, "https://127.0.0.1", own, HTTPS_PROXY=PROXY, NO_PROXY="*") == own


def test_lowercase_variables_are_used_if_uppercase_are_unset(tmp_path: Path) -> None:
    assert proxy(tmp_path, "https://x.example", https_proxy=PROXY) == PROXY
    assert proxy(tmp_path, "https://x.example", https_proxy="http://b", HTTPS_PROXY=PROXY) == PROXY
    assert proxy(tmp_path, "https://x.example", https_proxy=PROXY, no_proxy="x.example") == ""


def test_the_servers_scheme_decides(tmp_path: Path) -> None:
    assert proxy(tmp_path, "http://x.example", HTTPS_PROXY=PROXY) == ""
    assert proxy(tmp_path, "http://x.example", HTTP_PROXY=PROXY) == PROXY


def test_a_proxy_without_scheme_is_http(tmp_path: Path) -> None:
    assert proxy(tmp_path, "https://x.example", HTTPS_PROXY="proxy.example:3128") == PROXY


@pytest.mark.parametrize("stated", ["ftp://me:hush@x", "http://", "x:80"])
def test_invalid_proxy_error_has_location(tmp_path: Path, stated: str) -> None:
    with pytest.raises(ClusterError, match="proxy-url") as caught:
        proxy(tmp_path, "https://x.example", stated)
    assert caught.value.location is not None
    assert caught.value.location.line > 1
    assert "hush" not in str(caught.value)


def test_a_password_is_not_shown() -> None:
    assert without_password("http://me:hush@proxy:1/x") == "http://proxy:1/x"
    assert without_password("http://proxy:1") == "http://proxy:1"
