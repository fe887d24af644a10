"""The containers of a pod, and which run of each there is."""

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

from dlctl.manifest import JsonObject
from dlctl.status.model import mapping_at, number_at, text_at, value_at

_SPECS = ("initContainers", "containers", "ephemeralContainers")
_STATUSES = ("containerStatuses", "initContainerStatuses", "ephemeralContainerStatuses")


class ContainerRun(Struct, frozen=True):
    """The present run of a container, by the id that its runtime gave it; `id` is empty before the first one.

    `waiting` is why it has not started. `before` is the id of the run before it. `exit_code` is that of the
    run before a restart, else of the run itself.
    """

    id: str
    ended: bool
    waiting: str = ""
    before: str = ""
    exit_code: int | None = None


def names_in(pod: JsonObject) -> tuple[str, ...]:
    """All containers of a pod: init containers, those of the program, ephemeral ones."""
    return tuple(text_at(each, "name") for key in _SPECS for each in _items(pod, "spec", key))


def init_names(pod: JsonObject) -> tuple[str, ...]:
    """The init containers of a pod, in their order."""
    return tuple(text_at(each, "name") for each in _items(pod, "spec", "initContainers"))


def run_of(pod: JsonObject, container: str) -> ContainerRun:
    """The run of a container whose log there is: the present one, else the last."""
    statuses = (each for key in _STATUSES for each in _items(pod, "status", key))
    status = next((each for each in statuses if text_at(each, "name") == container), {})
    state, last = mapping_at(status, "state"), mapping_at(status, "lastState", "terminated")
    ended = mapping_at(state, "terminated")
    if ended or "running" in state:
        of_run = ended or mapping_at(state, "running")
        name = text_at(status, "containerID") or text_at(of_run, "startedAt")
        return ContainerRun(name, bool(ended), "", _id(last), _code(last or ended))
    waiting = text_at(state, "waiting", "reason") or "not started"
    if last:
        return ContainerRun(_id(last), True, waiting, "", _code(last))
    return ContainerRun("", False, waiting)


def _id(ended: Mapping[str, Any]) -> str:
    """The runtime's id of a run, else its start: runtimes that simulate containers give none."""
    return text_at(ended, "containerID") or text_at(ended, "startedAt")


def _code(ended: Mapping[str, Any]) -> int | None:
    return number_at(ended, "exitCode") if ended else None


def _items(pod: JsonObject, part: str, key: str) -> Iterator[Mapping[str, Any]]:
    found = value_at(pod, part, key)
    return (each for each in (found if isinstance(found, list) else ()) if isinstance(each, Mapping))
