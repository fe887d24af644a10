"""What a change costs: whether pods restart, how many pods and GPUs stop, and since when a run is going."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from dlctl.manifest import GroupKind, JsonObject, PodPlace
from dlctl.plan.model import Action, Cost, Step
from dlctl.status import NO_RULES, Rules
from dlctl.status.model import number_at, text_at

if TYPE_CHECKING:
    from dlctl.kinds.made_pods import MadePods

_CRON_JOBS = (
    GroupKind("batch", "CronJob"),
    GroupKind("batch.volcano.sh", "CronJob"),
    GroupKind("ray.io", "RayCronJob"),
)
_RAY_CLUSTER = GroupKind("ray.io", "RayCluster")
"""KubeRay makes new pods of a changed template only where the cluster's upgradeStrategy is Recreate."""
_SCHEDULED = ("status", "currentNumberScheduled")


def with_cost(step: Step, live: JsonObject | None, rules: Rules = NO_RULES) -> Step:
    """The step of an object that creates pods, with what it costs; `live` is the object with its status.

    Raises RegistryError for data of a custom kind that is not valid.
    """
    before = live or step.live
    if before is None or step.action not in (Action.UPDATE, Action.REPLACE, Action.PRUNE):
        return step
    from dlctl.kinds.made_pods import pods_of

    stated = step.manifest.pods if step.manifest else None
    made = pods_of(before, stated=stated).pods
    if not made:
        return step
    stopping = [(each, *_stops(step, before, each, stated, rules)) for each in made]
    pods = sum(count for _, count, _ in stopping)
    gpus = sum(count * _gpus(each.spec) for each, count, _ in stopping)
    restarts = any(again and count for _, count, again in stopping)
    return replace(step, cost=Cost(pods, gpus, _since(before) if pods else "", restarts=restarts))


def _stops(
    step: Step, live: JsonObject, made: "MadePods", stated: Sequence[PodPlace] | None, rules: Rules
) -> tuple[int, bool]:
    """The number of pods of one template that stop, and whether others take their place."""
    from dlctl.kinds.made_pods import pods_of
    from dlctl.status import ended_run

    count = made.count if made.count is not None else number_at(live, *_SCHEDULED)
    if step.ref.group_kind.group == "apps" and number_at(live, "status", "observedGeneration"):
        count = min(count, _made_so_far(live))
    if ended_run(live, rules) is not None or step.ref.group_kind in _CRON_JOBS:
        return 0, False
    if step.action is not Action.UPDATE or step.merged is None:
        return count, step.action is Action.REPLACE
    after = {each.path: each for each in pods_of(step.merged, stated=stated).pods}.get(made.path)
    if after is None:
        return count, False
    fewer = max(0, count - (after.count if after.count is not None else count))
    changed = (made.metadata, made.spec) != (after.metadata, after.spec)
    return (count, True) if changed and _restarts(step, rules) else (fewer, False)


def _made_so_far(live: JsonObject) -> int:
    """The pods of a Deployment, StatefulSet or DaemonSet that exist: none where a quota refuses them."""
    return number_at(live, "status", "replicas") or number_at(live, *_SCHEDULED)


def _restarts(step: Step, rules: Rules) -> bool:
    """Whether a changed template replaces pods at once."""
    data = rules.find(step.ref.group_kind)
    spec = (step.merged or {}).get("spec") or {}
    if step.ref.group_kind == _RAY_CLUSTER:
        return text_at(spec, "upgradeStrategy", "type") == "Recreate"
    on_delete = text_at(spec, "updateStrategy", "type") == "OnDelete"
    keeps_pods = data is not None and data.keeps_pods
    return not (keeps_pods or spec.get("paused") is True or on_delete)


def _since(live: JsonObject) -> str:
    """When the run has begun; empty for what is no run."""
    return text_at(live, "status", "startTime")


def _gpus(spec: Mapping[str, Any]) -> int:
    """The GPUs that a pod asks for."""
    return sum(_amount(each) for each in spec.get("containers") or () if isinstance(each, Mapping))


def _amount(container: Mapping[str, Any]) -> int:
    from dlctl.quantity import amount

    limits = (container.get("resources") or {}).get("limits") or {}
    return sum(int(amount(str(value)) or 0) for name, value in limits.items() if _is_gpu(str(name)))


def _is_gpu(resource: str) -> bool:
    """Whether a device resource is GPUs, or parts of GPUs."""
    _, slash, name = resource.partition("/")
    return bool(slash) and (name.startswith(("gpu", "mig-")) or name.endswith("gpu"))
