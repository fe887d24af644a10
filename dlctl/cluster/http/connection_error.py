"""Say why a server could not be reached: what urllib3 raises, as a sentence and a hint."""

import ssl
from urllib.parse import urlsplit

import urllib3.exceptions as http

from dlctl.cluster.http.proxy import without_password
from dlctl.errors import Unreachable


def unreachable(
    error: http.HTTPError, *, server: str, context: str, authority: str, proxy: str
) -> Unreachable:
    """The error for a request that got no answer.

    `authority` says in words which CA was to vouch for the server.
    """
    via = f" through the proxy {without_password(proxy)}" if proxy else ""
    why, hint = _reason(error, server, authority)
    return Unreachable(
        f"{server} (context '{context}') cannot be reached{via}: {why}", hint=hint, cause=_cause_class(error)
    )


def is_dropped(error: http.HTTPError) -> bool:
    """Whether a connection that stood was lost: asking again may help."""
    return isinstance(error, http.ProtocolError) and not isinstance(error, http.InvalidChunkLength)


def is_refused(error: http.HTTPError) -> bool:
    """Whether no connection came about, by a server that may just be starting again."""
    return isinstance(error, http.NewConnectionError) and not isinstance(error, http.NameResolutionError)


def _reason(error: http.HTTPError, server: str, authority: str) -> tuple[str, str]:
    if isinstance(error, http.ProxyError):
        return f"the proxy does not answer ({_cause(error)})", "check proxy-url, HTTPS_PROXY and NO_PROXY"
    if isinstance(error, http.NameResolutionError):
        host = urlsplit(server).hostname
        return f"the name {host} is not known", "is the VPN up, and the server's URL right?"
    if isinstance(error, http.NewConnectionError):
        return _cause(error), "is the cluster running, and the server's URL right?"
    if isinstance(error, http.ConnectTimeoutError):
        return "no connection within the time limit", "is the VPN up, and the server running?"
    if isinstance(error, http.ReadTimeoutError):
        return "no answer within the time limit", "the server is busy; raise --request-timeout, or try again"
    if isinstance(error, http.SSLError):
        return _tls_reason(error, server, authority)
    return f"the connection was lost ({_cause(error)})", "try again"


def _tls_reason(error: http.SSLError, server: str, authority: str) -> tuple[str, str]:
    cause = error.args[0] if error.args else error
    if isinstance(cause, ssl.SSLCertVerificationError):
        return _verification_reason(cause, authority)
    text = str(cause)
    if "WRONG_VERSION_NUMBER" in text or "HTTP_REQUEST" in text or "RECORD_LAYER_FAILURE" in text:
        return "it does not speak TLS", f"does it serve plain http? The kubeconfig says {server}"
    if "ALERT" in text and "CERTIFICATE" in text:
        return "it does not accept the client certificate", "renew the user's certificate in the kubeconfig"
    return f"TLS failed ({getattr(cause, 'reason', None) or text})", "check the server's URL and certificate"


def _verification_reason(cause: ssl.SSLCertVerificationError, authority: str) -> tuple[str, str]:
    said = cause.verify_message
    if cause.verify_code in (62, 64):  # X509_V_ERR_HOSTNAME_MISMATCH, X509_V_ERR_IP_ADDRESS_MISMATCH
        hint = "if the server is right, name its certificate's host with tls-server-name in the kubeconfig"
        return f"its certificate is for another host ({said})", hint
    if cause.verify_code in (9, 10):  # X509_V_ERR_CERT_NOT_YET_VALID, X509_V_ERR_CERT_HAS_EXPIRED
        return f"its certificate is not valid now ({said})", "renew it, or set this machine's clock"
    hint = "was the cluster made anew? Get its kubeconfig again"
    return f"its certificate is not signed by {authority} ({said})", hint


def _cause_class(error: http.HTTPError) -> str:
    """A word for scripts: a time-out and a failure of TLS are told from all else."""
    if isinstance(error, http.ConnectTimeoutError | http.ReadTimeoutError):
        # NewConnectionError, too, is a kind of ConnectTimeoutError.
        return "unreachable" if isinstance(error, http.NewConnectionError) else "timeout"
    return "tls" if isinstance(error, http.SSLError) else "unreachable"


def _cause(error: BaseException) -> str:
    """The operating system's words, from the deepest error that has some."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, OSError) and seen.strerror:
            return seen.strerror.lower()
        nested = next((part for part in seen.args if isinstance(part, BaseException)), None)
        seen = nested or seen.__cause__ or seen.__context__
    return str(error).rpartition(": ")[2] or type(error).__name__
