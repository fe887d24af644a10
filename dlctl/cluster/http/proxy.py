"""The proxy of a connection, chosen as by Go's net/http and kubectl.

Rules: golang.org/x/net/http/httpproxy. A kubeconfig's `proxy-url` overrides the environment.
"""

import ipaddress
from collections.abc import Mapping
from urllib.parse import SplitResult

from dlctl.cluster.http.url import parse_url
from dlctl.cluster.kubeconfig.entry import Entry
from dlctl.errors import ClusterError
from dlctl.server_url import with_plain_scheme, without_password

_SCHEMES = ("http", "https", "socks5")
_PORTS = {"http": 80, "https": 443}


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
    server = parse_url(cluster.text("server"), ("http", "https"))
    return _from_environment(server, environ) if server else ""


def _from_environment(server: SplitResult, environ: Mapping[str, str]) -> str:
    variable = "HTTPS_PROXY" if server.scheme == "https" else "HTTP_PROXY"
    proxy = environ.get(variable) or environ.get(variable.lower(), "")
    host = server.hostname or ""
    if not proxy or _is_loopback(host):
        return ""
    port = server.port or _PORTS.get(server.scheme, 0)
    exceptions = environ.get("NO_PROXY") or environ.get("no_proxy", "")
    if any(_matches(item.strip().lower(), host, port) for item in exceptions.split(",")):
        return ""
    url = proxy if "://" in proxy else f"http://{proxy}"
    if parse_url(url, _SCHEMES) is None:
        raise ClusterError(f"{variable} is not a supported proxy URL: {without_password(url)}")
    return with_plain_scheme(url)


def _is_loopback(host: str) -> bool:
    address = _address(host)
    return host == "localhost" or (address is not None and address.is_loopback)


def _matches(item: str, host: str, port: int) -> bool:
    """Whether one item of NO_PROXY matches this host: a name, domain, address, range, or `*`."""
    if not item:
        return False
    if item == "*":
        return True
    address = _address(host)
    if "/" in item and address is not None:
        return _in_range(address, item)
    name, wanted = _split_port(item)
    if wanted and wanted != str(port):
        return False
    if address is not None:
        return _address(name) == address
    if name.startswith("*."):
        name = name[1:]
    return host.endswith(name) if name.startswith(".") else host == name or host.endswith(f".{name}")


def _split_port(item: str) -> tuple[str, str]:
    name, colon, port = item.rpartition(":")
    if not colon or not port.isdigit() or (":" in name and not name.endswith("]")):
        return item.strip("[]"), ""
    return name.strip("[]"), port


def _in_range(address: ipaddress.IPv4Address | ipaddress.IPv6Address, item: str) -> bool:
    try:
        return address in ipaddress.ip_network(item, strict=False)
    except ValueError:
        return False


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None
