"""An OpenID Connect user: the token of the kubeconfig, or a new one from the issuer, in memory only."""

import base64
import json
import ssl
from pathlib import Path
from typing import Any

import pytest
import trustme

from dlctl.cluster.auth.oidc import expiry_of
from dlctl.cluster.connect import ConnectOptions
from dlctl.errors import ClusterError
from tests.cluster.reach_cases import encoded
from tests.cluster.scripted_cluster import made_cluster
from tests.cluster.scripted_server import Answer, Seen, scripted, status


def jwt(expires: int, name: str = "x") -> str:
    parts: tuple[dict[str, Any], ...] = ({"alg": "none"}, {"exp": expires, "name": name}, {})
    return ".".join(
        base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts
    )


FAR = 4_000_000_000
NEW = jwt(FAR, "new")


class Issuer:
    """API server and issuer in one."""

    def __init__(self) -> None:
        self.url = ""
        self.refuses = False

    def __call__(self, seen: Seen) -> Answer:
        if seen.path == "/issuer/.well-known/openid-configuration":
            return Answer(200, {"token_endpoint": f"{self.url}/issuer/token"})
        if seen.path == "/issuer/token":
            tokens = {"id_token": NEW, "refresh_token": "r2", "access_token": "a", "token_type": "Bearer"}
            return Answer(400, {"error": "invalid_grant"}) if self.refuses else Answer(200, tokens)
        bearer = seen.headers.get("Authorization", "").removeprefix("Bearer ")
        return Answer(200, {"gitVersion": "v1"}) if expiry_of(bearer) == FAR else status(401)


def ask(folder: Path, issuer: Issuer, **config: str) -> list[Seen]:
    authority = trustme.CA()
    data = encoded(authority.cert_pem.bytes())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    with scripted(issuer, context) as server:
        issuer.url = server.url
        settings: dict[str, Any] = {
            "idp-issuer-url": f"{server.url}/issuer",
            "idp-certificate-authority-data": data,
            "client-id": "id",
            "client-secret": "s",
            **config,
        }
        user = {"auth-provider": {"name": "oidc", "config": settings}}
        cluster = made_cluster(
            folder,
            server.url,
            user=user,
            cluster={"certificate-authority-data": data},
            options=ConnectOptions(),
        )
        before = (folder / "config").read_bytes()
        try:
            cluster.version()
        finally:
            cluster.close()
            assert (folder / "config").read_bytes() == before
    return server.seen


def test_a_token_that_is_valid_is_sent(tmp_path: Path) -> None:
    seen = ask(tmp_path, Issuer(), **{"id-token": jwt(FAR)})
    assert [each.path for each in seen] == ["/version"]


def test_an_expired_one_is_renewed(tmp_path: Path) -> None:
    seen = ask(tmp_path, Issuer(), **{"id-token": jwt(1), "refresh-token": "r1"})
    assert seen[-1].path == "/version"
    assert seen[-1].headers["Authorization"] == f"Bearer {NEW}"
    assert b"refresh_token=r1" in seen[-2].body


def test_a_refresh_token_alone_is_enough(tmp_path: Path) -> None:
    seen = ask(tmp_path, Issuer(), **{"refresh-token": "r1"})
    assert seen[-1].headers["Authorization"] == f"Bearer {NEW}"


def test_rejection_by_the_issuer_is_reported(tmp_path: Path) -> None:
    issuer = Issuer()
    issuer.refuses = True
    with pytest.raises(
        ClusterError, match=r"has expired, and https://.*/issuer did not issue a new one"
    ) as caught:
        ask(tmp_path, issuer, **{"id-token": jwt(1), "refresh-token": "r1"})
    assert "log in again" in str(caught.value.hint)


def test_expired_token_without_refresh_token_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ClusterError, match="there is no refresh-token"):
        ask(tmp_path, Issuer(), **{"id-token": jwt(1)})


@pytest.mark.parametrize("token", ["", "x", "a.b.c", f"a.{base64.b64encode(b'[]').decode()}.c"])
def test_invalid_jwt_has_no_expiry(token: str) -> None:
    assert expiry_of(token) == 0.0
