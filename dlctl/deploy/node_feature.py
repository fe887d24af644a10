"""Apply the NodeFeature of a node: an object of no app, written by the node it is about."""

from typing import Any

from dlctl.cluster.protocol import Cluster, Resource
from dlctl.manifest import JsonObject

FIELD_MANAGER = "dlctl:node-detect"
_NODE_FEATURES = Resource("nfd.k8s-sigs.io", "v1alpha1", "NodeFeature", "nodefeatures", namespaced=True)
_DAEMON_SETS = Resource("apps", "v1", "DaemonSet", "daemonsets", namespaced=True)


def apply_node_feature(cluster: Cluster, body: JsonObject) -> None:
    """Apply a NodeFeature; labels that it no longer has are removed. Raises ClusterError."""
    cluster.apply(_NODE_FEATURES, body, field_manager=FIELD_MANAGER)


def daemon_set_owner(cluster: Cluster, name: str, namespace: str) -> dict[str, Any]:
    """The reference by which an object is deleted along with a DaemonSet. Raises ClusterError."""
    metadata = cluster.get(_DAEMON_SETS, name, namespace).get("metadata") or {}
    return {"apiVersion": "apps/v1", "kind": "DaemonSet", "name": name, "uid": str(metadata.get("uid") or "")}
