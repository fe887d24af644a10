"""What options of commands on jobs take. It imports nothing: `--help` and completion read it, too."""

from enum import StrEnum


class JobGoal(StrEnum):
    """How far a job must be: what `job wait --for` takes."""

    FINAL = "final"
    FAILED = "failed"
    RUNNING = "running"
    STARTED = "started"
    DELETED = "deleted"


class UsageBy(StrEnum):
    """What jobs are added up by: what `job top --by` takes."""

    QUEUE = "queue"
    NAMESPACE = "namespace"
    OWNER = "owner"
    JOB = "job"


class Pick(StrEnum):
    """Which of the environments where a run fits is taken: the first, or that with most free devices."""

    FIRST_FIT = "first-fit"
    MOST_FREE = "most-free"
