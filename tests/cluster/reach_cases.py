"""Kubeconfigs that reach a real server, or should not: the table for the comparison with kubectl."""

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

V1 = "client.authentication.k8s.io/v1"
BETA = "client.authentication.k8s.io/v1beta1"


@dataclass(frozen=True)
class Server:
    """The real one: its CA, an administrator's certificate, and a token of somebody else."""

    port: int
    authority: bytes
    certificate: bytes
    key: bytes
    token: str
    proxy: str
    socks: str
    dead: str
    other_authority: bytes

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self.port}"


Fields = Callable[[Server], Mapping[str, Any]]
Files = Callable[[Server], Mapping[str, str | bytes]]


def encoded(data: bytes) -> str:
    return base64.b64encode(data).decode()


def trusted(server: Server) -> dict[str, Any]:
    return {"server": server.url, "certificate-authority-data": encoded(server.authority)}


def admin(server: Server) -> dict[str, Any]:
    return {
        "client-certificate-data": encoded(server.certificate),
        "client-key-data": encoded(server.key),
    }


def token(server: Server) -> dict[str, Any]:
    return {"token": server.token}


def cluster(**fields: Any) -> Fields:
    return lambda server: {**trusted(server), **fields}


def user(**fields: Any) -> Fields:
    return lambda server: {**token(server), **fields}


def plugin(status: str, *, version: str = V1, more: str = "") -> str:
    answer = f'{{"apiVersion": "{version}", "kind": "ExecCredential", "status": {status}}}'
    return f"#!/bin/sh\n{more}\ncat <<'END'\n{answer}\nEND\n"


def runs(command: str = "./plugin.sh", **fields: Any) -> Fields:
    settings = {"command": command, "apiVersion": V1, "interactiveMode": "Never", **fields}
    return lambda server: {"exec": settings}


def gives_token(server: Server, **options: Any) -> dict[str, str | bytes]:
    return {"plugin.sh": plugin(json.dumps({"token": server.token}), **options)}


def gives_certificate(server: Server) -> dict[str, str | bytes]:
    status = {
        "clientCertificateData": server.certificate.decode(),
        "clientKeyData": server.key.decode(),
    }
    return {"plugin.sh": plugin(json.dumps(status))}


def wants_cluster_info(server: Server) -> dict[str, str | bytes]:
    """Fails unless it is told the server and its own setting, and has the variable."""
    checks = "\n".join(
        f"case \"$KUBERNETES_EXEC_INFO\" in *'{word}'*) ;; *) exit 3;; esac"
        for word in (server.url, '"setting":"x"', encoded(server.authority)[:40], '"interactive":false')
    )
    return gives_token(
        server, more=f'{checks}\ntest "$WITH" = variable || exit 4\ntest "$1" = first || exit 5'
    )


def no_files(_: Server) -> Mapping[str, str | bytes]:
    return {}


@dataclass(frozen=True)
class Case:
    """`ok` says what both must do, so that two wrong ones do not agree."""

    name: str
    ok: bool
    cluster: Fields = trusted
    user: Fields = admin
    files: Files = no_files
    environ: Callable[[Server], Mapping[str, str]] = field(default=lambda server: {})


def write(case: Case, server: Server, folder: Path) -> Path:
    for name, content in case.files(server).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        if path.suffix == ".sh":
            path.chmod(0o755)
    body = {
        "current-context": "it",
        "contexts": [{"name": "it", "context": {"cluster": "it", "user": "it"}}],
        "clusters": [{"name": "it", "cluster": case.cluster(server)}],
        "users": [{"name": "it", "user": case.user(server)}],
    }
    path = folder / "config"
    path.write_text(json.dumps(body))
    return path


def _ca_file(server: Server) -> dict[str, str | bytes]:
    comment = "Aussteller: Müller\r\n".encode("latin-1")
    return {"pki/ca.crt": comment + server.authority.replace(b"\n", b"\r\n") + comment}


def _pair(server: Server) -> dict[str, str | bytes]:
    return {"pki/u.crt": server.certificate, "pki/u.key": server.key}


EXTENSION = [{"name": "client.authentication.k8s.io/exec", "extension": {"setting": "x"}}]
PAIR = {"client-certificate": "pki/u.crt", "client-key": "pki/u.key"}

