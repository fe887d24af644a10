"""Answer a registry's challenge: with the credentials for its host, or a token that they get.

Credentials go to the host that they are for, and nowhere else: a token server on another host gets them only
if it is a parent domain of the registry's, or docker.io's own; else it gets those that are kept for itself.
"""

import json
import re
from collections.abc import Callable, Mapping
from urllib.parse import urlencode, urlsplit

from msgspec import Struct

from dlctl.errors import RegistryError
from dlctl.registry.sources.oci.docker_config import Credentials
from dlctl.registry.sources.oci.exchange import Answer, Exchange, Request
from dlctl.registry.sources.oci.place import OciPlace, is_loopback

_SCHEME = re.compile(r"\s*(Basic|Bearer)(?:\s+|$)", re.IGNORECASE)
_PARAMETER = re.compile(r'\s*([A-Za-z_]+)="((?:[^"\\]|\\.)*)"\s*(?:,|$)|\s*([A-Za-z_]+)=([^\s,"]+)\s*(?:,|$)')
_DOCKER_HUB_TOKENS = "auth.docker.io"
_TOKEN_LIMIT = 1 << 18
_TOKEN = re.compile(r"[\x21-\x7e]+")
_CLIENT = "dlctl"


class Challenge(Struct, frozen=True):
    """A header `WWW-Authenticate`: `scheme` is basic or bearer."""

    scheme: str
    realm: str = ""
    service: str = ""


def read_challenge(header: str) -> Challenge | None:
    """The challenge; None if it is of another scheme."""
    found = _SCHEME.match(header)
    if not found:
        return None
    values: dict[str, str] = {}
    for each in _PARAMETER.finditer(header, found.end()):
        values[(each[1] or each[3]).lower()] = re.sub(r"\\(.)", r"\1", each[2] or "") or each[4] or ""
    return Challenge(found[1].lower(), values.get("realm", ""), values.get("service", ""))


class Authorizer(Struct, frozen=True):
    """Gets what a header `Authorization` needs for one repository; `actions` is `pull` or `pull,push`."""

    place: OciPlace
    exchange: Exchange
    credentials: Callable[[str], Credentials | None]
    actions: str = "pull"

    def authorization(self, answer: Answer) -> str:
        """The header's value for a request that got this answer. Raises RegistryError if there is none."""
        challenge = read_challenge(answer.headers.get("www-authenticate", ""))
        if challenge is None:
            raise self._required()
        if challenge.scheme == "basic":
            found = self.credentials(self.place.host)
            if found is None or found.identity_token:
                raise self._required()
            return found.basic
        return f"Bearer {self._token(challenge)}"

    def _token(self, challenge: Challenge) -> str:
        found = self._credentials_for(challenge.realm)
        answer = self.exchange.send(self._request(challenge, found))
        if answer.status in (400, 401, 403):
            raise self._refused() if found else self._required()
        try:
            document = json.loads(answer.body) if answer.status == 200 else {}
            token = document.get("token") or document.get("access_token")
        except (ValueError, AttributeError, RecursionError):
            token = None
        if not isinstance(token, str) or not _TOKEN.fullmatch(token):
            host = urlsplit(challenge.realm).netloc
            raise RegistryError(f"{host}: no token for {self.place.name} (HTTP {answer.status})")
        return token

    def _credentials_for(self, realm: str) -> Credentials | None:
        """What the token server may have. Raises RegistryError for one that gets no request."""
        try:
            parts = urlsplit(realm)
            port = parts.port
        except ValueError:
            parts, port = urlsplit(""), None
        loopback = is_loopback(parts.netloc) and is_loopback(self.place.host)
        if not parts.hostname or parts.username or not (parts.scheme == "https" or (loopback and port)):
            raise RegistryError(f"{self.place.host} names no valid address to get a token from")
        if _speaks_for(parts.netloc, self.place.host):
            return self.credentials(self.place.host)
        if found := self.credentials(parts.netloc):
            return found
        raise RegistryError(
            f"{self.place.host} asks for a token of another host, {parts.netloc}",
            hint="credentials are only sent to the host they are for; if it is right, run: "
            f"docker login {parts.netloc}",
        )

    def _request(self, challenge: Challenge, found: Credentials | None) -> Request:
        query = {"service": challenge.service, "scope": f"repository:{self.place.repository}:{self.actions}"}
        if found and found.identity_token:
            form = {
                "grant_type": "refresh_token",
                "client_id": _CLIENT,
                "refresh_token": found.identity_token,
                **query,
            }
            headers = {"Content-Type": "application/x-www-form-urlencoded"}
            return Request("POST", challenge.realm, headers, urlencode(form).encode(), _TOKEN_LIMIT)
        mark = "&" if "?" in challenge.realm else "?"
        headers = {"Authorization": found.basic} if found else {}
        return Request(
            "GET", f"{challenge.realm}{mark}{urlencode(_filled(query))}", headers, b"", _TOKEN_LIMIT
        )

    def _required(self) -> RegistryError:
        return RegistryError(
            f"{self.place.name}: authentication is required", hint=f"run: docker login {self.place.host}"
        )

    def _refused(self) -> RegistryError:
        return RegistryError(
            f"{self.place.name}: the credentials are not accepted, or have no permission to {self.actions}",
            hint=f"run: docker login {self.place.host}",
        )


def _filled(values: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in values.items() if value}


def _speaks_for(realm: str, host: str) -> bool:
    """Whether a token server belongs to a registry: the same host, a parent domain, or docker.io's."""
    if realm == host or (host == "docker.io" and realm == _DOCKER_HUB_TOKENS):
        return True
    return not is_loopback(realm) and realm.count(".") >= 1 and ":" not in realm and _below(host, realm)


def _below(host: str, domain: str) -> bool:
    name = host.partition(":")[0]
    return not name.replace(".", "").isdigit() and name.endswith(f".{domain}")
