"""Why a gang scheduler holds a job: the PodGroup that was made for it."""

from collections.abc import Iterator

from dlctl.deploy.why.held import held_by_gang
from dlctl.jobs.live import LiveJob
from dlctl.jobs.model import Reason


def gang_finding(job: LiveJob) -> Iterator[Reason]:
    """What keeps the pods of a group from starting together; nothing for a group that has started."""
    return (Reason("gang", text) for text in held_by_gang(job.pod_groups, job.pods or ()))
