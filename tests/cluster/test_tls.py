"""Settings of TLS that threads share."""

import socket
import ssl
from collections.abc import Iterable

import pytest
from urllib3.util.ssl_ import ssl_wrap_socket

from dlctl.cluster.http.tls import SharedContext


def test_a_connection_does_not_replace_what_others_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """OpenSSL frees the list of protocols that is replaced, while another thread may read it."""
    replaced: list[tuple[str, ...]] = []

    def replace(context: ssl.SSLContext, protocols: Iterable[str]) -> None:
        replaced.append(tuple(protocols))

    monkeypatch.setattr(ssl.SSLContext, "set_alpn_protocols", replace)
    context = SharedContext(ssl.PROTOCOL_TLS_CLIENT)
    context.set_alpn_protocols(["http/1.1"])
    for _ in range(2):
        ours, theirs = socket.socketpair()
        theirs.close()
        with ours, pytest.raises(OSError, match=r"EOF|reset|closed|pipe"):
            ssl_wrap_socket(ours, ssl_context=context, server_hostname="localhost")
    assert replaced == [("http/1.1",)]
