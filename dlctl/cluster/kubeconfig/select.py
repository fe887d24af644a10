"""Which context reaches an environment's cluster."""

from dataclasses import dataclass

from dlctl.app.model import Destination
from dlctl.cluster.kubeconfig.load import Context, Kubeconfig
from dlctl.errors import ClusterError


@dataclass(frozen=True, slots=True)
class ChosenContext:
    """The chosen context; `note` says what a reader should know about the choice, or is empty."""

    context: Context
    note: str = ""


def select_context(kubeconfig: Kubeconfig, destination: Destination, override: str = "") -> ChosenContext:
    """Choose a context by `override` (--context), else by the destination's name, else by its server.

    A colleague may have another name for the same cluster: where the named context is missing and
    exactly one cluster entry has the destination's server, a context of that cluster is taken and a
    note says so. Which cluster it is, the identity check decides. For a sandbox, `kubeconfig` is the
    sandbox's own and its current context is the one. Raises ClusterError.
    """
    if override:
        return ChosenContext(kubeconfig.select(override))
    if destination.sandbox:
        return ChosenContext(kubeconfig.select())
    if not destination.context and not destination.server:
        raise ClusterError(
            "this environment names no cluster",
            hint=f"set its context with 'dlctl env set NAME --context CONTEXT'; {kubeconfig.choices()}",
        )
    if destination.context in kubeconfig.contexts:
        return _by_name(kubeconfig, destination)
    return _by_server(kubeconfig, destination)


def _by_name(kubeconfig: Kubeconfig, destination: Destination) -> ChosenContext:
    context = kubeconfig.select(destination.context)
    expected = destination.server.rstrip("/")
    if not expected or context.server == expected:
        return ChosenContext(context)
    note = f"context '{context.name}' leads to {context.server}; the environment says {expected}"
    return ChosenContext(context, note)


def _by_server(kubeconfig: Kubeconfig, destination: Destination) -> ChosenContext:
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
    return ChosenContext(kubeconfig.select(name), f"{missing}using context '{name}', which leads to {server}")


def _same(server: str, expected: str) -> bool:
    return server.rstrip("/") == expected


def _ambiguous(kubeconfig: Kubeconfig, destination: Destination, what: str) -> ClusterError:
    return ClusterError(
        f"{kubeconfig.where()} has no context '{destination.context}', and several {what} "
        f"lead to {destination.server}",
        hint="choose one with --context",
    )
