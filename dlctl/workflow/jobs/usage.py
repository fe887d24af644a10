"""The jobs of an environment that hold accelerators, or wait for them."""

from msgspec import Struct

from dlctl.app.model import Target
from dlctl.cluster.protocol import Cluster
from dlctl.jobs.usage import UsedJob, is_counted, used_job
from dlctl.status import Rules
from dlctl.workflow.jobs.listing import JobQuery, chosen_jobs


class UsedJobs(Struct, frozen=True):
    """The jobs; `notes` say what may not be read."""

    jobs: tuple[UsedJob, ...]
    notes: tuple[str, ...]


def used_jobs(cluster: Cluster, target: Target, rules: Rules, query: JobQuery) -> UsedJobs:
    """The jobs of an environment, with their owners. Raises ClusterError, RegistryError."""
    found = chosen_jobs(cluster, target, query, rules, brief=True)
    jobs = (used_job(live, found.judge.job(live, owner)) for live, owner in found.jobs)
    return UsedJobs(tuple(each for each in jobs if is_counted(each.job)), found.notes)
