"""Why one pod does not work, from its status: the outermost layer that has a finding."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

from dlctl.manifest import JsonObject
from dlctl.status.model import condition, is_true, message_of, number_at, text_at, value_at

ROLES = (
    "training.kubeflow.org/replica-type",
    "jobset.sigs.k8s.io/replicatedjob-name",
    "volcano.sh/task-spec",
    "paddle-res-type",
    "ray.io/node-type",
)
"""Labels of pods with their role in a job."""

_NODES = re.compile(r"^0/\d+ nodes are available: (.*?)\.?( (no new claims|preemption:).*)?$", re.DOTALL)
_IMAGE = ("ErrImagePull", "ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull")


class PodCause(Struct, frozen=True):
    """Why a pod does not work. `container` is that whose log shows it; empty where none does."""

    layer: str
    text: str
    container: str = ""
    restarted: bool = False


def role_of(pod: JsonObject) -> str:
    """The role of a pod in its job; empty if it has none."""
    return next((role for label in ROLES if (role := text_at(pod, "metadata", "labels", label))), "")


def pod_cause(pod: JsonObject) -> PodCause | None:
    """The cause; None for a pod that works, or has succeeded."""
    scheduled = condition(pod, "PodScheduled")
    if scheduled.get("status") == "False":
        return _unscheduled(scheduled)
    if text_at(pod, "status", "reason"):  # Evicted, NodeLost, UnexpectedAdmissionError
        detail = text_at(pod, "status", "message").strip()
        return PodCause("pod", ": ".join(filter(None, (text_at(pod, "status", "reason"), detail))))
    for status in _containers(pod):
        found = _container_cause(pod, status)
        if found is not None:
            return found
    return _by_phase(pod)


def _by_phase(pod: JsonObject) -> PodCause | None:
    phase = text_at(pod, "status", "phase")
    if phase == "Succeeded" or is_true(condition(pod, "Ready")):
        return None
    if phase == "Running":
        return PodCause("pod", message_of(condition(pod, "Ready"), "running, not ready"))
    return PodCause("pod", f"{phase.lower() or 'pending'}")


def _unscheduled(scheduled: Mapping[str, Any]) -> PodCause:
    if scheduled.get("reason") == "SchedulingGated":
        return PodCause("queue", message_of(scheduled, "held by scheduling gates"))
    message = message_of(scheduled, "no node fits")
    found = _NODES.match(message)
    return PodCause("scheduler", f"no node fits: {_by_count(found[1]) if found else message}")


def _by_count(reasons: str) -> str:
    """The scheduler's reasons, those of most nodes first."""
    parts = re.split(r", (?=\d+ )", reasons)
    return ", ".join(sorted(parts, key=lambda part: -int((re.match(r"\d+", part) or ["0"])[0])))


def _containers(pod: JsonObject) -> Iterator[Mapping[str, Any]]:
    for key in ("initContainerStatuses", "containerStatuses"):
        statuses = value_at(pod, "status", key)
        yield from (
            each for each in (statuses if isinstance(statuses, list) else ()) if isinstance(each, Mapping)
        )


def _container_cause(pod: JsonObject, status: Mapping[str, Any]) -> PodCause | None:
    name, restarts = text_at(status, "name"), number_at(status, "restartCount")
    waiting = text_at(status, "state", "waiting", "reason")
    if waiting in _IMAGE:
        return PodCause("image", f"{waiting}, image {text_at(status, 'image') or _image(pod, name)}")
    ended = value_at(status, "state", "terminated") or value_at(status, "lastState", "terminated")
    if isinstance(ended, Mapping) and number_at(ended, "exitCode"):
        again = f", restarted {restarts} times" if restarts > 1 else ", restarted once" if restarts else ""
        return PodCause("crash", f"{_ended(pod, name, ended)}{again}", name, restarted=bool(restarts))
    if waiting and waiting != "PodInitializing":
        detail = text_at(status, "state", "waiting", "message")
        return PodCause("start", ": ".join(filter(None, (waiting, detail))))
    return None


def _ended(pod: JsonObject, name: str, ended: Mapping[str, Any]) -> str:
    reason, code = text_at(ended, "reason"), number_at(ended, "exitCode")
    if reason == "OOMKilled":
        limit = text_at(_spec_of(pod, name), "resources", "limits", "memory")
        return f"OOMKilled, limit {limit}" if limit else "OOMKilled, no limit"
    return f"exit {code}" if reason in ("", "Error") else f"{reason}, exit {code}"


def _image(pod: JsonObject, name: str) -> str:
    return text_at(_spec_of(pod, name), "image")


def _spec_of(pod: JsonObject, name: str) -> Mapping[str, Any]:
    for key in ("containers", "initContainers"):
        specs = value_at(pod, "spec", key)
        for spec in specs if isinstance(specs, list) else ():
            if text_at(spec, "name") == name:
                return dict(spec)
    return {}
