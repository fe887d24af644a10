"""Load the user's kubeconfig: files are found and merged as by kubectl, and never written.

Rules: client-go, tools/clientcmd/loader.go. An explicit file is used alone; else the files in
KUBECONFIG; else ~/.kube/config. Each entry is taken whole from the first file that has it; the first
non-empty `current-context` wins.
"""

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from msgspec import Struct

from dlctl.cluster.kubeconfig.entry import Entry
from dlctl.cluster.kubeconfig.file import KubeconfigFile, read_kubeconfig_file
from dlctl.cluster.kubeconfig.in_cluster import SERVICE_ACCOUNT, in_cluster_file
from dlctl.errors import KubeconfigError, Location, NoContext
from dlctl.server_url import HINT, PROBLEM, may_hold_credentials, trimmed


class Context(Struct, frozen=True):
    """A context with its cluster and user.

    `user` is None for a context without a user.
    """

    name: str
    namespace: str
    cluster: Entry
    user: Entry | None
    entry: Entry

    @property
    def server(self) -> str:
        """The API server's URL in the kubeconfig, without a trailing slash, its scheme in lower case."""
        return trimmed(self.cluster.text("server"))

    @property
    def location(self) -> Location:
        """The location of the context."""
        return self.entry.location()


class Kubeconfig(Struct, frozen=True):
    """The merged kubeconfig. `files` were read; `missing` do not exist."""

    current_context: str
    contexts: Mapping[str, Entry]
    clusters: Mapping[str, Entry]
    users: Mapping[str, Entry]
    files: tuple[Path, ...] = ()
    missing: tuple[Path, ...] = ()

    def select(self, name: str | None = None) -> Context:
        """The context of this name, or the current one, with its cluster and user.

        Raises KubeconfigError if the context, its cluster or its user does not exist.
        """
        wanted = self.current_context if name is None else name
        if not wanted:
            raise KubeconfigError(
                f"no context selected: {self.where()} has no current-context", hint=self.choices()
            )
        entry = self.contexts.get(wanted)
        if entry is None:
            raise self.unknown_context(wanted)
        cluster = self.clusters.get(entry.text("cluster"))
        if cluster is None or not cluster.text("server"):
            raise _no_server(entry, cluster)
        if may_hold_credentials(cluster.text("server")):
            raise cluster.error(f"the server of {cluster} {PROBLEM}", "server", hint=HINT)
        user_name = entry.text("user")
        if user_name and user_name not in self.users:
            raise entry.error(f"{entry} refers to user '{user_name}', which is not defined", "user")
        return Context(wanted, entry.text("namespace"), cluster, self.users.get(user_name), entry)

    def unknown_context(self, name: str, *, pinned: bool = False) -> NoContext:
        """The error for an unknown context, with the searched files and the nearest name.

        With `pinned` none is suggested: a context of another cluster would be refused.
        """
        from dlctl.suggest import nearest

        near = None if pinned else nearest(name, self.contexts)
        guess = f"did you mean '{near}'? " if near else ""
        return NoContext(f"context '{name}' not found in {self.where()}", hint=guess + self.choices())

    def choices(self) -> str:
        """A hint that lists the contexts."""
        if not self.contexts:
            return "set KUBECONFIG or --kubeconfig to a file that has contexts"
        return "contexts: " + ", ".join(sorted(self.contexts))

    def where(self) -> str:
        """The searched files, for messages."""
        names = [str(path) for path in self.files]
        names += [f"{path} (does not exist)" for path in self.missing]
        return "kubeconfig " + (", ".join(names) or "(no file)")


def load_kubeconfig(
    explicit: Path | None,
    environ: Mapping[str, str],
    home: Path,
    *,
    service_account: Path = SERVICE_ACCOUNT,
) -> Kubeconfig:
    """Find, read and merge the kubeconfig files; if there are none, use the pod's service account.

    `explicit` is the value of --kubeconfig; that file must exist. Raises KubeconfigError.
    """
    paths = (explicit,) if explicit else _default_paths(environ, home)
    read = {path: read_kubeconfig_file(path) for path in paths}
    if explicit and read[explicit] is None:
        raise KubeconfigError("kubeconfig file does not exist", location=Location(str(explicit)))
    files = [file for file in read.values() if file]
    missing = tuple(path for path, file in read.items() if file is None)
    if not explicit and not any(file.clusters or file.contexts for file in files):
        files += in_cluster_file(environ, service_account)
    return _merge(files, missing)


def _default_paths(environ: Mapping[str, str], home: Path) -> tuple[Path, ...]:
    listed = environ.get("KUBECONFIG", "")
    if not listed:
        return (home / ".kube" / "config",)
    return tuple(dict.fromkeys(Path(item) for item in listed.split(os.pathsep) if item))


def _merge(files: Iterable[KubeconfigFile], missing: tuple[Path, ...]) -> Kubeconfig:
    files = tuple(files)
    clusters: dict[str, Entry] = {}
    users: dict[str, Entry] = {}
    contexts: dict[str, Entry] = {}
    for file in reversed(files):
        clusters |= file.clusters
        users |= file.users
        contexts |= file.contexts
    current = next((file.current_context for file in files if file.current_context), "")
    return Kubeconfig(current, contexts, clusters, users, tuple(file.path for file in files), missing)


def _no_server(context: Entry, cluster: Entry | None) -> KubeconfigError:
    if cluster is not None:
        return cluster.error(f"{cluster}, used by {context}, has no server")
    name = context.text("cluster")
    message = (
        f"{context} refers to cluster '{name}', which is not defined" if name else f"{context} has no cluster"
    )
    return context.error(message, "cluster")
