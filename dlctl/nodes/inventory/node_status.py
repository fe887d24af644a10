"""Whether a node takes pods, and why not."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct

from dlctl.manifest import JsonObject

NOT_READY = "NotReady"
CORDONED = "Cordoned"
NO_PLUGIN = "NoPlugin"

_PRESSURES = {"DiskPressure": "disk", "MemoryPressure": "memory", "PIDPressure": "pid"}
_CONTROLLER_TAINTS = frozenset(
    {
        "node.kubernetes.io/not-ready",
        "node.kubernetes.io/unreachable",
        "node.kubernetes.io/unschedulable",
        "node.kubernetes.io/disk-pressure",
        "node.kubernetes.io/memory-pressure",
        "node.kubernetes.io/pid-pressure",
    }
)
"""Taints by which the node controller says once more what conditions and `unschedulable` say."""
_BLOCKING = frozenset({"NoSchedule", "NoExecute"})


class Toleration(Struct, frozen=True):
    """A pod's toleration; empty fields match everything."""

    key: str = ""
    value: str | None = None
    effect: str = ""

    @classmethod
    def read(cls, body: Mapping[str, Any]) -> "Toleration":
        """A toleration as a pod template states it."""
        exists = body.get("operator") == "Exists"
        value = None if exists else str(body.get("value") or "")
        return cls(str(body.get("key") or ""), value, str(body.get("effect") or ""))

    def matches(self, taint: Mapping[str, Any]) -> bool:
        """Whether the taint keeps no such pod away."""
        return (
            self.key in ("", taint.get("key"))
            and self.value in (None, taint.get("value") or "")
            and self.effect in ("", taint.get("effect"))
        )


Tolerations = tuple[Toleration, ...]
"""What one pod tolerates."""


def node_status(
    node: JsonObject, own_keys: Collection[str], tolerated: Sequence[Sequence[Toleration]] = ()
) -> tuple[str, ...]:
    """Why a node takes no pods, in kubectl's words; empty where it takes them.

    A taint does not count whose key is among `own_keys`, the node's own devices: pods that ask for devices
    tolerate it. Nor does one that all pods tolerate that are to be placed: `tolerated` has what each does.
    """
    return tuple(_reasons(node, own_keys, tolerated))


def _reasons(
    node: JsonObject, own_keys: Collection[str], tolerated: Sequence[Sequence[Toleration]]
) -> Iterator[str]:
    spec, conditions = node.get("spec") or {}, (node.get("status") or {}).get("conditions") or ()
    states = {str(each.get("type")): each.get("status") for each in conditions}
    taints = [each for each in spec.get("taints") or () if each.get("effect") in _BLOCKING]
    if states.get("Ready") != "True":
        yield NOT_READY
    if spec.get("unschedulable"):
        yield CORDONED
    if pressures := [word for kind, word in _PRESSURES.items() if states.get(kind) == "True"]:
        yield f"Pressure({','.join(pressures)})"
    counted = dict.fromkeys(
        str(taint.get("key"))
        for taint in taints
        if taint.get("key") not in _CONTROLLER_TAINTS
        and taint.get("key") not in own_keys
        and not _by_all(taint, tolerated)
    )
    if counted:
        yield f"Taint({','.join(counted)})"


def _by_all(taint: Mapping[str, Any], tolerated: Sequence[Sequence[Toleration]]) -> bool:
    return bool(tolerated) and all(any(each.matches(taint) for each in pod) for pod in tolerated)
