"""URLs of servers and proxies whose scheme is in capitals: kubectl takes them."""

import json
from pathlib import Path

import pytest

from dlctl.cluster.http.endpoint import endpoint_of
from dlctl.cluster.kubeconfig.load import load_kubeconfig
from tests.cluster.kubeconfig_cases import config


@pytest.mark.parametrize("server", ["HTTPS://c1.example:6443", "Https://c1.example:6443/"])
def test_a_scheme_in_capitals_is_https(server: str, tmp_path: Path) -> None:
    file = tmp_path / "config"
    cluster = {"server": server, "insecure-skip-tls-verify": True, "proxy-url": "SOCKS5://p.example:1080"}
    file.write_text(json.dumps(config(clusters={"c1": cluster})))
    endpoint = endpoint_of(load_kubeconfig(file, {}, tmp_path).select(), {})
    assert endpoint.server == "https://c1.example:6443"
    assert endpoint.proxy == "socks5://p.example:1080"
