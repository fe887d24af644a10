"""Create a `Cluster` for a kubeconfig's context."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dlctl.cluster.auth.choose import CallerEnvironment, credentials_for
from dlctl.cluster.auth.impersonation import Impersonation, impersonation_of
from dlctl.cluster.client import ApiCluster
from dlctl.cluster.discovery.cache import DiscoveryCache, cache_name
from dlctl.cluster.discovery.discovery import Discovery
from dlctl.cluster.discovery.known_kinds import KnownKinds
from dlctl.cluster.discovery.requests import DiscoveryRequests
from dlctl.cluster.http.connections import Connections
from dlctl.cluster.http.endpoint import endpoint_of
from dlctl.cluster.http.retry import Retry
from dlctl.cluster.http.transport import TIMEOUT, Transport
from dlctl.cluster.kubeconfig.load import Context, Kubeconfig
from dlctl.events import Emit, no_events
from dlctl.files.signed_files import SignedFolder

if TYPE_CHECKING:  # imported only for users with a plugin
    from dlctl.cluster.auth.plugin_process import Patience


@dataclass(frozen=True, slots=True)
class ConnectOptions:
    """Connection options besides the kubeconfig.

    `environ` is for credential plugins and proxies. `timeout` overrides the limit for each response, in
    seconds. `interactive` is true if standard input is a terminal, so that a plugin may prompt; `patience` is
    how long one is waited for. `emit` gets the server's warnings, each text once, and notes of such a wait.
    """

    environ: Mapping[str, str] = field(default_factory=dict, repr=False)
    timeout: float | None = None
    impersonation: Impersonation = field(default_factory=Impersonation)
    interactive: bool = False
    patience: "Patience | None" = None
    emit: Emit = no_events
    retry: Retry = field(default_factory=Retry)
    now: Callable[[], float] = time.time
    clock: Callable[[], float] = time.monotonic


def connect(
    kubeconfig: Kubeconfig,
    context: Context | str | None,
    *,
    cache: SignedFolder,
    options: ConnectOptions | None = None,
) -> ApiCluster:
    """The cluster of a context, given as a value, by name, or as None for the current one.

    `cache` has what servers are known to serve. No request is sent yet. Raises ClusterError for an invalid
    context.
    """
    chosen = context if isinstance(context, Context) else kubeconfig.select(context)
    options = options or ConnectOptions()
    endpoint = endpoint_of(chosen, options.environ)
    caller = CallerEnvironment(
        options.environ,
        options.now,
        options.clock,
        options.interactive,
        options.timeout or TIMEOUT,
        options.patience,
        options.emit,
    )
    transport = Transport(
        Connections(endpoint, credentials_for(chosen, caller), options.clock),
        impersonation=options.impersonation.over(impersonation_of(chosen.user)).headers(),
        retry=options.retry,
        timeout=options.timeout,
        emit=options.emit,
    )
    name = cache_name(endpoint.server, endpoint.authority)
    known = KnownKinds(DiscoveryRequests(transport), DiscoveryCache(cache, name, options.now))
    return ApiCluster(transport, Discovery(known), clock=options.clock)