CASES = (
    Case("certificate data", ok=True),
    Case("certificate files", ok=True, user=lambda s: PAIR, files=_pair),
    Case("certificate files are missing", ok=False, user=lambda s: PAIR),
    Case("certificate file and data", ok=False, user=lambda s: {**admin(s), **PAIR}, files=_pair),
    Case(
        "certificate without key",
        ok=False,
        user=lambda s: {"client-certificate-data": encoded(s.certificate)},
    ),
    Case(
        "certificate with another key",
        ok=False,
        user=lambda s: {**admin(s), "client-key-data": encoded(s.certificate)},
    ),
    Case(
        "certificate data is no base64",
        ok=False,
        user=lambda s: {**admin(s), "client-certificate-data": "%%"},
    ),
    Case("token", ok=True, user=token),
    Case("a wrong token", ok=False, user=lambda s: {"token": "wrong"}),
    Case("token and certificate", ok=True, user=lambda s: {**admin(s), **token(s)}),
    Case("token file", ok=True, user=lambda s: {"tokenFile": "t"}, files=lambda s: {"t": f" {s.token}\n\n"}),
    Case("token file is missing", ok=False, user=lambda s: {"tokenFile": "t"}),
    Case("token file is empty", ok=False, user=lambda s: {"tokenFile": "t"}, files=lambda s: {"t": "\n"}),
    Case(
        "token file and token",
        ok=True,
        user=lambda s: {"tokenFile": "t", "token": "wrong"},
        files=lambda s: {"t": s.token},
    ),
    Case("missing token file and token", ok=True, user=user(tokenFile="t")),
    Case("name and password", ok=False, user=lambda s: {"username": "a", "password": "b"}),
    Case("token and password", ok=False, user=user(username="a", password="b")),
    Case("no credentials", ok=False, user=lambda s: {}),
    Case("auth-provider gcp", ok=False, user=lambda s: {"auth-provider": {"name": "gcp"}}),
    # exec plugins
    Case("exec gives a token", ok=True, user=runs(), files=gives_token),
    Case("exec gives a certificate", ok=True, user=runs(), files=gives_certificate),
    Case(
        "exec from another folder",
        ok=True,
        user=runs("bin/../plugin.sh"),
        files=lambda s: {**gives_token(s), "bin/x": ""},
    ),
    Case(
        "exec by PATH",
        ok=True,
        user=runs("plugin.sh"),
        files=gives_token,
        environ=lambda s: {"PATH": "PLACE"},
    ),
    Case("exec without slash is not relative", ok=False, user=runs("plugin.sh"), files=gives_token),
    Case("exec is missing", ok=False, user=runs("./nothing")),
    Case(
        "exec fails",
        ok=False,
        user=runs(),
        files=lambda s: {"plugin.sh": "#!/bin/sh\necho broken >&2\nexit 1\n"},
    ),
    Case("exec says nothing", ok=False, user=runs(), files=lambda s: {"plugin.sh": "#!/bin/sh\n"}),
    Case("exec gives an empty status", ok=False, user=runs(), files=lambda s: {"plugin.sh": plugin("{}")}),
    Case(
        "exec answers in another version", ok=False, user=runs(), files=lambda s: gives_token(s, version=BETA)
    ),
    Case(
        "exec of an old version",
        ok=True,
        user=lambda s: {"exec": {"command": "./plugin.sh", "apiVersion": BETA}},
        files=lambda s: gives_token(s, version=BETA),
    ),
    Case(
        "exec of an unknown version",
        ok=False,
        user=runs(apiVersion="client.authentication.k8s.io/v9"),
        files=gives_token,
    ),
    Case("exec without interactiveMode", ok=False, user=runs(interactiveMode=None), files=gives_token),
    Case("exec must ask", ok=False, user=runs(interactiveMode="Always"), files=gives_token),
    Case("exec may ask", ok=True, user=runs(interactiveMode="IfAvailable"), files=gives_token),
    Case(
        "exec is told the cluster",
        ok=True,
        cluster=cluster(extensions=EXTENSION),
        user=runs(provideClusterInfo=True, env=[{"name": "WITH", "value": "variable"}], args=["first"]),
        files=wants_cluster_info,
    ),
    Case("exec and token", ok=True, user=lambda s: {**token(s), **runs("./nothing")(s)}),
    Case(
        "exec and auth-provider",
        ok=False,
        user=lambda s: {**runs()(s), "auth-provider": {"name": "oidc"}},
        files=gives_token,
    ),
    # TLS
    Case(
        "CA file",
        ok=True,
        cluster=lambda s: {"server": s.url, "certificate-authority": "pki/ca.crt"},
        files=_ca_file,
    ),
    Case(
        "CA file is missing",
        ok=False,
        cluster=lambda s: {"server": s.url, "certificate-authority": "pki/ca.crt"},
    ),
    Case(
        "CA file and data",
        ok=False,
        cluster=cluster(**{"certificate-authority": "pki/ca.crt"}),
        files=_ca_file,
    ),
    Case(
        "another CA",
        ok=False,
        cluster=lambda s: {"server": s.url, "certificate-authority-data": encoded(s.other_authority)},
    ),
    Case(
        "two CAs",
        ok=True,
        cluster=lambda s: {
            "server": s.url,
            "certificate-authority-data": encoded(s.other_authority + s.authority),
        },
    ),
    Case("no CA", ok=False, cluster=lambda s: {"server": s.url}),
    Case("CA is no base64", ok=False, cluster=cluster(**{"certificate-authority-data": "%%"})),
    Case(
        "CA is no certificate", ok=False, cluster=cluster(**{"certificate-authority-data": encoded(b"text")})
    ),
    Case("not verified", ok=True, cluster=lambda s: {"server": s.url, "insecure-skip-tls-verify": True}),
    Case("not verified, with a CA", ok=False, cluster=cluster(**{"insecure-skip-tls-verify": True})),
    Case(
        "not verified, other host",
        ok=True,
        cluster=lambda s: {"server": s.url, "insecure-skip-tls-verify": True, "tls-server-name": "x.example"},
    ),
    Case(
        "server by name", ok=True, cluster=lambda s: {**trusted(s), "server": f"https://localhost:{s.port}"}
    ),
    Case(
        "server by a name not in its certificate",
        ok=False,
        cluster=lambda s: {**trusted(s), "server": f"https://ip6-localhost:{s.port}"},
    ),
    Case("tls-server-name", ok=True, cluster=cluster(**{"tls-server-name": "localhost"})),
    Case("a wrong tls-server-name", ok=False, cluster=cluster(**{"tls-server-name": "x.example"})),
    Case("a broken address", ok=False, cluster=lambda s: {**trusted(s), "server": "https://[::1"}),
    Case("a broken port", ok=False, cluster=lambda s: {**trusted(s), "server": "https://127.0.0.1:port"}),
    Case("a space in the server", ok=False, cluster=lambda s: {**trusted(s), "server": "https://a b"}),
    Case("slash at the end", ok=True, cluster=lambda s: {**trusted(s), "server": f"{s.url}/"}),
    Case("plain http", ok=False, cluster=lambda s: {**trusted(s), "server": f"http://127.0.0.1:{s.port}"}),
    Case("no scheme", ok=False, cluster=lambda s: {**trusted(s), "server": f"127.0.0.1:{s.port}"}),
    Case(
        "a path that is not served", ok=False, cluster=lambda s: {**trusted(s), "server": f"{s.url}/nowhere"}
    ),
    Case("nobody listens", ok=False, cluster=lambda s: {**trusted(s), "server": s.dead}),
    Case("no server", ok=False, cluster=lambda s: {**trusted(s), "server": ""}),
    Case("not compressed", ok=True, cluster=cluster(**{"disable-compression": True})),
    # proxies
    Case("proxy", ok=True, cluster=lambda s: {**trusted(s), "proxy-url": s.proxy}),
    Case("socks proxy", ok=True, cluster=lambda s: {**trusted(s), "proxy-url": s.socks}),
    Case(
        "socks proxy that is dead",
        ok=False,
        cluster=lambda s: {**trusted(s), "proxy-url": s.dead.replace("https", "socks5")},
    ),
    Case(
        "proxy that is dead",
        ok=False,
        cluster=lambda s: {**trusted(s), "proxy-url": s.dead.replace("https", "http")},
    ),
    Case("proxy that is none", ok=False, cluster=cluster(**{"proxy-url": "ftp://x"})),
    Case("proxy of the environment is not for loopback", ok=True, environ=lambda s: {"HTTPS_PROXY": s.dead}),
    # impersonation
    Case("as", ok=True, user=lambda s: {**admin(s), "as": "jane"}),
    Case(
        "as, with all",
        ok=True,
        user=lambda s: {
            **admin(s),
            "as": "jane doe",
            "as-uid": "7",
            "as-groups": ["g1", "system:masters"],
            "as-user-extra": {"a.dev/Scope s": ["x", "y"], "reason": ["z"]},
        },
    ),
    Case("as, in any script", ok=True, user=lambda s: {**admin(s), "as": "größe", "as-groups": ["ü"]}),
    Case("as, with a line break", ok=False, user=lambda s: {**admin(s), "as": "a\nb"}),
    Case("token with a line break", ok=False, user=lambda s: {"token": f"{s.token}\nX: y"}),
    Case("as, without a user", ok=False, user=lambda s: {**admin(s), "as-groups": ["g"]}),
    Case("as, without the right", ok=False, user=user(**{"as": "jane"})),
    Case(
        "as, by a token file",
        ok=False,
        user=lambda s: {"tokenFile": "t", "as": "j"},
        files=lambda s: {"t": s.token},
    ),
)
