"""Credentials of a credential plugin, cached until they expire or the server rejects them."""

import datetime
import threading
from collections.abc import Callable

from dlctl.cluster.auth.client_certificate import ClientCertificate
from dlctl.cluster.auth.credentials import Headers, bearer
from dlctl.cluster.auth.exec_plugin import ExecCredential, ExecPlugin
from dlctl.errors import Unreachable


class ExecCredentials:
    """Runs the plugin when credentials are first needed, after they expire, and after a 401.

    One thread runs it while the others wait: a plugin may prompt the user. Where it gives no credentials in
    time, those that waited do not try in their turn.
    """

    def __init__(self, plugin: ExecPlugin, now: Callable[[], float], clock: Callable[[], float]) -> None:
        self._plugin = plugin
        self._now = now
        self._clock = clock
        self._lock = threading.Lock()
        self._current: ExecCredential | None = None
        self._timed_out: tuple[float, Unreachable] | None = None

    def headers(self) -> Headers:
        """The token, if the plugin returned one."""
        token = self._credential().token
        return bearer(token) if token else {}

    def certificate(self) -> ClientCertificate | None:
        """The certificate, if the plugin returned one."""
        return self._credential().certificate

    def renew(self) -> bool:
        """Run the plugin again, and return whether the credentials changed."""
        asked = self._clock()
        with self._lock:
            before, self._current = self._current, self._run(asked)
            return self._current != before

    def _credential(self) -> ExecCredential:
        asked = self._clock()
        with self._lock:
            if self._current is None or self._expired(self._current):
                self._current = self._run(asked)
            return self._current

    def _run(self, asked: float) -> ExecCredential:
        """Run the plugin, unless it has run in vain since it was `asked` for."""
        if self._timed_out is not None and self._timed_out[0] > asked:
            raise self._timed_out[1]
        try:
            return self._plugin.run()
        except Unreachable as error:
            self._timed_out = self._clock(), error
            raise

    def _expired(self, credential: ExecCredential) -> bool:
        try:
            expires = datetime.datetime.fromisoformat(credential.expires)
        except ValueError:
            return False
        if expires.tzinfo is None:
            expires = expires.replace(tzinfo=datetime.UTC)
        return datetime.datetime.fromtimestamp(self._now(), datetime.UTC) >= expires
