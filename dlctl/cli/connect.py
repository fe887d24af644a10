"""Connect to an environment's cluster, with the user's kubeconfig or the sandbox's own."""

import threading
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from dlctl.cli.runtime import Runtime
from dlctl.errors import KubeconfigError, Location, NoContext, UsageError

if TYPE_CHECKING:
    from dlctl.app.model import Destination, Environment
    from dlctl.cluster.client import ApiCluster
    from dlctl.cluster.kubeconfig.load import Context, Kubeconfig
    from dlctl.cluster.protocol import Cluster
    from dlctl.events import Emit, Event


class ClusterFlags(Struct, frozen=True):
    """kubectl's connection flags."""

    kubeconfig: Path | None = None
    context: str = ""
    request_timeout: float = 0


class Connector:
    """Connects to the clusters of one command, from any thread; each kubeconfig is read once.

    Environments with the same context share its connections, its identity and its known kinds.
    """

    def __init__(self, runtime: Runtime, flags: ClusterFlags) -> None:
        self._runtime = runtime
        self._flags = flags
        self._lock = threading.RLock()  # no request is sent while it is held
        self._kubeconfigs: dict[str, Kubeconfig] = {}
        self._clusters: dict[tuple[str, str], ApiCluster] = {}

    def __call__(self, environment: "Environment", emit: "Emit") -> "Cluster":
        """The cluster of an environment; no request is sent yet. Raises ClusterError or SandboxError."""
        if not environment.destination.is_set and not self._flags.context:
            raise KubeconfigError(
                f"environment '{environment.name}' has no cluster",
                hint=f"give it one with 'dlctl env set {environment.name} --context CONTEXT', "
                "or name an environment that extends it",
            )
        try:
            return self._told_apart(environment, self.destination(environment.destination, emit))
        except KubeconfigError as error:
            if not self._flags.context and not environment.destination.sandbox:
                _explain(error, environment)
            raise

    def _told_apart(self, environment: "Environment", cluster: "ApiCluster") -> "ApiCluster":
        """The cluster; where the environment has another URL for its context, its errors say so."""
        from dlctl.plan.identity import recorded_server

        recorded = recorded_server(environment.destination, cluster)
        if recorded.rstrip("/") in ("", cluster.server):
            return cluster
        place = _place(environment, "server")
        return cluster.hinting(f"environment {environment.name} has another server: {recorded} ({place})")

    def forget(self) -> None:
        """Read kubeconfigs anew and connect anew from now on: both may have changed since."""
        with self._lock:
            self._kubeconfigs.clear()
            self._clusters.clear()

    def destination(self, destination: "Destination", emit: "Emit") -> "ApiCluster":
        """The cluster of a destination; no request is sent yet. Raises ClusterError or SandboxError.

        A sandbox is reached by its own kubeconfig; a note says that --kubeconfig is for other destinations.
        """
        if destination.sandbox and self._flags.context:
            raise UsageError(
                "environment is a sandbox, which has its own kubeconfig", hint="remove --context"
            )
        if destination.sandbox and self._flags.kubeconfig:
            from dlctl.events import Note

            emit(Note(f"--kubeconfig is not used: sandbox {destination.sandbox} has its own kubeconfig"))
        from dlctl.cluster.kubeconfig.select import select_context

        kubeconfig = self.kubeconfig(destination.sandbox)
        context = select_context(kubeconfig, destination, self._flags.context, emit=emit)
        return self._cluster(destination.sandbox, context, emit)

    def context(self, context: "Context", emit: "Emit") -> "Cluster":
        """The cluster of a context of the user's kubeconfig; no request is sent yet."""
        return self._cluster("", context, emit)

    def _cluster(self, sandbox: str, context: "Context", emit: "Emit") -> "ApiCluster":
        key = sandbox, context.name
        with self._lock:
            if key not in self._clusters:
                self._clusters[key] = self._connected(self.kubeconfig(sandbox), context)
            return self._clusters[key].reporting_to(emit)

    def _connected(self, kubeconfig: "Kubeconfig", context: "Context") -> "ApiCluster":
        from dlctl.cluster.connect import ConnectOptions, connect  # imports urllib3

        options = ConnectOptions(
            environ=self._runtime.environ,
            timeout=self._flags.request_timeout or None,
            interactive=self._runtime.interactive,
            emit=self._show,
        )
        return connect(kubeconfig, context, cache=self._runtime.signed_folder("discovery"), options=options)

    def _show(self, event: "Event") -> None:
        """Print an event of a connection; who has the terminal is not disturbed, and named among several."""
        from dlctl.cli.output.notes import log_event
        from dlctl.events import TerminalLent

        if isinstance(event, TerminalLent):
            from dlctl.cli.output.live.lending import lend_terminal

            lend_terminal(event, named=len(self._clusters) > 1)
        else:
            log_event(event)

    def chosen_context(self, server: str) -> "Context":
        """The context selected by `--context`, else by `server`, else by the kubeconfig's current-context."""
        from dlctl.app.model import Destination
        from dlctl.cluster.kubeconfig.select import select_context

        if server and not self._flags.context:
            return select_context(self.kubeconfig(), Destination(server=server))
        return self.kubeconfig().select(self._flags.context or None)

    def kubeconfig(self, sandbox: str = "") -> "Kubeconfig":
        """The kubeconfig of a sandbox, or the user's merged one."""
        with self._lock:
            if sandbox not in self._kubeconfigs:
                self._kubeconfigs[sandbox] = self._loaded(sandbox)
            return self._kubeconfigs[sandbox]

    def _loaded(self, sandbox: str) -> "Kubeconfig":
        from dlctl.cluster.kubeconfig.load import load_kubeconfig

        path = self._sandbox_path(sandbox) if sandbox else self._flags.kubeconfig
        return load_kubeconfig(path, self._runtime.environ, self._runtime.home)

    def _sandbox_path(self, sandbox: str) -> Path:
        from dlctl.sandbox.host.home import Home
        from dlctl.sandbox.lifecycle.lookup import kubeconfig_path

        return kubeconfig_path(sandbox, home=Home.from_environ(self._runtime.environ))


def _explain(error: KubeconfigError, environment: "Environment") -> None:
    """Add where the environment has what was looked for in the kubeconfig, and what to do."""
    if error.location is None:
        error.location = _place(environment, "context" if environment.destination.context else "server")
    if isinstance(error, NoContext):
        mend = _mend(environment)
        error.hint = f"{error.hint}; {mend}" if error.hint else mend


def _place(environment: "Environment", key: str) -> Location:
    from dlctl.app.written import place_in

    place = place_in(environment, key)
    return Location(place.path, place.line)


def _mend(environment: "Environment") -> str:
    """What to do where the context of an environment is missing."""
    choose = f"choose another one with 'dlctl env set {environment.name} --context CONTEXT'"
    if not environment.destination.cluster_id:
        return choose
    return f"the environment is pinned to its cluster: add a context of that one again, or {choose}"
