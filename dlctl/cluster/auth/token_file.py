"""A bearer token in a file that another program updates, such as a pod's service account token."""

import threading
from collections.abc import Callable
from pathlib import Path

from dlctl.cluster.auth.client_certificate import ClientCertificate
from dlctl.cluster.auth.credentials import Headers, bearer
from dlctl.cluster.kubeconfig.entry import Entry
from dlctl.yamlio.limited import read_limited

READ_AGAIN_AFTER = 60.0
"""The file is read again after this many seconds (client-go, transport/token_source.go)."""


class TokenFile:
    """Reads the token again after a minute, or immediately after a 401.

    If the file cannot be read or is empty, the user's `token` is used, as in kubectl.
    """

    def __init__(
        self, user: Entry, certificate: ClientCertificate | None, clock: Callable[[], float]
    ) -> None:
        self._user = user
        self._certificate = certificate
        self._clock = clock
        self._lock = threading.Lock()
        self._token = self._read()
        self._read_at = clock()

    def headers(self) -> Headers:
        """The token from the file, read less than a minute ago."""
        with self._lock:
            if self._clock() - self._read_at >= READ_AGAIN_AFTER:
                self._token = self._read()
                self._read_at = self._clock()
            return bearer(self._token)

    def certificate(self) -> ClientCertificate | None:
        """The user's certificate, if any."""
        return self._certificate

    def renew(self) -> bool:
        """Read the file again, and return whether the token changed."""
        with self._lock:
            before, self._token = self._token, self._read()
            self._read_at = self._clock()
            return self._token != before

    def _read(self) -> str:
        fallback = self._user.text("token")
        path = self._user.file("tokenFile")
        if fallback and (path is None or not _readable(path)):
            return fallback
        token = self._user.read("tokenFile").decode("utf-8", "replace").strip()
        if not token and not fallback:
            raise self._user.error(f"the tokenFile of {self._user} is empty: {path}", "tokenFile")
        return token or fallback


def _readable(path: Path) -> bool:
    try:
        read_limited(path)
    except OSError:
        return False
    return True
