"""How many pods of a job are ready, and the accelerators that they hold."""

from collections.abc import Iterable, Sequence

from dlctl.deploy.why.held import runs
from dlctl.jobs.live import LiveJob
from dlctl.jobs.model import Devices, Replicas
from dlctl.kinds.made_pods import MadePods, pods_of
from dlctl.manifest import JsonObject
from dlctl.nodes.inventory.amounts import whole
from dlctl.nodes.inventory.names import is_device
from dlctl.nodes.inventory.requests import pod_requests
from dlctl.status.model import condition, mapping_at, text_at, value_at

_ASKING = ("containers", "initContainers", "resources", "overhead")
"""The fields of a pod's spec that say what it asks for; what its status says is of cpu and memory alone."""
_ENDED = frozenset({"Succeeded", "Failed"})


Made = tuple[MadePods, ...] | None
"""The pods that a job makes; None where they are not known from it."""


def replicas_of(made: Made, pods: Sequence[JsonObject] | None) -> Replicas:
    """The ready pods of those that the job makes; of those that there are, where that is not known."""
    required = sum(each.count or 0 for each in made) if made is not None else None
    if pods is None:
        return Replicas(None, required)
    return Replicas(sum(map(_is_ready, pods)), required if required is not None else len(pods) or None)


def lacks_pods(job: LiveJob) -> bool:
    """Whether a job may have fewer pods than it makes."""
    required = replicas_of(made_by(job.body), job.pods).required
    return not job.pods or required is None or len(job.pods) < required


def _is_ready(pod: JsonObject) -> bool:
    """Whether a pod is ready, or has succeeded; one without that condition, if it runs."""
    succeeded = text_at(pod, "status", "phase") == "Succeeded"
    return runs(pod) and (succeeded or condition(pod, "Ready").get("status", "True") == "True")


def devices_of(made: Made, pods: Sequence[JsonObject] | None) -> Devices:
    """A pod that has a node and has not ended holds its accelerators, also while it is being deleted."""
    wanted = sum((each.count or 0) * devices_in({"spec": each.spec}) for each in made) if made else None
    if pods is None:
        return Devices(None, wanted)
    living = tuple(_not_ended(pods))
    if wanted is None:
        wanted = _devices_in(living) if pods else None
    return Devices(_devices_in(pod for pod in living if value_at(pod, "spec", "nodeName")), wanted)


def made_by(body: JsonObject) -> Made:
    """The pods that a job makes."""
    found = pods_of(body)
    known = found.checked and not found.unknown and all(each.count is not None for each in found.pods)
    return found.pods if known and found.pods else None


def _not_ended(pods: Iterable[JsonObject]) -> Iterable[JsonObject]:
    return (pod for pod in pods if text_at(pod, "status", "phase") not in _ENDED)


def _devices_in(pods: Iterable[JsonObject]) -> int:
    """The accelerators of pods, of which many ask for the same."""
    total, asked, count = 0, None, 0
    for pod in pods:
        spec = mapping_at(pod, "spec")
        if (asks := [spec.get(key) for key in _ASKING]) != asked:
            asked, count = asks, devices_in(pod)
        total += count
    return total


def devices_in(pod: JsonObject) -> int:
    """The accelerators that a pod asks for."""
    return sum(whole(value) for name, value in pod_requests(pod).items() if is_device(name))
