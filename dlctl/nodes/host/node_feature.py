"""A NodeFeature object, from which NFD's master labels a node.

Format: api/nfd/v1alpha1 of kubernetes-sigs/node-feature-discovery. The worker's object has the node's name;
another program's may have any other, and is about the node that its label names.
"""

from collections.abc import Mapping
from typing import Any

from dlctl.labels import MANAGED_BY, MANAGER
from dlctl.nodes.host.detect import Host
from dlctl.nodes.host.labels.label import is_value
from dlctl.pattern import pattern

API_VERSION = "nfd.k8s-sigs.io/v1alpha1"
KIND = "NodeFeature"
NODE_NAME = "nfd.node.kubernetes.io/node-name"
_PREFIX = "dlctl-"
_MAX_NAME = 253
_ANNOTATION = "dlctl.dev/"
_SUBDOMAIN = pattern(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\Z")
"""What names of nodes are: RFC 1123 (apimachinery, util/validation `IsDNS1123Subdomain`)."""


def object_name(node: str) -> str:
    """The name of the object about a node: never that of NFD's worker, which is the node's own."""
    return f"{_PREFIX}{node}"


def is_node_name(node: str) -> bool:
    """Whether a node can be labelled through NFD: its name must also be the value of a label."""
    return bool(_SUBDOMAIN.match(node)) and is_value(node) and len(object_name(node)) <= _MAX_NAME


def node_feature(
    host: Host,
    labels: Mapping[str, str],
    node: str,
    namespace: str = "",
    owner: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The object about `node`, with `owner` as the reference to what it goes with.

    Values of NCCL's variables are annotations, since labels cannot have their commas. Raw features, such as
    `pci.device`, are left to NFD's worker: the master joins the lists of all objects about a node, and
    rules would count each device twice.
    """
    metadata: dict[str, Any] = {"name": object_name(node)}
    if namespace:
        metadata["namespace"] = namespace
    metadata["labels"] = {MANAGED_BY: MANAGER, NODE_NAME: node}
    if variables := host.nccl.variables():
        metadata["annotations"] = {_ANNOTATION + name: value for name, value in sorted(variables.items())}
    if owner:
        metadata["ownerReferences"] = [dict(owner)]
    spec = {"labels": dict(labels)}
    return {"apiVersion": API_VERSION, "kind": KIND, "metadata": metadata, "spec": spec}
