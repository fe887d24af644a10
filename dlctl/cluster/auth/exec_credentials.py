"""Credentials of an exec plugin, cached until they expire or the server rejects them."""

import datetime
import threading
from collections.abc import Callable

from dlctl.cluster.auth.client_certificate import ClientCertificate
from dlctl.cluster.auth.credentials import Headers, bearer
from dlctl.cluster.auth.exec_plugin import ExecCredential, ExecPlugin


class ExecCredentials:
    """Runs the plugin when credentials are first needed, after they expire, and after a 401.

    One thread runs it while the others wait: a plugin may prompt the user.
    """

    def __init__(self, plugin: ExecPlugin, now: Callable[[], float]) -> None:
        self._plugin = plugin
        self._now = now
        self._lock = threading.Lock()
        self._current: ExecCredential | None = None

    def headers(self) -> Headers:
        """The token, if the plugin returned one."""
        token = self._credential().token
        return bearer(token) if token else {}

    def certificate(self) -> ClientCertificate | None:
        """The certificate, if the plugin returned one."""
        return self._credential().certificate

    def renew(self) -> bool:
        """Run the plugin again, and return whether the credentials changed."""
        with self._lock:
            before, self._current = self._current, self._plugin.run()
            return self._current != before

    def _credential(self) -> ExecCredential:
        with self._lock:
            if self._current is None or self._expired(self._current):
                self._current = self._plugin.run()
            return self._current

    def _expired(self, credential: ExecCredential) -> bool:
        try:
            expires = datetime.datetime.fromisoformat(credential.expires)
        except ValueError:
            return False
        if expires.tzinfo is None:
            expires = expires.replace(tzinfo=datetime.UTC)
        return datetime.datetime.fromtimestamp(self._now(), datetime.UTC) >= expires
