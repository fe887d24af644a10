"""A file of `--nodes` with counts of shapes, what differs on these nodes, and shapes of its own."""

from collections import Counter
from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any

from dlctl.errors import SandboxError, joined
from dlctl.kinds.shape import (
    COUNT,
    QUANTITIES,
    QUANTITY,
    TEXT,
    TEXT_MAP,
    Fields,
    ListOf,
    MapOf,
    Path,
    Violation,
    fields,
    violations,
)
from dlctl.labels import NODE_SHAPE
from dlctl.sandbox.nodes.devices import MAX_DEVICES, NVIDIA
from dlctl.sandbox.nodes.model import MAX_COUNT, NodePlan, numbered
from dlctl.sandbox.nodes.shapes import shape, shape_devices, shape_names
from dlctl.suggest import did_you_mean
from dlctl.text import listed, shown_name
from dlctl.yamlio.load import Document

ZONE = "topology.kubernetes.io/zone"
TAINTS = ListOf(fields("key", "effect", key=TEXT, value=TEXT, effect=TEXT))
DEVICES = ListOf(
    fields(
        "count",
        driver=TEXT,
        count=COUNT,
        product=TEXT,
        memory=QUANTITY,
        profile=TEXT,
        attributes=TEXT_MAP,
    )
)
OWN_SHAPE = fields(
    "capacity", labels=TEXT_MAP, taints=TAINTS, capacity=QUANTITIES, allocatable=QUANTITIES, devices=DEVICES
)
GROUP = fields(
    "shape",
    shape=TEXT,
    count=COUNT,
    labels=TEXT_MAP,
    taints=TAINTS,
    zones=ListOf(TEXT),
    busy=QUANTITIES,
    devices=DEVICES,
)
PLAN = fields("nodes", nodes=ListOf(GROUP, filled=True), shapes=MapOf(OWN_SHAPE))
EFFECTS = ("NoSchedule", "PreferNoSchedule", "NoExecute")


def is_plan(document: Document) -> bool:
    """Whether a document is a plan, and not a Node or a List of Nodes."""
    return isinstance(document.value, dict) and "nodes" in document.value and "kind" not in document.value


def plan_in(document: Document) -> NodePlan:
    """The nodes of a plan. Raises SandboxError with the place of each wrong value."""
    plan = document.value
    found = [*violations(plan, PLAN)] or [*_unknown_keys(plan, PLAN, ()), *_wrong_values(plan)]
    if errors := [SandboxError(str(each), location=document.location(each.path)) for each in found]:
        raise joined(errors, SandboxError, f"{len(errors)} fields of the nodes are invalid")
    nodes: list[Mapping[str, Any]] = []
    busy: dict[str, Mapping[str, str]] = {}
    devices: dict[str, tuple[Mapping[str, Any], ...]] = {}
    for group, node in _planned(plan):
        nodes.append(node)
        if of_node := _devices(group, plan):
            devices[node["metadata"]["name"]] = of_node
        if group.get("busy"):
            busy[node["metadata"]["name"]] = {key: str(value) for key, value in group["busy"].items()}
    return NodePlan(tuple(nodes), frozenset(group["shape"] for group in plan["nodes"]), busy, devices)


def _devices(group: Mapping[str, Any], plan: Mapping[str, Any]) -> tuple[Mapping[str, Any], ...]:
    """What claims can have of the nodes of a group: what it states, else what its shape has."""
    if group.get("devices") is not None:
        return tuple(group["devices"])
    own = (plan.get("shapes") or {}).get(group["shape"])
    return shape_devices(group["shape"]) if own is None else tuple(own.get("devices") or ())


def _planned(plan: Mapping[str, Any]) -> Iterator[tuple[Mapping[str, Any], dict[str, Any]]]:
    """Each group with each of its nodes. Nodes of one shape are numbered through all groups."""
    made: Counter[str] = Counter()
    for group in plan["nodes"]:
        name = group["shape"]
        base = _shape(name, plan)
        for position in range(_count(group)):
            node = numbered(base, name, made[name])
            made[name] += 1
            yield group, _own(node, group, position)


def _count(group: Mapping[str, Any]) -> int:
    return 1 if group.get("count") is None else int(group["count"])


def _shape(name: str, plan: Mapping[str, Any]) -> dict[str, Any]:
    own = (plan.get("shapes") or {}).get(name)
    if own is None:
        return shape(name)
    labels = {**(own.get("labels") or {}), NODE_SHAPE: name}
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": name, "labels": labels},
        "spec": {"taints": own.get("taints") or []},
        "status": {key: _texts(own[key]) for key in ("capacity", "allocatable") if own.get(key)},
    }


def _own(node: dict[str, Any], group: Mapping[str, Any], position: int) -> dict[str, Any]:
    """The node with what its group adds; zones are taken in turn."""
    labels = dict(group.get("labels") or {})
    if zones := group.get("zones"):
        labels[ZONE] = zones[position % len(zones)]
    node["metadata"]["labels"] |= labels
    spec = node["spec"]
    taints = [*(spec.get("taints") or ()), *deepcopy(group.get("taints") or [])]
    return {**node, "spec": {**spec, "taints": taints} if taints else spec}


def _texts(quantities: Mapping[str, Any]) -> dict[str, str]:
    return {key: str(value) for key, value in quantities.items()}


def _unknown_keys(value: Mapping[str, Any], known: Fields, path: Path) -> Iterator[Violation]:
    for key, part in value.items():
        place = (*path, key)
        allowed = known.fields.get(key)
        if allowed is None:
            hint = did_you_mean(key, known.fields, f"keys: {listed(known.fields)}")
            yield Violation(place, f"is not a key here; {hint}")
        elif isinstance(allowed, ListOf) and isinstance(allowed.item, Fields):
            for index, item in enumerate(part or ()):
                yield from _unknown_keys(item, allowed.item, (*place, index))
        elif isinstance(allowed, MapOf) and isinstance(allowed.value, Fields):
            for name, item in (part or {}).items():
                yield from _unknown_keys(item, allowed.value, (*place, name))


def _wrong_values(plan: Mapping[str, Any]) -> Iterator[Violation]:
    own = plan.get("shapes") or {}
    names = (*own, *shape_names())
    for index, group in enumerate(plan["nodes"]):
        place: Path = ("nodes", index)
        if group["shape"] not in names:
            hint = did_you_mean(group["shape"], names, f"shapes: {listed(names)}")
            yield Violation((*place, "shape"), f"has an unknown shape {shown_name(group['shape'])}; {hint}")
        if _count(group) > MAX_COUNT:
            yield Violation((*place, "count"), f"is more than {MAX_COUNT} nodes")
        yield from _wrong_effects(group, place)
        yield from _too_many_devices(group, place)
    for name, each in own.items():
        yield from _wrong_effects(each, ("shapes", name))
        yield from _too_many_devices(each, ("shapes", name))


def _too_many_devices(value: Mapping[str, Any], path: Path) -> Iterator[Violation]:
    counts: Counter[str] = Counter()
    for index, each in enumerate(value.get("devices") or ()):
        driver = str(each.get("driver") or NVIDIA)
        counts[driver] += each["count"]
        if counts[driver] > MAX_DEVICES:
            yield Violation(
                (*path, "devices", index, "count"), f"makes more than {MAX_DEVICES} devices of {driver}"
            )


def _wrong_effects(value: Mapping[str, Any], path: Path) -> Iterator[Violation]:
    for index, taint in enumerate(value.get("taints") or ()):
        if taint["effect"] not in EFFECTS:
            yield Violation((*path, "taints", index, "effect"), f"must be one of {listed(EFFECTS)}")
