"""The built-in shapes of simulated nodes: a Node per file in `node_shapes/`, with `devices` for claims."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from dlctl.labels import NODE_SHAPE
from dlctl.yamlio.load import load_file

FOLDER = Path(__file__).parent / "node_shapes"
DEVICES = "devices"
"""The key of a file with the devices that claims can have of a node (DRA)."""


@cache
def shape_names() -> tuple[str, ...]:
    """The names of all shapes, sorted."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.yaml")))


def shape(name: str) -> dict[str, Any]:
    """The Node object of a shape, named and labelled after it."""
    node: dict[str, Any] = load_file(FOLDER / f"{name}.yaml").value
    node.pop(DEVICES, None)
    node["metadata"] = {"name": name, **(node.get("metadata") or {})}
    node["metadata"]["labels"] = {**(node["metadata"].get("labels") or {}), NODE_SHAPE: name}
    return node


@cache
def shape_devices(name: str) -> tuple[Mapping[str, Any], ...]:
    """The devices that claims can have of a node of this shape, as in a plan."""
    return tuple(load_file(FOLDER / f"{name}.yaml").value.get(DEVICES) or ())
