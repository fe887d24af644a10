"""What happens to a simulated node: the changes that a kubelet or an administrator would make."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from msgspec import Struct, field

from dlctl.errors import UsageError
from dlctl.sandbox.story_names import NODE_FORMS, STORY
from dlctl.suggest import did_you_mean
from dlctl.text import shown_name

GPU = "nvidia.com/gpu"
READY = ("Ready", "True", "KubeletReady", "kubelet is posting ready status")
NOT_READY = ("Ready", "False", "KubeletNotReady", "container runtime is down")
LOST = ("Ready", "Unknown", "NodeStatusUnknown", "Kubelet stopped posting node status.")
"""What the node controller writes once a kubelet's lease has expired."""
MEMORY = "MemoryPressure"
PRESSURE = (MEMORY, "True", "KubeletHasInsufficientMemory", "kubelet has insufficient memory available")
NO_PRESSURE = (MEMORY, "False", "KubeletHasSufficientMemory", "kubelet has sufficient memory available")


class NodeChanges(Struct, frozen=True):
    """Patches of a node: of its metadata and spec, and of its status."""

    body: Mapping[str, Any]
    status: Mapping[str, Any] = field(default_factory=dict)


def node_changes(node: Mapping[str, Any], story: str, number: int | None) -> NodeChanges:
    """The changes that a story makes to this node. Raises UsageError for an unknown one."""
    if (story == "lose-gpu") != (number is not None):
        raise UsageError(
            "lose-gpu needs a number, and no other behavior has one", hint=f"behaviors: {NODE_FORMS}"
        )
    match story:
        case "cordon":
            return NodeChanges({"spec": {"unschedulable": True}})
        case "not-ready":
            return NodeChanges(_annotated(story), _conditions(NOT_READY))
        case "node-lost":
            return NodeChanges(_annotated(story), _conditions(LOST))
        case "pressure":
            return NodeChanges(_annotated(story), _conditions(PRESSURE))
        case "lose-gpu":
            return NodeChanges({}, _without_gpus(node, number or 0))
        case "recover":
            body = {**_annotated(None), "spec": {"unschedulable": None}}
            allocatable = {GPU: gpus} if (gpus := node["status"].get("capacity", {}).get(GPU)) else {}
            return NodeChanges(body, {**_conditions(READY, NO_PRESSURE), "allocatable": allocatable})
    names = [form.split()[0] for form in NODE_FORMS.split(", ")]
    raise UsageError(
        f"unknown behavior {shown_name(story)} of a node",
        hint=did_you_mean(story, names, f"behaviors: {NODE_FORMS}"),
    )


def _annotated(story: str | None) -> dict[str, Any]:
    """With this annotation, kwok leaves the node's conditions alone."""
    return {"metadata": {"annotations": {STORY: story}}}


def _conditions(*conditions: tuple[str, str, str, str]) -> dict[str, Any]:
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    times = {"lastTransitionTime": now, "lastHeartbeatTime": now}
    keys = ("type", "status", "reason", "message")
    return {"conditions": [{**dict(zip(keys, each, strict=True)), **times} for each in conditions]}


def _without_gpus(node: Mapping[str, Any], number: int) -> dict[str, Any]:
    """As a device plugin reports broken GPUs: fewer allocatable, the same capacity."""
    there = int(node["status"].get("allocatable", {}).get(GPU, 0))
    if number > there:
        raise UsageError(f"node {node['metadata']['name']} has {there} allocatable GPUs, fewer than {number}")
    return {"allocatable": {GPU: str(there - number)}}
