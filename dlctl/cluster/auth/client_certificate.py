"""A client certificate with its key."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class ClientCertificate:
    """A certificate chain and its private key, PEM; never shown."""

    certificate: bytes
    key: bytes = field(repr=False)
