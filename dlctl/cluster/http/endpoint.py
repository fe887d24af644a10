"""The endpoint of a context: server, TLS settings and proxy."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote, urlsplit

import urllib3
from msgspec import Struct
from urllib3.connectionpool import HTTPConnectionPool

from dlctl.cluster.auth.choose import check_cluster
from dlctl.cluster.auth.client_certificate import ClientCertificate
from dlctl.cluster.http.bound_connection import BoundHttp, BoundHttps, bound_to
from dlctl.cluster.http.proxy import proxy_for
from dlctl.cluster.http.server_binding import ServerBinding
from dlctl.cluster.http.tls import authority_name, authority_of, certificates_in, tls_options
from dlctl.cluster.kubeconfig.entry import Entry
from dlctl.cluster.kubeconfig.in_cluster import VARIABLES
from dlctl.cluster.kubeconfig.load import Context
from dlctl.errors import ClusterError
from dlctl.server_url import WRITE_URL, server_parts, with_scheme, without_password

POOL_SIZE = 16
"""Connections per server, and so the most concurrent requests."""


class Endpoint(Struct, frozen=True):
    """One API server. `authority` has its CA certificates in normalized form; empty for the system's."""

    context: str
    server: str
    cluster: Entry
    authority: bytes
    proxy: str

    @property
    def name(self) -> str:
        """The server and its context, for messages."""
        return f"{self.server} (context '{self.context}')"

    @property
    def written(self) -> str:
        """Where its URL is written, for hints: the kubeconfig with the line."""
        place = self.cluster.location("server")
        return f"{place.path}:{place.line}" if self.cluster.document.text else VARIABLES

    @property
    def authority_name(self) -> str:
        """A description of its CA, for messages."""
        return authority_name(self.cluster)

    @property
    def compressed(self) -> bool:
        """Whether to request compressed responses: not over loopback, where compression only costs time."""
        local = urlsplit(self.server).hostname in ("127.0.0.1", "::1", "localhost")
        return not local and not self.cluster.flag("disable-compression")

    def pool(
        self, certificate: ClientCertificate | None, binding: ServerBinding, *, block: bool
    ) -> urllib3.PoolManager:
        """Connections with this client certificate; with `block` at most POOL_SIZE at once.

        What is written over them is bound to one cluster by `binding`.
        """
        options: dict[str, Any] = {"maxsize": POOL_SIZE, "block": block, **self._tls(certificate)}
        if not self.proxy:
            return bound_to(urllib3.PoolManager(num_pools=1, **options), binding)
        return _through(self.proxy, options, binding)

    @property
    def prefix(self) -> str:
        """What the URL of each request begins with: the path of the server's, as a pool knows the rest.

        The whole URL where requests are sent to a proxy that forwards them.
        """
        parts = urlsplit(self.server)
        if parts.scheme != "http" or not self.proxy:
            return parts.path
        from dlctl.socks import socks_proxy

        return self.server if socks_proxy(self.proxy) is None else parts.path

    def server_pool(self, manager: urllib3.PoolManager) -> HTTPConnectionPool:
        """The pool of the connections to the server: urllib3 need not parse the URL of each request."""
        parts = urlsplit(self.server)
        host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
        return manager.connection_from_host(host, parts.port, parts.scheme)

    def connection(
        self, certificate: ClientCertificate | None, binding: ServerBinding, seconds: float
    ) -> BoundHttp:
        """One connection outside of a pool, for another protocol than HTTP; it is not open yet.

        Raises ClusterError for a proxy that is reached by TLS: its password would be sent in clear.
        """
        from dlctl.socks import socks_proxy

        parts = urlsplit(self.server)
        secure = parts.scheme == "https"
        kind: type[BoundHttp] = BoundHttps if secure else BoundHttp
        host, port = parts.hostname or "", parts.port or (443 if secure else 80)
        options: dict[str, Any] = {**self._tls(certificate), "timeout": seconds, "binding": binding}
        socks = socks_proxy(self.proxy) if self.proxy else None
        if not self.proxy or socks:
            return kind(host, port, socks=socks, **options)
        proxy = urlsplit(self.proxy)
        if proxy.scheme == "https":
            raise ClusterError(
                f"{self.name}: commands in pods and ports of pods are not reached through the https:// proxy "
                f"{without_password(self.proxy)}",
                hint="use a proxy-url with http:// or socks5://",
            )
        through = kind(proxy.hostname or "", proxy.port or 80, **options)
        through.set_tunnel(host, port, _proxy_headers(self.proxy))
        return through

    def _tls(self, certificate: ClientCertificate | None) -> dict[str, Any]:
        return tls_options(self.cluster, certificate) if self.server.startswith("https:") else {}


def endpoint_of(context: Context, environ: Mapping[str, str]) -> Endpoint:
    """The endpoint of a context. Raises ClusterError for a cluster entry that kubectl refuses too."""
    check_cluster(context.cluster)
    server = with_scheme(context.server)
    parts = server_parts(server)
    if parts is None:
        written = context.cluster.text("server")
        raise context.cluster.error(
            f"the server of {context.cluster} is not a URL: {written}", "server", hint=WRITE_URL
        )
    authority = certificates_in(authority_of(context.cluster)) if parts.scheme == "https" else b""
    return Endpoint(context.name, server, context.cluster, authority, proxy_for(context.cluster, environ))


def _through(proxy: str, options: Mapping[str, Any], binding: ServerBinding) -> urllib3.PoolManager:
    from dlctl.socks import socks_proxy

    if socks := socks_proxy(proxy):
        return bound_to(urllib3.PoolManager(num_pools=1, **options), binding, socks)
    manager = urllib3.ProxyManager(proxy, num_pools=1, proxy_headers=_proxy_headers(proxy), **options)
    return bound_to(manager, binding)


def _proxy_headers(proxy: str) -> dict[str, str]:
    parts = urlsplit(proxy)
    if not parts.username:
        return {}
    account = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
    return dict(urllib3.make_headers(proxy_basic_auth=account))
