"""One HTTP request and its answer: no redirect, no retry, limits on time and size, TLS."""

import re
import socket
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from msgspec import Struct

from dlctl import __version__
from dlctl.environment_proxy import environment_proxy
from dlctl.errors import RegistryError
from dlctl.registry.sources.oci.place import is_loopback

if TYPE_CHECKING:
    import urllib3

_PART = 1 << 16
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]+")


@dataclass(frozen=True, slots=True)
class Request:
    """A request; `limit` is the most bytes of an answer's body, `received` is called with those so far."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes = field(default=b"", repr=False)
    limit: int = _PART
    received: Callable[[int], None] | None = None

    @property
    def host(self) -> str:
        """The host with its port, for messages."""
        return urlsplit(self.url).netloc


class Answer(Struct, frozen=True):
    """An answer: headers by lowercase name."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Exchange:
    """Sends requests; `environ` states proxies, `timeout` the seconds for each request."""

    environ: Mapping[str, str] = field(repr=False)
    timeout: float

    def send(self, request: Request) -> Answer:
        """Send a request. Raises RegistryError without a complete answer in time, or if it is too large."""
        import urllib3.exceptions as http

        parts = urlsplit(request.url)
        if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(parts.netloc)):
            raise RegistryError(
                f"{request.host}: only https is allowed", hint="plain HTTP is for this machine"
            )
        try:
            with self._manager(request) as manager:
                return self._send(manager, request)
        except (http.HTTPError, OSError, ValueError) as error:
            raise self._failure(error, request) from error

    def _send(self, manager: "urllib3.PoolManager", request: Request) -> Answer:
        import urllib3

        response = manager.request(
            request.method,
            request.url,
            body=request.body or None,
            headers={"User-Agent": f"dlctl/{__version__}", "Accept-Encoding": "identity", **request.headers},
            timeout=urllib3.Timeout(total=self.timeout),
            redirect=False,
            retries=False,
            preload_content=False,
            decode_content=False,
        )
        try:
            headers = {name.lower(): value for name, value in response.headers.items()}
            if headers.get("content-encoding", "identity") != "identity":
                raise RegistryError(f"{request.host}: the response is compressed, which was not requested")
            return Answer(response.status, headers, _body(response, request))
        finally:
            response.close()

    def _manager(self, request: Request) -> "urllib3.PoolManager":
        import urllib3

        from dlctl.limited_connection import LimitedTlsSocket, with_limits
        from dlctl.socks import socks_proxy

        options: dict[str, Any] = {}
        if request.url.startswith("https:"):
            context = ssl.create_default_context()
            context.sslsocket_class = LimitedTlsSocket
            options = {"ssl_context": context}
        proxy = environment_proxy(urlsplit(request.url), self.environ)
        socks = socks_proxy(proxy)
        if not proxy or socks:
            return with_limits(urllib3.PoolManager(num_pools=1, **options), socks=socks)
        account = urlsplit(proxy)
        if account.username:
            name = f"{unquote(account.username)}:{unquote(account.password or '')}"
            options["proxy_headers"] = urllib3.make_headers(proxy_basic_auth=name)
        return with_limits(urllib3.ProxyManager(proxy, num_pools=1, **options))

    def _failure(self, error: Exception, request: Request) -> RegistryError:
        return RegistryError(f"{request.host}: {self._reason(error)}", hint=_hint(error))

    def _reason(self, error: Exception) -> str:
        import urllib3.exceptions as http

        causes = _causes(error)
        if any(isinstance(each, http.NameResolutionError | socket.gaierror) for each in causes):
            return "host not found"
        if any(isinstance(each, ConnectionRefusedError) for each in causes):
            return "the connection was refused"
        if any(isinstance(each, TimeoutError | http.TimeoutError) for each in causes):
            return f"no complete response within {self.timeout:g} s"
        if found := next((each for each in causes if isinstance(each, ssl.SSLError)), None):
            return f"the TLS connection failed: {printed(getattr(found, 'verify_message', '') or str(found))}"
        return f"the connection failed: {printed(str(error))}"


def _body(response: "urllib3.BaseHTTPResponse", request: Request) -> bytes:
    body = bytearray()
    for part in response.stream(_PART, decode_content=False):
        body += part
        if len(body) > request.limit:
            raise RegistryError(f"{request.host}: the response has more than {request.limit:,} bytes")
        if request.received:
            request.received(len(body))
    return bytes(body)


def _causes(error: BaseException) -> list[BaseException]:
    """The error and those inside it: urllib3 keeps them as arguments, causes and reasons."""
    found: list[BaseException] = []
    waiting: list[object] = [error]
    while waiting:
        each = waiting.pop(0)
        if isinstance(each, BaseException) and each not in found:
            found.append(each)
            waiting += [each.__cause__, each.__context__, getattr(each, "reason", None), *each.args]
    return found


def _hint(error: Exception) -> str:
    if any(isinstance(each, ssl.SSLError) for each in _causes(error)):
        return "SSL_CERT_FILE names additional certificate authorities"
    if any(isinstance(each, TimeoutError) for each in _causes(error)):
        return "retry, or allow more with --timeout 10m"
    return "check the address"


def printed(text: str) -> str:
    """A server's text for a message: one line, not long."""
    return _CONTROL.sub(" ", text).strip()[:200]
