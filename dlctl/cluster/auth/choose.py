"""Choose a context's credentials, with kubectl's precedence and checks.

Rules: client-go, tools/clientcmd/validation.go (allowed combinations) and client_config.go.
"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from msgspec import Struct

from dlctl.cluster.auth.credentials import (
    Credentials,
    StaticCredentials,
    basic,
    bearer,
    certificate_of,
)
from dlctl.cluster.kubeconfig.entry import Entry
from dlctl.cluster.kubeconfig.load import Context
from dlctl.events import Emit

if TYPE_CHECKING:  # imported only for users with a plugin
    from dlctl.cluster.auth.plugin_process import Patience


class CallerEnvironment(Struct, frozen=True):
    """What credentials need from the calling process.

    `now` is the time since 1970 and `clock` a monotonic clock; `interactive` is true if standard input
    is a terminal. `timeout` is the time limit of a request; `emit` gets notes of what is waited for.
    """

    environ: Mapping[str, str]
    now: Callable[[], float]
    clock: Callable[[], float]
    interactive: bool
    timeout: float
    patience: "Patience | None"
    emit: Emit


def credentials_for(context: Context, caller: CallerEnvironment) -> Credentials:
    """The credentials of a context's user. Raises ClusterError for a user that kubectl refuses too.

    No credentials are sent over plain HTTP, where anyone could read them. Over TLS they are required;
    kubectl would prompt for a user name and password.
    """
    if context.user is not None:
        _check(context.user)
    if not context.server.startswith("https:"):
        return StaticCredentials()
    chosen = _chosen(context, context.user, caller) if context.user else None
    if chosen is None:
        who = context.user or context.entry
        raise who.error(
            f"{who} has no credentials: no token, client certificate, password or credential plugin",
            hint="log in to the cluster again, with the tool that created this kubeconfig",
        )
    return chosen


def _chosen(context: Context, user: Entry, caller: CallerEnvironment) -> Credentials | None:
    certificate = certificate_of(user)
    if user.text("tokenFile"):
        from dlctl.cluster.auth.token_file import TokenFile

        return TokenFile(user, certificate, caller.clock)
    if user.text("token"):
        return StaticCredentials(bearer(user.text("token")), certificate)
    if user.text("username") or user.text("password"):
        return StaticCredentials(basic(user.text("username"), user.text("password")), certificate)
    if certificate is None and user.mapping("exec"):
        return _from_plugin(context, user, caller)
    if certificate is None and user.mapping("auth-provider"):
        return _from_issuer(context, user, caller)
    return StaticCredentials({}, certificate) if certificate else None


def _from_plugin(context: Context, user: Entry, caller: CallerEnvironment) -> Credentials:
    from dlctl.cluster.auth.exec_credentials import ExecCredentials
    from dlctl.cluster.auth.exec_plugin import ExecPlugin
    from dlctl.cluster.auth.plugin_process import Patience

    plugin = ExecPlugin(
        user,
        context.cluster,
        context.name,
        caller.environ,
        caller.interactive,
        caller.timeout,
        caller.patience or Patience(),
        caller.emit,
    )
    return ExecCredentials(plugin, caller.now, caller.clock)


def _from_issuer(context: Context, user: Entry, caller: CallerEnvironment) -> Credentials:
    from dlctl.cluster.auth.oidc import OidcCredentials

    return OidcCredentials(user, context.cluster, caller.now)


def _check(user: Entry) -> None:
    if user.text("token") and (user.text("username") or user.text("password")):
        raise user.error(f"{user} has both a token and a password; only one is allowed", "token")
    if user.mapping("exec") and user.mapping("auth-provider"):
        raise user.error(
            f"{user} has both a credential plugin and an auth-provider; only one is allowed", "exec"
        )
    for key in ("client-certificate", "client-key"):
        _check_pair(user, key)


def check_cluster(cluster: Entry) -> None:
    """Raise ClusterError for a cluster entry that kubectl refuses too."""
    _check_pair(cluster, "certificate-authority")


def _check_pair(entry: Entry, key: str) -> None:
    if entry.text(key) and entry.text(f"{key}-data"):
        raise entry.error(f"{entry} has both {key} and {key}-data; only one is allowed", key)
