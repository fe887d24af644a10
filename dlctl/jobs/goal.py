"""How far a job must be: what `job wait` asks, and whether a job can still get there."""

from dlctl.jobs.choices import JobGoal
from dlctl.jobs.model import Job
from dlctl.status.model import Phase

_PAST = {
    JobGoal.STARTED: (Phase.STARTING, Phase.RUNNING, Phase.RESTARTING, Phase.SUCCEEDED),
    JobGoal.RUNNING: (Phase.RUNNING, Phase.SUCCEEDED),
}
"""The phases that a goal is, or that come after it: a short run may never be seen at work."""


def is_reached(job: Job, goal: JobGoal) -> bool:
    """Whether a job that exists is as far as the goal asks."""
    if goal in _PAST:
        return job.phase in _PAST[goal]
    wanted = {JobGoal.FINAL: Phase.SUCCEEDED, JobGoal.FAILED: Phase.FAILED}.get(goal)
    return job.final and job.phase is wanted


def is_missed(job: Job, goal: JobGoal) -> bool:
    """Whether a job has ended otherwise: waiting would change nothing."""
    return job.final and goal is not JobGoal.DELETED and not is_reached(job, goal)
