"""The sandbox's own certificate authority, and a certificate for each of its programs.

A client certificate's CN is its user name and O its group (Kubernetes documentation, "Authenticating",
X.509 client certificates); the system: names are those that the default RBAC roles are bound to.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from dlctl.files.replace import replace_file
from dlctl.sandbox.host.ports import LOOPBACK

if TYPE_CHECKING:
    import trustme

GROUP_OF_OTHERS = "dlctl-sandbox"
"""The group of certificates that need no rights: no role is bound to it."""

CLIENT_DOMAIN = "client.invalid"
"""The domain of client certificates: an invalid one (RFC 6761), so that none is valid for a server."""


class Client(Struct, frozen=True):
    """The user name and group of a client certificate."""

    user: str
    group: str = GROUP_OF_OTHERS


CLIENTS = {
    "admin": Client("dlctl-admin", "system:masters"),
    "kube-controller-manager": Client("system:kube-controller-manager"),
    "kube-scheduler": Client("system:kube-scheduler"),
    "kwok": Client("kwok", "system:masters"),
    "etcd-client": Client("kube-apiserver"),
}


class Pki(Struct, frozen=True):
    """The certificate files of one sandbox."""

    folder: Path

    @property
    def authority(self) -> Path:
        """The certificate authority's certificate."""
        return self.folder / "ca.crt"

    @property
    def service_accounts(self) -> Path:
        """The key that signs service account tokens."""
        return self.key("service-accounts")

    def certificate(self, name: str) -> Path:
        """The certificate of one program."""
        return self.folder / f"{name}.crt"

    def key(self, name: str) -> Path:
        """The private key of one program."""
        return self.folder / f"{name}.key"

    @property
    def complete(self) -> bool:
        """Whether everything was issued; the authority's certificate is written last."""
        return self.authority.exists()


def issue(pki: Pki) -> None:
    """Create the authority and all certificates; valid for years, for loopback only."""
    import trustme

    pki.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    authority = trustme.CA(organization_name="dlctl", organization_unit_name="sandbox")
    for name in ("kube-apiserver", "etcd"):
        _write(pki, name, authority.issue_cert(LOOPBACK, "localhost", common_name=name))
    for name, client in CLIENTS.items():
        # Without a subject alternative name, trustme writes an empty critical one, which Go rejects.
        alternative = f"{name}.{CLIENT_DOMAIN}"
        issued = authority.issue_cert(alternative, common_name=client.user, organization_name=client.group)
        _write(pki, name, issued)
    _write(pki, "service-accounts", authority.issue_cert(f"service-accounts.{CLIENT_DOMAIN}"))
    replace_file(pki.authority, authority.cert_pem.bytes())


def issue_for_loopback(folder: Path) -> bytes:
    """Write tls.crt and tls.key for a server on loopback; returns the certificate of their own CA."""
    import trustme

    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    authority = trustme.CA(organization_name="dlctl", organization_unit_name="sandbox")
    issued = authority.issue_cert(LOOPBACK, "localhost")
    replace_file(folder / "tls.crt", b"".join(blob.bytes() for blob in issued.cert_chain_pems))
    replace_file(folder / "tls.key", issued.private_key_pem.bytes())
    return authority.cert_pem.bytes()


def _write(pki: Pki, name: str, issued: "trustme.LeafCert") -> None:
    replace_file(pki.certificate(name), b"".join(blob.bytes() for blob in issued.cert_chain_pems))
    replace_file(pki.key(name), issued.private_key_pem.bytes())
