"""What a wait is for: services are ready, jobs run, or jobs have ended."""

from enum import StrEnum

from dlctl.status import Phase, Status, Verdict


class Goal(StrEnum):
    """What `--wait-for` can ask for. An object that is no job is always waited for until it is ready."""

    DEFAULT = "default"
    READY = "ready"
    RUNNING = "running"
    FINAL = "final"


_AT_WORK = (Phase.RUNNING, Phase.SUCCEEDED)


def is_reached(verdict: Verdict, goal: Goal) -> bool:
    """Whether an object is as far as the goal asks; a pending job never is.

    A suspended job is where its spec wants it, unless it is asked to run or to end.
    """
    if verdict.phase is None:
        return verdict.status is Status.CURRENT
    if goal is Goal.FINAL:
        return verdict.phase is Phase.SUCCEEDED
    held = goal is Goal.DEFAULT and verdict.phase is Phase.SUSPENDED
    return verdict.status is Status.CURRENT and (held or verdict.phase in _AT_WORK)


def has_failed(verdict: Verdict) -> bool:
    """Whether waiting would change nothing: a pod that ended without success is Current in kstatus."""
    return verdict.status is Status.FAILED or verdict.phase is Phase.FAILED


def is_absent(verdict: Verdict) -> bool:
    """Whether an object is missing, or could not be read."""
    return verdict.status in (Status.NOT_FOUND, Status.UNKNOWN)
