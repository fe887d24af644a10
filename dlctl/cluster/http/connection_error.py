"""Turn connection errors of urllib3 into messages with hints."""

import ssl
from collections.abc import Sequence
from urllib.parse import urlsplit

import urllib3.exceptions as http

from dlctl.cluster.http.bound_connection import NothingSent
from dlctl.cluster.http.endpoint import Endpoint
from dlctl.errors import Unreachable
from dlctl.server_url import without_password
from dlctl.socks import SocksError


def unreachable(errors: Sequence[http.HTTPError], endpoint: Endpoint, *, writes: bool = False) -> Unreachable:
    """The error for a request that got no answer: the errors of its attempts, and whether it `writes`."""
    error = errors[-1]
    via = f" through the proxy {without_password(endpoint.proxy)}" if endpoint.proxy else ""
    why, hint = _reason(error, endpoint)
    sent = writes and any(_was_sent(each) for each in errors)
    what = "no response from" if sent else "cannot connect to"
    found = Unreachable(f"{what} {endpoint.name}{via}: {why}", hint=hint, cause=_cause_class(error))
    found.may_have_written = sent
    return found


def _was_sent(error: http.HTTPError) -> bool:
    """Whether the server may have received the request: the connection was open, and lost later."""
    lost = isinstance(error, http.ProtocolError | http.ReadTimeoutError)
    return lost and not isinstance(error, NothingSent)


def is_dropped(error: http.HTTPError) -> bool:
    """Whether an established connection was lost, so that a retry may help."""
    return isinstance(error, http.ProtocolError) and not (
        isinstance(error, http.InvalidChunkLength) or _timed_out(error)
    )


def is_refused(error: http.HTTPError) -> bool:
    """Whether the connection was refused; the server may be restarting."""
    return isinstance(error, http.NewConnectionError) and not isinstance(error, http.NameResolutionError)


def _reason(error: http.HTTPError, endpoint: Endpoint) -> tuple[str, str]:
    if isinstance(error, http.ProxyError):
        if isinstance(error.original_error, SocksError):
            return f"the proxy opened no connection ({_cause(error)})", "check proxy-url and HTTPS_PROXY"
        return f"the proxy is not responding ({_cause(error)})", "check proxy-url, HTTPS_PROXY and NO_PROXY"
    if isinstance(error, http.NameResolutionError):
        host = urlsplit(endpoint.server).hostname
        return f"host {host} not found", f"check the VPN, and the server URL in {endpoint.written}"
    if isinstance(error, http.NewConnectionError):
        return _cause(error), f"check that the cluster is running, and the server URL in {endpoint.written}"
    if isinstance(error, http.ConnectTimeoutError):
        hint = f"check the VPN, that the server is running, and its URL in {endpoint.written}"
        return "timed out while connecting", hint
    if isinstance(error, http.ReadTimeoutError) or _timed_out(error):
        return (
            "timed out waiting for a response",
            "the server may be busy: increase --request-timeout, or try again",
        )
    if isinstance(error, http.SSLError):
        return _tls_reason(error, endpoint)
    return _lost(error, endpoint.written)


def _lost(error: http.HTTPError, written: str) -> tuple[str, str]:
    """Of a connection that was open: what came of the answer."""
    from http.client import BadStatusLine, RemoteDisconnected

    causes = [error, *(each for each in error.args if isinstance(each, Exception))]
    if any(isinstance(each, RemoteDisconnected) for each in causes):
        return "the server closed the connection without a response", "try again"
    if any(isinstance(each, BadStatusLine) for each in causes):
        return "the response is not HTTP", f"check the server URL in {written}, and the proxy"
    if any(isinstance(each, http.IncompleteRead) for each in causes):
        return "the connection was lost in the middle of the response", "try again"
    return f"connection lost ({_cause(error)})", "try again"


def _tls_reason(error: http.SSLError, endpoint: Endpoint) -> tuple[str, str]:
    cause = error.args[0] if error.args else error
    if isinstance(cause, ssl.SSLCertVerificationError):
        return _verification_reason(cause, endpoint.authority_name)
    text = str(cause)
    if "WRONG_VERSION_NUMBER" in text or "HTTP_REQUEST" in text or "RECORD_LAYER_FAILURE" in text:
        hint = f"it may serve plain HTTP: check the server URL in {endpoint.written}"
        return "the server does not use TLS", hint
    if "ALERT" in text and "CERTIFICATE" in text:
        return "the server rejected the client certificate", "renew the user's certificate in the kubeconfig"
    return (
        f"TLS handshake failed ({getattr(cause, 'reason', None) or text})",
        f"check the server's certificate, and its URL in {endpoint.written}",
    )


def _verification_reason(cause: ssl.SSLCertVerificationError, authority: str) -> tuple[str, str]:
    message = cause.verify_message
    if cause.verify_code in (62, 64):  # X509_V_ERR_HOSTNAME_MISMATCH, X509_V_ERR_IP_ADDRESS_MISMATCH
        hint = "if the server is correct, set tls-server-name in the kubeconfig to the certificate's host"
        return f"the server certificate is for another host ({message})", hint
    if cause.verify_code in (9, 10):  # X509_V_ERR_CERT_NOT_YET_VALID, X509_V_ERR_CERT_HAS_EXPIRED
        return (
            f"the server certificate is not valid at this time ({message})",
            "renew it, or correct this machine's clock",
        )
    hint = "if the cluster was recreated, get its kubeconfig again"
    return f"the server certificate is not signed by {authority} ({message})", hint


def _cause_class(error: http.HTTPError) -> str:
    """The class of the failure, for scripts: timeout, tls or unreachable."""
    if isinstance(error, http.ConnectTimeoutError | http.ReadTimeoutError) or _timed_out(error):
        # NewConnectionError, too, is a kind of ConnectTimeoutError.
        return "unreachable" if isinstance(error, http.NewConnectionError) else "timeout"
    return "tls" if isinstance(error, http.SSLError) else "unreachable"


def _timed_out(error: http.HTTPError) -> bool:
    """Whether the time was over while the request was sent."""
    return any(isinstance(part, TimeoutError) for part in error.args)


def _cause(error: BaseException) -> str:
    """The operating system's message, from the innermost error that has one."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, OSError) and seen.strerror:
            return seen.strerror.lower()
        nested = next((part for part in seen.args if isinstance(part, BaseException)), None)
        seen = nested or seen.__cause__ or seen.__context__
    return str(error).rpartition(": ")[2] or type(error).__name__
