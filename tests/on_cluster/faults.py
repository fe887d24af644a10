"""A server between dlctl and a real API server: it passes everything on, but for the faults of a test."""

import base64
import contextlib
import json
import ssl
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlencode

import trustme
import urllib3
import yaml

from tests.cluster.reach_cases import encoded
from tests.cluster.scripted_server import Answer, Resets, ScriptedServer, Seen, never, scripted
from tests.controlplane import ControlPlane

Fault = Callable[[Seen], Answer | None]
"""An answer in the server's place, or None to pass the request on."""

Around = Callable[[Seen, Callable[[Seen], Answer]], Answer | None]
"""The same, with what passes the request on."""

PASSED = ("Accept", "Content-Type")


def trusted_tls() -> tuple[ssl.SSLContext, dict[str, str]]:
    """TLS for a server on loopback, and what makes a context of a kubeconfig trust it."""
    authority, tls = trustme.CA(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(tls)
    return tls, {"certificate-authority-data": encoded(authority.cert_pem.bytes())}


def no_fault(seen: Seen) -> Answer | None:
    """Pass everything on."""
    del seen
    return None


def is_write(seen: Seen) -> bool:
    """Whether a request changes something, apart from the lock of an environment."""
    asks = "/authorization.k8s.io/" in seen.path  # which rights the user has
    return seen.method != "GET" and "dryRun" not in seen.query and not is_lock(seen) and not asks


def is_lock(seen: Seen) -> bool:
    """Whether a request is about the lock of an environment."""
    return "/leases" in seen.path


def writes_member(seen: Seen) -> bool:
    """Whether a request changes an object of the app, and not the parent of its ApplySet."""
    is_parent = "/configmaps/dlctl." in seen.path or (seen.method, seen.path[-11:]) == ("POST", "/configmaps")
    return is_write(seen) and not is_parent


@contextlib.contextmanager
def between(
    control_plane: ControlPlane,
    folder: Path,
    fault: Fault = no_fault,
    around: Around | None = None,
    tls: ssl.SSLContext | None = None,
    resets: Resets = never,
) -> Iterator[ScriptedServer]:
    """A server on loopback that passes requests on as the cluster's administrator; with `tls` over HTTPS.

    `around` can also spoil the server's own answer, and `resets` what comes before.
    """
    pool = _administrator(control_plane, folder)

    def passed(seen: Seen) -> Answer:
        return _pass_on(pool, control_plane.server, seen)

    def answer(seen: Seen) -> Answer:
        found = around(seen, passed) if around is not None else None
        return found or fault(seen) or passed(seen)

    try:
        with scripted(answer, tls, resets=resets) as server:
            yield server
    finally:
        pool.clear()  # else connections that a killed server left are found open, in whatever test runs then


def _administrator(control_plane: ControlPlane, folder: Path) -> urllib3.PoolManager:
    own = yaml.safe_load(control_plane.kubeconfig.read_text())
    cluster, user = own["clusters"][0]["cluster"], own["users"][0]["user"]
    files = {
        "ca_certs": cluster["certificate-authority-data"],
        "cert_file": user["client-certificate-data"],
        "key_file": user["client-key-data"],
    }
    for name, data in files.items():
        (folder / name).write_bytes(base64.b64decode(data))
    return urllib3.PoolManager(
        maxsize=16,
        block=True,
        ca_certs=str(folder / "ca_certs"),
        cert_file=str(folder / "cert_file"),
        key_file=str(folder / "key_file"),
    )


def _pass_on(pool: urllib3.PoolManager, server: str, seen: Seen) -> Answer:
    query = f"?{urlencode(dict(seen.query))}" if seen.query else ""
    headers = {name: seen.headers[name] for name in PASSED if name in seen.headers}
    response = pool.request(
        seen.method, f"{server}{seen.path}{query}", body=seen.body or None, headers=headers, retries=False
    )
    kept = {"Content-Type": response.headers.get("Content-Type", "application/json")}
    return Answer(response.status, response.data.decode(), kept)


def refusal(code: int, reason: str, **headers: str) -> Answer:
    """A Status object with headers."""
    body = {"kind": "Status", "apiVersion": "v1", "status": "Failure", "message": reason, "code": code}
    return Answer(code, json.dumps({**body, "reason": reason}), headers)
