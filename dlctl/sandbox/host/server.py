"""Requests to a sandbox's API server, as its administrator."""

import json
import ssl
from collections.abc import Collection, Mapping
from typing import Any

import urllib3

from dlctl.errors import SandboxError
from dlctl.sandbox.host.certificates import Pki

JSON = "application/json"
MERGE_PATCH = "application/merge-patch+json"
APPLY_PATCH = "application/apply-patch+yaml"
MANAGER = "dlctl-sandbox"
CONNECTIONS = 4
TIMEOUT = urllib3.Timeout(connect=2, read=30)


class Server:
    """One API server; safe to share between threads."""

    def __init__(self, url: str, pki: Pki) -> None:
        context = ssl.create_default_context(cafile=str(pki.authority))
        context.load_cert_chain(pki.certificate("admin"), pki.key("admin"))
        self.url = url
        self.pool = urllib3.PoolManager(
            maxsize=CONNECTIONS, ssl_context=context, retries=False, timeout=TIMEOUT
        )

    def __enter__(self) -> "Server":
        """Return the server; it connects with the first request."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close every connection."""
        self.pool.clear()

    def ready(self, seconds: float = 30) -> bool:
        """Whether the server is ready, and says so in time; another server's response counts as not ready."""
        timeout = urllib3.Timeout(connect=min(2, seconds), read=seconds)
        try:
            return self.pool.request("GET", f"{self.url}/readyz", timeout=timeout).status == 200
        except urllib3.exceptions.HTTPError:
            return False

    def get(self, path: str) -> Any:
        """The object at `path`, or None."""
        status, content = self.request("GET", path)
        return None if status == 404 else content

    def apply(self, path: str, manifest: bytes) -> Any:
        """Apply the YAML text to the object at `path` by server-side apply; returns the object.

        Raises SandboxError, also for a path that the server does not serve.
        """
        url = f"{path}?fieldManager={MANAGER}&force=true"
        return self._send("PATCH", url, manifest, APPLY_PATCH, allowed=())[1]

    def request(
        self, method: str, path: str, body: Mapping[str, Any] | None = None, content_type: str = JSON
    ) -> tuple[int, Any]:
        """The status (2xx, 404 or 409) and the response. Raises SandboxError for any other status."""
        return self._send(method, path, None if body is None else json.dumps(body).encode(), content_type)

    def _send(
        self,
        method: str,
        path: str,
        body: bytes | None,
        content_type: str,
        allowed: Collection[int] = (404, 409),
    ) -> tuple[int, Any]:
        try:
            answer = self.pool.request(
                method,
                self.url + path,
                body=body,
                headers={"Content-Type": content_type, "Accept": JSON},
            )
        except urllib3.exceptions.HTTPError as error:
            raise SandboxError(f"the sandbox's API server is not responding: {error}") from error
        if answer.status >= 300 and answer.status not in allowed:
            raise SandboxError(f"the sandbox's API server rejected {method} {path}: {_reason(answer.data)}")
        return answer.status, json.loads(answer.data)


def _reason(body: bytes) -> str:
    try:
        return str(json.loads(body)["message"])
    except (ValueError, KeyError, TypeError):
        return body[:200].decode(errors="replace")
