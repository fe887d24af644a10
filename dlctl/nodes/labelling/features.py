"""The NodeFeature objects of Node Feature Discovery, joined for each node."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from dlctl.manifest import JsonObject
from dlctl.nodes.labelling.model import Elements, Features

NODE_NAME = "nfd.node.kubernetes.io/node-name"
"""The label of a NodeFeature with its node; Node Feature Discovery ignores objects without it."""


def features_by_node(bodies: Iterable[JsonObject]) -> Mapping[str, Features]:
    """The features of each node.

    A node's objects are joined in the order of Node Feature Discovery: those of its own worker, which
    are named as the node, then by name and namespace. Later values win; instances are all kept.
    """
    found: dict[str, list[JsonObject]] = {}
    for body in bodies:
        metadata = body.get("metadata") or {}
        if node := str((metadata.get("labels") or {}).get(NODE_NAME) or ""):
            found.setdefault(node, []).append(body)
    return {node: _joined(sorted(each, key=_order)) for node, each in found.items()}


def _order(body: JsonObject) -> tuple[bool, str, str]:
    metadata = body.get("metadata") or {}
    name, node = str(metadata.get("name") or ""), (metadata.get("labels") or {}).get(NODE_NAME)
    return name != node, name, str(metadata.get("namespace") or "")


def _joined(bodies: Iterable[JsonObject]) -> Features:
    elements: dict[str, dict[str, str | None]] = {}
    instances: dict[str, tuple[Elements, ...]] = {}
    for body in bodies:
        features = (body.get("spec") or {}).get("features") or {}
        for feature, more in (*_flags(features), *_attributes(features)):
            elements.setdefault(feature.lower(), {}).update(more)
        for feature, devices in _instances(features):
            instances[feature.lower()] = (*instances.get(feature.lower(), ()), *devices)
    return Features(elements, instances)


def _flags(features: Mapping[str, Any]) -> Iterator[tuple[str, Elements]]:
    for feature, each in (features.get("flags") or {}).items():
        yield feature, dict.fromkeys((each or {}).get("elements") or {})


def _attributes(features: Mapping[str, Any]) -> Iterator[tuple[str, Elements]]:
    for feature, each in (features.get("attributes") or {}).items():
        yield feature, {key: str(value) for key, value in ((each or {}).get("elements") or {}).items()}


def _instances(features: Mapping[str, Any]) -> Iterator[tuple[str, tuple[Elements, ...]]]:
    for feature, each in (features.get("instances") or {}).items():
        devices = (each or {}).get("elements") or ()
        yield (
            feature,
            tuple({k: str(v) for k, v in (one.get("attributes") or {}).items()} for one in devices),
        )
