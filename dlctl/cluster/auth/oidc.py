"""The auth-provider `oidc`: an OpenID Connect token in the kubeconfig. kubectl supports no other."""

import base64
import threading
from collections.abc import Callable
from typing import Any

from dlctl.cluster.auth.client_certificate import ClientCertificate
from dlctl.cluster.auth.credentials import Headers, bearer
from dlctl.cluster.kubeconfig.entry import Entry
from dlctl.errors import ClusterError
from dlctl.json_text import parse_json
from dlctl.server_url import without_password

_EARLY = 300
"""A token counts as expired this many seconds early, as in the kubernetes package."""


_EXPIRED = "e30.eyJleHAiOjF9.e30"
"""A token that expired in 1970: used when there is none, so that the package requests one."""


_LAST = 2.0**53
"""No token expires later: a whole number up to which a float is exact."""


class OidcCredentials:
    """The user's id-token; when it has expired, a new one is requested with the refresh-token.

    The new token is kept in memory only: the kubeconfig is never written.
    """

    def __init__(self, user: Entry, cluster: Entry, now: Callable[[], float]) -> None:
        self._user = user
        self._cluster = cluster
        self._now = now
        self._lock = threading.Lock()
        self._token = _settings(user).text("id-token")

    def headers(self) -> Headers:
        """The current token. Raises ClusterError if it cannot be renewed."""
        with self._lock:
            if not self._token or expiry_of(self._token) - _EARLY <= self._now():
                self._token = _refreshed(self._user, self._cluster)
            return bearer(self._token)

    def certificate(self) -> ClientCertificate | None:
        """None: an OIDC user has no certificate."""
        return None

    def renew(self) -> bool:
        """False: a token that was rejected before it expired would be rejected again."""
        return False


def expiry_of(token: str) -> float:
    """The `exp` claim of a JWT (RFC 7519) in seconds since 1970; 0 if there is none."""
    try:
        body = token.split(".")[1]
        claims = parse_json(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    except (IndexError, ValueError):
        return 0.0
    expires = claims.get("exp") if isinstance(claims, dict) else None
    return float(expires) if isinstance(expires, int | float) and 0 <= expires < _LAST else 0.0


def _settings(user: Entry) -> Entry:
    provider = user.mapping("auth-provider")
    name = provider.get("name")
    if name != "oidc":
        raise user.error(
            f"{user} uses auth-provider '{name}', which is not supported; kubectl has removed it too",
            "auth-provider",
            hint="log in again with the cloud provider's tool, which configures a credential plugin",
        )
    config = provider.get("config")
    fields = config if isinstance(config, dict) else {}
    return Entry(
        "user", user.name, fields, user.folder, user.document, (*user.path, "auth-provider", "config")
    )


def _refreshed(user: Entry, cluster: Entry) -> str:
    """Ask the issuer for a new id-token, by the kubernetes package."""
    settings = _settings(user)
    if not settings.text("refresh-token") or not settings.text("idp-issuer-url"):
        raise settings.error(
            f"the id-token of {user} has expired and there is no refresh-token", hint="log in again"
        )
    token = _ask_issuer(_as_dictionary(settings, cluster), settings)
    if expiry_of(token) - _EARLY <= 0:
        raise settings.error(
            f"the issuer returned no valid id-token for {user}", "idp-issuer-url", hint="log in again"
        )
    return token


def _ask_issuer(config: dict[str, Any], settings: Entry) -> str:
    # Imported here because it takes 0.2 s.
    import requests
    import urllib3
    from kubernetes.client import Configuration
    from kubernetes.config import ConfigException
    from kubernetes.config.kube_config import load_kube_config_from_dict
    from oauthlib.oauth2 import OAuth2Error  # type: ignore[import-untyped]  # ships no types

    configuration = Configuration()
    try:
        load_kube_config_from_dict(
            config, context="oidc", client_configuration=configuration, persist_config=False
        )
    except (
        ConfigException,
        OAuth2Error,
        requests.RequestException,
        urllib3.exceptions.HTTPError,
        ValueError,
        # Documents of the issuer that are JSON, but of another shape:
        AttributeError,
        LookupError,
        RecursionError,
        TypeError,
    ) as error:
        raise _not_renewed(settings) from error
    token = str(configuration.api_key.get("BearerToken", "")).removeprefix("Bearer ")
    if not token or token == settings.text("id-token"):
        raise _not_renewed(settings)
    return token


def _not_renewed(settings: Entry) -> ClusterError:
    issuer = without_password(settings.text("idp-issuer-url"))
    return settings.error(
        f"the id-token of {settings} has expired, and {issuer} did not issue a new one",
        "idp-issuer-url",
        hint="log in again; the refresh-token may have expired too",
    )


def _as_dictionary(settings: Entry, cluster: Entry) -> dict[str, Any]:
    # The package requires both; kubectl does not.
    config = {"client-secret": "", **settings.fields, "id-token": settings.text("id-token") or _EXPIRED}
    if not config.get("idp-certificate-authority-data") and not config.get("idp-certificate-authority"):
        # Otherwise the package would disable verification, but it sends the refresh-token to this server.
        import certifi

        config["idp-certificate-authority"] = certifi.where()
    elif path := settings.file("idp-certificate-authority"):
        config["idp-certificate-authority"] = str(path)
    user = {"auth-provider": {"name": "oidc", "config": config}}
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": "oidc",
        "contexts": [{"name": "oidc", "context": {"cluster": "oidc", "user": "oidc"}}],
        "clusters": [{"name": "oidc", "cluster": {"server": cluster.text("server")}}],
        "users": [{"name": "oidc", "user": user}],
    }
