"""The one auth-provider that is left in kubectl: an OpenID Connect token that is kept in the kubeconfig."""

import base64
import json
import threading
from collections.abc import Callable
from typing import Any

from dlctl.cluster.auth.client_certificate import ClientCertificate
from dlctl.cluster.auth.credentials import Headers, bearer
from dlctl.cluster.kubeconfig.entry import Entry
from dlctl.errors import ClusterError

_EARLY = 300
"""Seconds before its end in which a token counts as expired; the kubernetes package takes the same."""


_EXPIRED = "e30.eyJleHAiOjF9.e30"
"""A token that ended in 1970: where there is none, it makes the package ask for one."""


class OidcCredentials:
    """The user's id-token; where it has expired, a new one by the refresh-token.

    The new token stays in memory: a kubeconfig is never written.
    """

    def __init__(self, user: Entry, cluster: Entry, now: Callable[[], float]) -> None:
        self._user = user
        self._cluster = cluster
        self._now = now
        self._lock = threading.Lock()
        self._token = _settings(user).text("id-token")

    def headers(self) -> Headers:
        """The token that is valid now. Raises ClusterError where it cannot be renewed."""
        with self._lock:
            if not self._token or expiry_of(self._token) - _EARLY <= self._now():
                self._token = _refreshed(self._user, self._cluster)
            return bearer(self._token)

    def certificate(self) -> ClientCertificate | None:
        """None: an OIDC user is known by the token alone."""
        return None

    def renew(self) -> bool:
        """Never: a token that has not expired and is refused will be refused again."""
        return False


def expiry_of(token: str) -> float:
    """The `exp` claim of a JWT (RFC 7519), in seconds since 1970; 0 where there is none."""
    try:
        body = token.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
        return float(claims["exp"])
    except (IndexError, KeyError, TypeError, ValueError):
        return 0.0


def _settings(user: Entry) -> Entry:
    provider = user.mapping("auth-provider")
    name = provider.get("name")
    if name != "oidc":
        raise user.error(
            f"{user} uses the auth-provider '{name}', which kubectl no longer has either",
            "auth-provider",
            hint="log in again with the cloud's own tool: it writes an exec plugin",
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
            f"the issuer gave {user} no usable id-token", "idp-issuer-url", hint="log in again"
        )
    return token


def _ask_issuer(config: dict[str, Any], settings: Entry) -> str:
    # Here and not above: importing the package takes 0.2 s.
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
    ) as error:
        raise _no_answer(settings) from error
    token = str(configuration.api_key.get("BearerToken", "")).removeprefix("Bearer ")
    if not token or token == settings.text("id-token"):
        raise _no_answer(settings)
    return token


def _no_answer(settings: Entry) -> ClusterError:
    issuer = settings.text("idp-issuer-url")
    return settings.error(
        f"the id-token of {settings} has expired, and {issuer} did not give a new one",
        "idp-issuer-url",
        hint="log in again; the refresh-token may have expired too",
    )


def _as_dictionary(settings: Entry, cluster: Entry) -> dict[str, Any]:
    # The package insists on both; kubectl does without.
    config = {"client-secret": "", **settings.fields, "id-token": settings.text("id-token") or _EXPIRED}
    if not config.get("idp-certificate-authority-data") and not config.get("idp-certificate-authority"):
        # The package would turn verification off, and the refresh-token goes to that server.
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
