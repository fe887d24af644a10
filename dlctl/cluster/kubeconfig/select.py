"""Which context reaches an environment's cluster."""

from dlctl.app.model import Destination
from dlctl.cluster.kubeconfig.load import Context, Kubeconfig
from dlctl.errors import ClusterError
from dlctl.events import Emit, Note, no_events


def select_context(
    kubeconfig: Kubeconfig, destination: Destination, override: str = "", *, emit: Emit = no_events
) -> Context:
    """Choose a context by `override` (--context), else by the destination's name, else by its server.

    A colleague may have another name for the same cluster: where the named context is missing and
    exactly one cluster entry has the destination's server, a context of that cluster is taken and a
    note says so. Which cluster it is, the identity check decides. For a sandbox, `kubeconfig` is the
    sandbox's own and its current context is the one. Raises ClusterError.
    """
    if override:
        return kubeconfig.select(override)
    if destination.sandbox:
        return kubeconfig.select()
    if not destination.context and not destination.server:
        raise ClusterError(
            "this environment names no cluster",
            hint=f"set its context with 'dlctl env set NAME --context CONTEXT'; {kubeconfig.choices()}",
        )
    if destination.context in kubeconfig.contexts:
        return _by_name(kubeconfig, destination, emit)
    return _by_server(kubeconfig, destination, emit)


def _by_name(kubeconfig: Kubeconfig, destination: Destination, emit: Emit) -> Context:
    context = kubeconfig.select(destination.context)
    expected = destination.server.rstrip("/")
    if expected and context.server != expected:
        emit(Note(f"context '{context.name}' leads to {context.server}; the environment says {expected}"))
    return context


def _by_server(kubeconfig: Kubeconfig, destination: Destination, emit: Emit) -> Context:
    server = destination.server.rstrip("/")
    clusters = [name for name, entry in kubeconfig.clusters.items() if _same(entry.text("server"), server)]
    if not server or not clusters:
        raise kubeconfig.unknown_context(destination.context or f"for {server}")
    if len(clusters) > 1:
        raise _ambiguous(kubeconfig, destination, f"clusters {', '.join(sorted(clusters))}")
    names = sorted(
        name for name, entry in kubeconfig.contexts.items() if entry.text("cluster") == clusters[0]
    )
    if not names:
        raise kubeconfig.unknown_context(destination.context or f"for {server}")
    name = kubeconfig.current_context if kubeconfig.current_context in names else names[0]
    if len(names) > 1 and name != kubeconfig.current_context:
        raise _ambiguous(kubeconfig, destination, f"contexts {', '.join(names)}")
    missing = f"there is no context '{destination.context}'; " if destination.context else ""
    emit(Note(f"{missing}using context '{name}', which leads to {server}"))
    return kubeconfig.select(name)


def _same(server: str, expected: str) -> bool:
    return server.rstrip("/") == expected


def _ambiguous(kubeconfig: Kubeconfig, destination: Destination, what: str) -> ClusterError:
    return ClusterError(
        f"{kubeconfig.where()} has no context '{destination.context}', and several {what} "
        f"lead to {destination.server}",
        hint="choose one with --context",
    )
