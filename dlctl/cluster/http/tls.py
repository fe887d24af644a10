"""TLS settings of a connection: the server's CA, and the client certificate."""

import os
import re
import socket
import ssl
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import urllib3

from dlctl.cluster.auth.client_certificate import ClientCertificate
from dlctl.cluster.kubeconfig.entry import Entry
from dlctl.errors import ClusterError
from dlctl.limited_connection import LimitedTlsSocket
from dlctl.pattern import pattern

_PEM = pattern(rb"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL)
"""One certificate of a bundle; comments between certificates may be in any encoding."""


def authority_of(cluster: Entry) -> bytes:
    """The PEM bundle of the server's CA; empty for the system's CAs."""
    if cluster.text("certificate-authority-data"):
        return cluster.decoded("certificate-authority-data")
    return cluster.read("certificate-authority")


def certificates_in(authority: bytes) -> bytes:
    """The certificates of a PEM bundle, without other text and with plain line ends."""
    return b"\n".join(_PEM.findall(authority)).replace(b"\r", b"")


def authority_name(cluster: Entry) -> str:
    """A description of the CA, for messages."""
    for key in ("certificate-authority-data", "certificate-authority"):
        if cluster.text(key):
            return f"the {key} of {cluster} ({cluster.location(key)})"
    return f"the system's certificate authorities ({cluster} has no certificate-authority-data)"


class SharedContext(ssl.SSLContext):
    """The settings of connections that several threads open.

    urllib3 sets the protocols for each connection. OpenSSL then frees the earlier list, which the handshake
    of another thread may be reading (SSL_new copies it, without Python's lock): its server answers
    decode_error.
    """

    protocols: tuple[str, ...] = ()

    def set_alpn_protocols(self, alpn_protocols: Iterable[str]) -> None:
        """Set them, unless they are set."""
        stated = tuple(alpn_protocols)
        if stated != self.protocols:
            super().set_alpn_protocols(stated)
            self.protocols = stated

    def wrap_socket(
        self,
        sock: socket.socket,
        server_side: bool = False,
        do_handshake_on_connect: bool = True,
        suppress_ragged_eofs: bool = True,
        server_hostname: str | bytes | None = None,
        session: ssl.SSLSession | None = None,
    ) -> ssl.SSLSocket:
        """As Python does, but a name in ASCII does not load its IDNA codec, which takes 1 ms."""
        if isinstance(server_hostname, str) and server_hostname.isascii():
            server_hostname = server_hostname.encode()
        return super().wrap_socket(
            sock, server_side, do_handshake_on_connect, suppress_ragged_eofs, server_hostname, session
        )


def tls_context(cluster: Entry, certificate: ClientCertificate | None) -> ssl.SSLContext:
    """Create the TLS settings of one cluster. Raises ClusterError for invalid certificates."""
    context = SharedContext(ssl.PROTOCOL_TLS_CLIENT)
    context.sslsocket_class = LimitedTlsSocket
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    context.hostname_checks_common_name = False
    _trust(context, cluster)
    if certificate is not None:
        _present(context, certificate, cluster)
    return context


def tls_options(cluster: Entry, certificate: ClientCertificate | None) -> dict[str, Any]:
    """urllib3's options for one cluster. Raises ClusterError for certificates that cannot be used."""
    context = tls_context(cluster, certificate)
    options: dict[str, Any] = {"ssl_context": context}
    if context.verify_mode is ssl.CERT_NONE:
        # The kubeconfig requests this explicitly, so urllib3 need not warn at each connection.
        urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)
        options |= {"cert_reqs": "CERT_NONE", "assert_hostname": False}
    if name := cluster.text("tls-server-name"):
        options["server_hostname"] = name
        if context.check_hostname:
            options["assert_hostname"] = name
    return options


def _trust(context: ssl.SSLContext, cluster: Entry) -> None:
    authority = authority_of(cluster)
    if cluster.flag("insecure-skip-tls-verify"):
        if authority:
            # client-go refuses the pair too (transport/transport.go, TLSConfigFor).
            raise cluster.error(
                f"{cluster} has both a certificate authority and insecure-skip-tls-verify",
                "insecure-skip-tls-verify",
                hint="remove one of them",
            )
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    elif authority:
        # Like Go, trust each certificate of the bundle, even if it is not self-signed.
        context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
        _load_authority(context, authority, cluster)
    else:
        context.load_default_certs()


def _load_authority(context: ssl.SSLContext, authority: bytes, cluster: Entry) -> None:
    certificates = certificates_in(authority).decode("ascii", "replace")
    key = (
        "certificate-authority-data"
        if cluster.text("certificate-authority-data")
        else "certificate-authority"
    )
    try:
        context.load_verify_locations(cadata=certificates)
    except (ssl.SSLError, ValueError) as error:
        raise cluster.error(f"the {key} of {cluster} contains no PEM certificate", key) from error


def _present(context: ssl.SSLContext, certificate: ClientCertificate, cluster: Entry) -> None:
    # Python can only load keys from files: use a temporary file that no other user can read.
    with tempfile.TemporaryDirectory(prefix="dlctl-") as folder:
        path = Path(folder) / "client.pem"
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(certificate.certificate + b"\n" + certificate.key)
        try:
            # An empty passphrase keeps OpenSSL from asking on the terminal for an encrypted key.
            context.load_cert_chain(path, password=b"")
        except (ssl.SSLError, OSError, ValueError) as error:
            raise ClusterError(
                f"the client certificate and key for {cluster} are not a valid PEM pair",
                location=cluster.location(),
                hint="log in to the cluster again, or renew the user's certificate in the kubeconfig",
            ) from error
