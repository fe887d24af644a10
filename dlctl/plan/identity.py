"""Check that a cluster is the one that an environment is pinned to, before any write."""

import ipaddress
from urllib.parse import urlsplit

from dlctl.app.model import Destination
from dlctl.cluster.protocol import Cluster, Identity
from dlctl.errors import PlanError

OVERRIDE = "--dangerously-skip-identity-check"


class OtherCluster(PlanError):  # noqa: N818 - the name reads better where it is caught
    """A cluster is not the one that an environment is pinned to."""


def check_identity(
    environment_name: str,
    pinned_id: str,
    actual: Identity,
    *,
    writing: bool,
    override: bool = False,
    sandbox: bool = False,
    server: str = "",
) -> tuple[str, ...]:
    """Notes for the user. Raises PlanError if this cluster must not be written to.

    A mismatch is a warning for reads and an error for writes; a missing pin is an error for writes only.
    A `sandbox` needs no pin, but its server must be on this machine. `server` is the URL that the
    environment has: another URL is noted unless the cluster is another one, too.
    """
    if sandbox:
        _require_loopback(environment_name, actual)
        return ()
    if pinned_id == actual.uid:
        return (*_weak_note(environment_name, actual), *moved_server(environment_name, server, actual))
    if pinned_id:
        error = _other(environment_name, pinned_id, actual)
    else:
        error = _unpinned(environment_name, actual, server)
    if not writing:
        return (error.message,) if pinned_id else moved_server(environment_name, server, actual)
    if override:
        return (f"{error.message}; continuing because of {OVERRIDE}",)
    raise error


def refuse_other(name: str, pinned_id: str, actual: Identity) -> None:
    """Raise OtherCluster for a cluster that is known not to be the one that an environment is pinned to.

    Where one of both identities is weak, the clusters cannot be compared.
    """
    weak = actual.weak or pinned_id.startswith("weak:")
    if pinned_id and not weak and pinned_id != actual.uid:
        raise _other(name, pinned_id, actual)


def moved_server(name: str, server: str, actual: Identity) -> tuple[str, ...]:
    """A note where the environment has another URL for the same cluster."""
    expected = server.rstrip("/")
    if not expected or expected == actual.server.rstrip("/"):
        return ()
    return (
        f"the context of environment {name} has server {actual.server}, "
        f"but the environment has {expected}; "
        f"if the server has moved, store its new URL with 'dlctl env set {name} --pin'",
    )


def recorded_server(destination: Destination, cluster: Cluster) -> str:
    """The URL that the environment has for the context of a connection; empty for another context."""
    return destination.server if cluster.context == destination.context else ""


def is_loopback(server: str) -> bool:
    """Whether a server's URL has a loopback address."""
    host = urlsplit(server).hostname or ""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _require_loopback(name: str, actual: Identity) -> None:
    if not is_loopback(actual.server):
        raise PlanError(
            f"environment {name} is a sandbox, but its server {actual.server} is not on this machine",
            hint="start the sandbox again, or set a cluster for the environment",
        )


def _weak_note(name: str, actual: Identity) -> tuple[str, ...]:
    if not actual.weak:
        return ()
    return (
        f"environment {name} is pinned by server and CA only: "
        "you do not have permission to read namespace kube-system, whose UID identifies the cluster",
    )


def _unpinned(name: str, actual: Identity, server: str) -> PlanError:
    moved = server.rstrip("/") not in ("", actual.server.rstrip("/"))
    return PlanError(
        f"environment {name} is not pinned to a cluster, so nothing is written to {actual.server} "
        f"({actual.uid}){f', and it has another server: {server}' if moved else ''}",
        hint=f"{'check the context; ' if moved else ''}if this is the right cluster, run: "
        f"dlctl env set {name} --pin",
    )


def _other(name: str, pinned_id: str, actual: Identity) -> PlanError:
    hint = f"check the context; 'dlctl env describe {name}' shows the expected cluster"
    if actual.weak and not pinned_id.startswith("weak:"):
        return PlanError(
            f"environment {name} is pinned to cluster {pinned_id}, which cannot be compared with "
            f"{actual.server}: you do not have permission to read namespace kube-system there",
            hint=f"request permission to get namespace kube-system; {hint}",
        )
    if pinned_id.startswith("weak:") and not actual.weak:
        return OtherCluster(
            f"environment {name} is pinned by server and CA only ({pinned_id}); the cluster at "
            f"{actual.server} has ID {actual.uid}",
            hint=f"if this is the right cluster, pin it by its ID: dlctl env set {name} --pin",
        )
    return OtherCluster(
        f"environment {name} is pinned to cluster {pinned_id}, but {actual.server} is cluster {actual.uid}",
        hint=f"{hint}; if the cluster was recreated, run: "
        f"dlctl env set {name} --pin --cluster-id {actual.uid}",
    )
