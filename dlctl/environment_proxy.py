"""The proxy that environment variables state for a server, chosen as by Go's net/http and kubectl.

Rules: golang.org/x/net/http/httpproxy.
"""

import ipaddress
from collections.abc import Mapping
from urllib.parse import SplitResult

_PORTS = {"http": 80, "https": 443}


def variable_for(scheme: str) -> str:
    """The name of the variable for servers of a scheme; it may also be in lower case."""
    return "HTTPS_PROXY" if scheme == "https" else "HTTP_PROXY"


def environment_proxy(server: SplitResult, environ: Mapping[str, str]) -> str:
    """The proxy's URL, which may not be valid; empty if there is none, or none for this server."""
    variable = variable_for(server.scheme)
    proxy = environ.get(variable) or environ.get(variable.lower(), "")
    host = server.hostname or ""
    if not proxy or is_loopback(host):
        return ""
    port = server.port or _PORTS.get(server.scheme, 0)
    exceptions = environ.get("NO_PROXY") or environ.get("no_proxy", "")
    if any(_matches(item.strip().lower(), host, port) for item in exceptions.split(",")):
        return ""
    return proxy if "://" in proxy else f"http://{proxy}"


def is_loopback(host: str) -> bool:
    """Whether a host is this machine."""
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
