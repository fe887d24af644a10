"""`--what-if`: nodes to add, as `dlctl sandbox up --nodes` takes them, or names of nodes to remove."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dlctl.errors import UsageError
from dlctl.nodes.fit.read_cluster import read_node
from dlctl.sandbox.nodes.devices import slices_of
from dlctl.sandbox.nodes.nodes import nodes_in, parse_nodes
from dlctl.workflow.fit.node_check import NO_CHANGE, WhatIf
from dlctl.yamlio.load import Document, load_all, read_text

REMOVE = "remove"
NEW = "new-"
"""What the names of nodes of a shape begin with."""


def parse_what_if(text: str) -> WhatIf:
    """The change that the option states. Raises UsageError, SandboxError or YamlError."""
    if not text:
        return NO_CHANGE
    path = Path(text)
    if not path.is_file():
        plan = parse_nodes(text)
        slices = (each for name, groups in plan.devices.items() for each in slices_of(f"{NEW}{name}", groups))
        return WhatIf(tuple(read_node(_new(node)) for node in plan.nodes), slices=tuple(slices))
    documents = load_all(read_text(path), str(path))
    removing = [each for each in documents if isinstance(each.value, dict) and REMOVE in each.value]
    nodes = nodes_in(each for each in documents if each not in removing)
    names = frozenset(name for each in removing for name in _names(each))
    return WhatIf(tuple(map(read_node, nodes)), names)


def _new(node: Mapping[str, Any]) -> Mapping[str, Any]:
    """A node of a shape with a name that no node of a sandbox has."""
    name = f"{NEW}{node['metadata']['name']}"
    labels = {**node["metadata"]["labels"], "kubernetes.io/hostname": name}
    return {**node, "metadata": {**node["metadata"], "name": name, "labels": labels}}


def _names(document: Document) -> list[str]:
    names = document.value[REMOVE]
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise UsageError(
            f"{document.location((REMOVE,))}: 'remove' must be a list of names of nodes",
            hint="write 'remove: [gpu-1, gpu-2]'",
        )
    if set(document.value) != {REMOVE}:
        raise UsageError(
            f"{document.location()}: a document with 'remove' must have nothing else",
            hint="separate it from Node objects with a line '---'",
        )
    return names
