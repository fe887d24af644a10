"""Pods whose program ended with an error and is started again and again."""

from collections.abc import Iterator, Mapping
from typing import Any

from dlctl.jobs.main_container import main_container
from dlctl.manifest import JsonObject
from dlctl.status.model import number_at, text_at, value_at


def restarts(pod: JsonObject) -> bool:
    """Whether the container of the user's program waits for its next start after a failure.

    Such a pod has the phase Running, and operators count it as active.
    """
    if text_at(pod, "status", "phase") != "Running" or value_at(pod, "metadata", "deletionTimestamp"):
        return False
    name = main_container(pod)
    return any(_failed(pod, each) for each in _statuses(pod) if text_at(each, "name") == name)


def _failed(pod: JsonObject, status: Mapping[str, Any]) -> bool:
    if text_at(status, "state", "waiting", "reason") == "CrashLoopBackOff":
        return True
    started_again = text_at(pod, "spec", "restartPolicy") != "Never"
    return started_again and number_at(status, "state", "terminated", "exitCode") != 0


def _statuses(pod: JsonObject) -> Iterator[Mapping[str, Any]]:
    found = value_at(pod, "status", "containerStatuses")
    yield from (each for each in (found if isinstance(found, list) else ()) if isinstance(each, Mapping))
