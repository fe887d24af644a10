"""The open connections to one API server, and the credentials that they use."""

import threading
import time
from collections.abc import Callable, Mapping

import urllib3
from urllib3.connectionpool import HTTPConnectionPool
from urllib3.exceptions import ProtocolError

from dlctl.cluster.auth.client_certificate import ClientCertificate
from dlctl.cluster.auth.credentials import Credentials
from dlctl.cluster.http.bound_connection import BoundHttp
from dlctl.cluster.http.endpoint import Endpoint
from dlctl.cluster.http.outage import Outage
from dlctl.cluster.http.server_binding import ServerBinding
from dlctl.cluster.http.turns import Turns


class Connections:
    """Reusable connections to one server; safe to use from several threads.

    `used`: the server has answered at least once. `turns` are those of short requests. `binding` is the
    cluster that may be written to.
    """

    def __init__(
        self, endpoint: Endpoint, credentials: Credentials, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.endpoint = endpoint
        self.credentials = credentials
        self.outage = Outage(clock)
        self.used = False
        self.binding = ServerBinding(endpoint.server, endpoint)
        self.turns = Turns()
        self._lock = threading.Lock()
        self._pools: dict[bool, tuple[ClientCertificate | None, urllib3.PoolManager]] = {}

    def pool(self, streamed: bool) -> HTTPConnectionPool:
        """The server's connection pool; long-lived streams have a pool of their own."""
        certificate = self.credentials.certificate()
        with self._lock:
            current = self._pools.get(streamed)
            if current is None or current[0] != certificate:
                current = certificate, self.endpoint.pool(certificate, self.binding, block=not streamed)
                self._pools[streamed] = current
            return self.endpoint.server_pool(current[1])

    def upgraded(self, headers: Mapping[str, str], seconds: float) -> BoundHttp:
        """An open connection for another protocol than HTTP. Raises ClusterError and urllib3's errors.

        Raises ProtocolError where the server does not tell which cluster it is.
        """
        made = self.endpoint.connection(self.credentials.certificate(), self.binding, seconds)
        try:
            if made.upgrade(headers) is not None:
                raise ProtocolError("The server does not tell which cluster it is")
        except BaseException:
            made.close()
            raise
        return made

    def close(self) -> None:
        """Close idle connections."""
        with self._lock:
            for _, pool in self._pools.values():
                pool.clear()
            self._pools.clear()
