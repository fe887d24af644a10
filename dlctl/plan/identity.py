"""Whether a cluster is the one that an environment means: asked before anything is written."""

import ipaddress
from urllib.parse import urlsplit

from dlctl.cluster.protocol import Identity
from dlctl.errors import PlanError

OVERRIDE = "--dangerously-skip-identity-check"


def check_identity(
    environment_name: str,
    pinned_id: str,
    actual: Identity,
    *,
    writing: bool,
    override: bool = False,
    sandbox: bool = False,
) -> tuple[str, ...]:
    """Notes for the user; PlanError where this cluster must not be written to.

    A mismatch is a warning for reads and an error for writes; so is a missing pin, but that is no
    word for reads. A `sandbox` needs no pin: it is on this machine, and anything else is refused.
    """
    if sandbox:
        _require_loopback(environment_name, actual)
        return ()
    if pinned_id == actual.uid:
        return _weak_note(environment_name, actual)
    error = (
        _unpinned(environment_name, actual) if not pinned_id else _other(environment_name, pinned_id, actual)
    )
    if not writing:
        return (error.message,) if pinned_id else ()
    if override:
        return (f"{error.message}; written to all the same, by {OVERRIDE}",)
    raise error


def is_loopback(server: str) -> bool:
    """Whether a server's URL names this machine's own loopback address."""
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
            hint="start the sandbox again, or name a cluster in the environment instead",
        )


def _weak_note(name: str, actual: Identity) -> tuple[str, ...]:
    if not actual.weak:
        return ()
    return (
        f"environment {name} is pinned by server and CA only: "
        "you may not read namespace kube-system, whose UID would tell a cluster for certain",
    )


def _unpinned(name: str, actual: Identity) -> PlanError:
    return PlanError(
        f"environment {name} has no pinned cluster, so nothing is written to {actual.server} ({actual.uid})",
        hint=f"if this is the right cluster: dlctl env set {name} --pin",
    )


def _other(name: str, pinned_id: str, actual: Identity) -> PlanError:
    hint = (
        f"does the context lead to the right cluster? 'dlctl env describe {name}' shows what is meant; "
        f"where this cluster was made anew in the old one's place: dlctl env set {name} --pin"
    )
    if actual.weak and not pinned_id.startswith("weak:"):
        return PlanError(
            f"environment {name} is pinned to cluster {pinned_id}, which cannot be compared with "
            f"{actual.server}: you may not read namespace kube-system there",
            hint=f"ask for the right to get namespace kube-system; {hint}",
        )
    return PlanError(
        f"environment {name} is pinned to cluster {pinned_id}, but {actual.server} is cluster {actual.uid}",
        hint=hint,
    )
