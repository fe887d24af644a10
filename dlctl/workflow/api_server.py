"""Whether what does not tell a cluster's identity is an API server at all."""

from dlctl.cluster.answers.answer import InvalidResponse
from dlctl.cluster.forbidden_elsewhere import ForbiddenElsewhere
from dlctl.cluster.protocol import Cluster, Identity
from dlctl.errors import Forbidden, NotFound


def identity_to_pin(cluster: Cluster) -> Identity:
    """The identity of a cluster; a weak one only of an API server. Raises ClusterError."""
    identity = cluster.identity()
    if identity.weak:
        version_if_allowed(cluster)
    return identity


def version_if_allowed(cluster: Cluster) -> str | None:
    """The version of a cluster that does not tell its identity; None where the user may not read it.

    Raises ClusterError: InvalidResponse where there is no Kubernetes API server.
    """
    try:
        return cluster.version()
    except (NotFound, ForbiddenElsewhere) as error:
        found = f"{cluster.server} (context '{cluster.context}') has no version"
        found = error.message if isinstance(error, ForbiddenElsewhere) else found
        raise InvalidResponse(f"{found}: it is no Kubernetes API server", hint=error.hint) from error
    except Forbidden:
        return None
