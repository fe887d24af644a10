"""Parse `--nodes`: counts of built-in shapes, or a file with Node objects or with a plan."""

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from dlctl.errors import SandboxError, UsageError, joined
from dlctl.kinds.node_shape import NODE
from dlctl.kinds.shape import Violation, violations
from dlctl.sandbox.nodes.model import MAX_COUNT, NodePlan, completed, numbered
from dlctl.sandbox.nodes.plan_file import is_plan, plan_in
from dlctl.sandbox.nodes.shapes import shape, shape_devices, shape_names
from dlctl.text import shown_name
from dlctl.yamlio.load import Document, load_all, read_text

DEFAULT_NODES = "cpu-only=2"
_ITEM = re.compile(r"([a-z0-9][-a-z0-9]*)(?:=([0-9]+))?\Z")


def parse_nodes(text: str) -> NodePlan:
    """`v100x8-ib100=3,cpu-only=5`, or the path of a YAML file: Node objects, or a plan.

    Raises UsageError for any other text, SandboxError or YamlError for an invalid file.
    """
    items = [item.strip() for item in text.split(",")]
    matches = [_ITEM.match(item) for item in items]
    named = [(match[1], match[2]) for match in matches if match]
    if len(named) == len(items) and ("=" in text or named[0][0] in shape_names()):
        return _counted(named)
    path = Path(text)
    if not path.is_file():
        raise UsageError(
            f"{shown_name(text)} is neither a list of node shapes nor a file",
            hint=f"use SHAPE=COUNT,… with the shapes {', '.join(shape_names())}",
        )
    documents = load_all(read_text(path), str(path))
    if len(documents) == 1 and is_plan(documents[0]):
        return plan_in(documents[0])
    return NodePlan(tuple(nodes_in(documents)))


def _counted(named: list[tuple[str, str | None]]) -> NodePlan:
    nodes: list[Mapping[str, Any]] = []
    devices: dict[str, tuple[Mapping[str, Any], ...]] = {}
    for name, digits in named:
        if name not in shape_names():
            raise UsageError(f"unknown node shape '{name}'", hint=f"shapes: {', '.join(shape_names())}")
        count = int(digits) if digits else 1
        if count > MAX_COUNT:
            raise UsageError(f"{name}={count} is more than {MAX_COUNT} nodes")
        base = shape(name)
        nodes.extend(numbered(base, name, index) for index in range(count))
        if of_shape := shape_devices(name):
            devices.update((f"{name}-{index}", of_shape) for index in range(count))
    return NodePlan(tuple(nodes), frozenset(name for name, _ in named), devices=devices)


def nodes_in(documents: Iterable[Document]) -> Iterator[dict[str, Any]]:
    """The Node objects of documents, completed as a kubelet would. Raises SandboxError for anything else."""
    for document in documents:
        for place in _places(document):
            value = document.value
            for step in place:
                value = value[step]
            yield _node(document, place, value)


def _places(document: Document) -> list[tuple[str | int, ...]]:
    """The paths of the objects in a document: its root, or the items of a list."""
    value = document.value
    if isinstance(value, dict) and isinstance(value.get("items"), list):
        return [("items", index) for index in range(len(value["items"]))]
    return [] if value is None else [()]


def _node(document: Document, place: tuple[str | int, ...], value: Any) -> dict[str, Any]:
    is_node = isinstance(value, dict) and (value.get("apiVersion"), value.get("kind")) == ("v1", "Node")
    metadata = value.get("metadata") if is_node else None
    if not isinstance(metadata, dict) or not isinstance(metadata.get("name"), str):
        raise SandboxError(
            "not a Node object with a name",
            location=document.location(place),
            hint="the file must have objects of kind Node (apiVersion v1), as printed by 'kubectl get "
            "nodes -o yaml'",
        )
    if errors := [
        _wrong(document, place, value["metadata"]["name"], each) for each in violations(value, NODE)
    ]:
        raise joined(errors, SandboxError, f"{len(errors)} fields of a Node are invalid")
    return completed(_own_fields(value))


def _wrong(document: Document, place: tuple[str | int, ...], name: str, violation: Violation) -> SandboxError:
    return SandboxError(f"Node/{name}: {violation}", location=document.location((*place, *violation.path)))


def _own_fields(node: dict[str, Any]) -> dict[str, Any]:
    """The node without fields that the server sets."""
    metadata = {
        key: node["metadata"][key] for key in ("name", "labels", "annotations") if key in node["metadata"]
    }
    spec = {
        key: value for key, value in (node.get("spec") or {}).items() if key in ("taints", "unschedulable")
    }
    status = {
        key: value
        for key, value in (node.get("status") or {}).items()
        if key in ("capacity", "allocatable", "nodeInfo", "addresses")
    }
    return {"apiVersion": "v1", "kind": "Node", "metadata": metadata, "spec": spec, "status": status}
