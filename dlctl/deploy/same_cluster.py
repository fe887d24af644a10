"""Check again, before a wave is written, that the server is still the cluster that was planned for."""

from dlctl.cluster.protocol import Cluster, Identity
from dlctl.errors import DeployError


def require_same_cluster(cluster: Cluster, planned: Identity) -> None:
    """Raise DeployError if the cluster behind the URL is another one now. Raises ClusterError."""
    actual = cluster.identity(fresh=True)
    if actual.uid != planned.uid:
        raise DeployError(
            f"{actual.server} is cluster {actual.uid} now, but the plan was made for cluster {planned.uid}",
            hint="nothing more was written; check the context and what the server's address points to",
        )
