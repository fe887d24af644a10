"""Pods that run and are not ready because their node is lost."""

from dlctl.cluster.protocol import Cluster
from dlctl.deploy.why.pod_cause import PodCause
from dlctl.errors import ClusterError, NotFound
from dlctl.manifest import JsonObject
from dlctl.status.model import condition, is_true, message_of, text_at


class Nodes:
    """The nodes of pods; each is read once. A node that may not be read explains nothing."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._causes: dict[str, PodCause | None] = {}

    def cause(self, pod: JsonObject) -> PodCause | None:
        """What is wrong with the node of a pod whose containers run; None if nothing is."""
        name = text_at(pod, "spec", "nodeName")
        if not name or text_at(pod, "status", "phase") != "Running":
            return None
        if name not in self._causes:
            self._causes[name] = self._read(name)
        return self._causes[name]

    def _read(self, name: str) -> PodCause | None:
        try:
            node = self._cluster.get(self._cluster.resource("v1", "Node"), name)
        except NotFound:
            return PodCause("node", f"node {name} does not exist")
        except ClusterError:
            return None
        ready = condition(node, "Ready")
        if not ready or is_true(ready):
            return None
        word = "is lost" if ready.get("status") == "Unknown" else "is not ready"
        return PodCause("node", ": ".join(filter(None, (f"node {name} {word}", message_of(ready, "")))))
