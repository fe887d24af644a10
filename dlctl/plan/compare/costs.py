"""What a change costs: which pods restart or stop, with which devices, and since when a run goes on."""

from collections.abc import Iterable, Mapping
from typing import Any

from msgspec import Struct, field

from dlctl.kinds.made_pods import MadePods, pods_of
from dlctl.manifest import GroupKind, JsonObject, PodPlace
from dlctl.nodes.inventory.amounts import THOUSANDTHS
from dlctl.nodes.inventory.requests import pod_requests
from dlctl.plan.model import Action, Step
from dlctl.text import counted

_ROLLING = frozenset(
    {GroupKind("apps", "Deployment"), GroupKind("apps", "StatefulSet"), GroupKind("apps", "DaemonSet")}
)
"""Kinds whose controllers replace the pods of a changed template."""
_KEEPING = frozenset(
    {GroupKind("batch", "Job"), GroupKind("batch", "CronJob"), GroupKind("apps", "ReplicaSet")}
)
"""Kinds whose controllers leave the pods of a changed template as they are."""


class Cost(Struct, frozen=True):
    """What an apply of one step does to pods that there are, by what the object states.

    `restarts`: pods are replaced; None: the controller of the kind decides. `pods` stop, with their
    `devices`; None: one on each node. `since` is when the run began, in UTC; empty: it is no run.
    """

    restarts: bool | None
    pods: int | None = 0
    devices: Mapping[str, int] = field(default_factory=dict)
    since: str = ""


def cost_of(step: Step) -> Cost | None:
    """The cost of a step; None for one that changes no object with pods."""
    if step.live is None or step.action not in (Action.UPDATE, Action.REPLACE, Action.PRUNE):
        return None
    stated = step.manifest.pods if step.manifest else None
    before = _templates(step.live, stated)
    if not before:
        return None
    if step.action is not Action.UPDATE or step.merged is None:
        return _stopping(before.values(), step, restarts=step.action is Action.REPLACE)
    after = _templates(step.merged, stated)
    changed = [made for path, made in before.items() if path not in after or _other(made, after[path])]
    fewer = [
        _less(made, after[path]) for path, made in before.items() if path in after and made not in changed
    ]
    restarts = False if step.starts_nothing else _restarts(step) if changed else False
    stopping = [*(changed if restarts is not False else ()), *fewer]
    return _stopping([each for each in stopping if each.count != 0], step, restarts=restarts)


def cost_text(cost: Cost) -> str:
    """A cost in words: `no restart`, `restarts 3 pods with 24 nvidia.com/gpu`."""
    if cost.restarts is False and cost.pods == 0:
        return "no restart"
    pods = "a pod on each node" if cost.pods is None else counted(cost.pods, "pod")
    verb = {True: "restarts", False: "stops", None: "may restart"}[cost.restarts]
    devices = " and ".join(f"{count} {name}" for name, count in sorted(cost.devices.items()))
    since = f", running since {cost.since}" if cost.since else ""
    return f"{verb} {pods}{f' with {devices}' if devices else ''}{since}"


def _templates(body: JsonObject, stated: tuple[PodPlace, ...] | None) -> dict[str, MadePods]:
    return {each.path: each for each in pods_of(body, stated=stated).pods}


def _other(before: MadePods, after: MadePods) -> bool:
    return (before.metadata, before.spec) != (after.metadata, after.spec)


def _less(before: MadePods, after: MadePods) -> MadePods:
    """The pods that go because fewer are wanted."""
    gone = max(0, before.count - after.count) if before.count is not None and after.count is not None else 0
    return MadePods(before.role, gone, before.path, before.metadata, before.spec)


def _restarts(step: Step) -> bool | None:
    """Whether the controller replaces pods whose template changed; None: it is not known."""
    kind, spec = step.ref.group_kind, (step.merged or {}).get("spec") or {}
    if kind in _KEEPING or spec.get("paused") is True:
        return False
    if kind in _ROLLING:
        strategy: Any = spec.get("updateStrategy") or {}
        return bool(strategy.get("type") != "OnDelete")
    return None


def _stopping(pods: Iterable[MadePods], step: Step, *, restarts: bool | None) -> Cost:
    devices: dict[str, int] = {}
    total: int | None = 0
    for made in pods:
        total = None if total is None or made.count is None else total + made.count
        for name, amount in pod_requests({"spec": made.spec}).items():
            if "/" in name:
                devices[name] = devices.get(name, 0) + (made.count or 1) * (amount // THOUSANDTHS)
    stops = total is None or total > 0
    return Cost(restarts and stops, total, devices, step.started if stops else "")
