"""The proxy of a connection: a kubeconfig's `proxy-url` overrides the environment."""

from collections.abc import Mapping
from urllib.parse import SplitResult

from dlctl.cluster.kubeconfig.entry import Entry
from dlctl.environment_proxy import environment_proxy, variable_for
from dlctl.errors import ClusterError
from dlctl.server_url import SCHEMES, parse_url, with_plain_scheme, without_password

_SCHEMES = ("http", "https", "socks5")


def proxy_for(cluster: Entry, environ: Mapping[str, str]) -> str:
    """The proxy URL for a cluster's server, or an empty string. Raises ClusterError for an invalid URL."""
    stated = cluster.text("proxy-url")
    if stated:
        if parse_url(stated, _SCHEMES) is None:
            raise cluster.error(
                f"the proxy-url of {cluster} is not a valid proxy URL: {without_password(stated)}",
                "proxy-url",
                hint="use http://, https:// or socks5://",
            )
        return with_plain_scheme(stated)
    server = parse_url(cluster.text("server"), SCHEMES)
    return _from_environment(server, environ) if server else ""


def _from_environment(server: SplitResult, environ: Mapping[str, str]) -> str:
    url = environment_proxy(server, environ)
    if url and parse_url(url, _SCHEMES) is None:
        variable = variable_for(server.scheme)
        raise ClusterError(f"{variable} is not a supported proxy URL: {without_password(url)}")
    return with_plain_scheme(url)
