"""Why a gang scheduler holds a job, by what was made for the job's pods."""

from collections.abc import Iterator

from dlctl.deploy.why.held import held_by_gang
from dlctl.jobs.live import LiveJob
from dlctl.jobs.model import Reason
from dlctl.status import Rules


def gang_finding(job: LiveJob, rules: Rules) -> Iterator[Reason]:
    """What keeps the pods of a gang from starting together; nothing for a gang that has started.

    Raises RegistryError for data that is not valid.
    """
    return (Reason("gang", text) for text in held_by_gang(job.gangs, job.pods or (), rules))
