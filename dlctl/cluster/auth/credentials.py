"""Who we are to an API server: what each kind of kubeconfig user sends along."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from dlctl.cluster.auth.client_certificate import ClientCertificate
from dlctl.cluster.kubeconfig.entry import Entry

Headers = Mapping[str, str]


class Credentials(Protocol):
    """Credentials that may change with time; safe to use from several threads."""

    def headers(self) -> Headers:
        """What to send with the next request."""
        ...

    def certificate(self) -> ClientCertificate | None:
        """The client certificate for new connections."""
        ...

    def renew(self) -> bool:
        """Called after a 401: whether there is something new to try once more with."""
        ...


@dataclass(frozen=True, slots=True)
class StaticCredentials:
    """Credentials that stay as they are: certificate, token, name and password, or none."""

    fixed: Headers = field(default_factory=dict, repr=False)
    client_certificate: ClientCertificate | None = None

    def headers(self) -> Headers:
        """The same each time."""
        return self.fixed

    def certificate(self) -> ClientCertificate | None:
        """The same each time."""
        return self.client_certificate

    def renew(self) -> bool:
        """Never: they are what they are."""
        return False


def bearer(token: str) -> dict[str, str]:
    """The header of a bearer token."""
    return {"Authorization": f"Bearer {token}"}


def basic(name: str, password: str) -> dict[str, str]:
    """The header of a name and password (RFC 7617)."""
    return {"Authorization": "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()}


def certificate_of(user: Entry) -> ClientCertificate | None:
    """The certificate and key of a kubeconfig user; ClusterError where the pair is not complete."""
    certificate = _data_or_file(user, "client-certificate")
    if not certificate:
        return None
    key = _data_or_file(user, "client-key")
    if not key:
        raise user.error(f"{user} has a client certificate and no client-key", "client-certificate")
    return ClientCertificate(certificate, key)


def _data_or_file(user: Entry, key: str) -> bytes:
    if user.text(f"{key}-data"):
        return user.decoded(f"{key}-data")
    return user.read(key)
