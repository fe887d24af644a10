"""Select the kubeconfig context of an environment."""

from dlctl.app.model import Destination
from dlctl.cluster.kubeconfig.load import Context, Kubeconfig
from dlctl.errors import KubeconfigError
from dlctl.events import Emit, Note, no_events


def select_context(
    kubeconfig: Kubeconfig, destination: Destination, override: str = "", *, emit: Emit = no_events
) -> Context:
    """Select a context by `override` (--context), else by the destination's context, else by its server.

    Users may have different context names for one cluster: if the context is missing and exactly one
    cluster entry has the destination's server, a context of that cluster is used, with a note. The
    identity check later verifies the cluster. For a sandbox, `kubeconfig` is the sandbox's own, and its
    current context is used. Raises KubeconfigError.
    """
    if override:
        return kubeconfig.select(override)
    if destination.sandbox:
        return kubeconfig.select()
    if not destination.context and not destination.server:
        raise KubeconfigError(
            "environment has no cluster",
            hint=f"set its context with 'dlctl env set NAME --context CONTEXT'; {kubeconfig.choices()}",
        )
    if destination.context in kubeconfig.contexts:
        return kubeconfig.select(destination.context)
    return _by_server(kubeconfig, destination, emit)


def _by_server(kubeconfig: Kubeconfig, destination: Destination, emit: Emit) -> Context:
    server = destination.server.rstrip("/")
    clusters = [name for name, entry in kubeconfig.clusters.items() if _same(entry.text("server"), server)]
    if not server or not clusters:
        raise _not_found(kubeconfig, destination)
    if len(clusters) > 1:
        raise _ambiguous(kubeconfig, destination, f"clusters {', '.join(sorted(clusters))}")
    names = sorted(
        name for name, entry in kubeconfig.contexts.items() if entry.text("cluster") == clusters[0]
    )
    if not names:
        raise _not_found(kubeconfig, destination)
    name = kubeconfig.current_context if kubeconfig.current_context in names else names[0]
    if len(names) > 1 and name != kubeconfig.current_context:
        raise _ambiguous(kubeconfig, destination, f"contexts {', '.join(names)}")
    missing = f"context '{destination.context}' not found; " if destination.context else ""
    emit(Note(f"{missing}using context '{name}', which has server {server}"))
    return kubeconfig.select(name)


def _same(server: str, expected: str) -> bool:
    return server.rstrip("/") == expected


def _not_found(kubeconfig: Kubeconfig, destination: Destination) -> KubeconfigError:
    if destination.context:
        return kubeconfig.unknown_context(destination.context, pinned=bool(destination.cluster_id))
    message = f"no context with server {destination.server} in {kubeconfig.where()}"
    return KubeconfigError(message, hint=kubeconfig.choices())


def _ambiguous(kubeconfig: Kubeconfig, destination: Destination, what: str) -> KubeconfigError:
    return KubeconfigError(
        f"context '{destination.context}' not found in {kubeconfig.where()}, and several {what} "
        f"have server {destination.server}",
        hint="choose one with --context",
    )
