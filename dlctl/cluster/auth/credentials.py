"""Credentials for an API server, from a kubeconfig user."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from dlctl.cluster.auth.client_certificate import ClientCertificate
from dlctl.cluster.kubeconfig.entry import Entry

Headers = Mapping[str, str]


class Credentials(Protocol):
    """Credentials that may change over time; safe to use from several threads."""

    def headers(self) -> Headers:
        """The headers for the next request."""
        ...

    def certificate(self) -> ClientCertificate | None:
        """The client certificate for new connections."""
        ...

    def renew(self) -> bool:
        """Called after a 401: renew the credentials, and return whether they changed."""
        ...


@dataclass(frozen=True, slots=True)
class StaticCredentials:
    """Credentials that never change: certificate, token, user name and password, or none."""

    fixed: Headers = field(default_factory=dict, repr=False)
    client_certificate: ClientCertificate | None = None

    def headers(self) -> Headers:
        """The fixed headers."""
        return self.fixed

    def certificate(self) -> ClientCertificate | None:
        """The fixed certificate."""
        return self.client_certificate

    def renew(self) -> bool:
        """False: static credentials cannot be renewed."""
        return False


def bearer(token: str) -> dict[str, str]:
    """The header of a bearer token."""
    return {"Authorization": f"Bearer {token}"}


def basic(name: str, password: str) -> dict[str, str]:
    """The header of a user name and password (RFC 7617)."""
    return {"Authorization": "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()}


def certificate_of(user: Entry) -> ClientCertificate | None:
    """The certificate and key of a kubeconfig user. Raises ClusterError if the pair is incomplete."""
    certificate = _data_or_file(user, "client-certificate")
    if not certificate:
        return None
    key = _data_or_file(user, "client-key")
    if not key:
        raise user.error(f"{user} has a client certificate but no client-key", "client-certificate")
    return ClientCertificate(certificate, key)


def _data_or_file(user: Entry, key: str) -> bytes:
    if user.text(f"{key}-data"):
        return user.decoded(f"{key}-data")
    return user.read(key)
