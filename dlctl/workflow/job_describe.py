"""One job of an app, looked for on the clusters of its environments."""

from collections.abc import Callable, Iterable, Sequence

from msgspec import Struct

from dlctl.cluster.protocol import Cluster
from dlctl.errors import AppError
from dlctl.jobs.description import JobDescription, describe
from dlctl.jobs.find import full_name, named, names
from dlctl.jobs.model import Job
from dlctl.suggest import did_you_mean
from dlctl.text import listed, shown_name
from dlctl.workflow.job_list import ChosenJobs


class LookedFor(Struct, frozen=True):
    """What an environment has by a name: the jobs that it stands for, and the names of all its jobs."""

    found: tuple[Job, ...]
    known: tuple[str, ...]
    describe: Callable[[Job], JobDescription]


def look_for(cluster: Cluster, chosen: ChosenJobs, name: str) -> LookedFor:
    """The jobs of an environment that a name stands for. Raises RegistryError."""
    by_uid = {each.uid: (each, owner) for each, owner in chosen.jobs}
    jobs = [chosen.judge.job(each, owner) for each, owner in chosen.jobs]

    def described(job: Job) -> JobDescription:
        return describe(cluster, *by_uid[job.uid], chosen.judge)

    return LookedFor(tuple(job for job in jobs if named(job, name)), names(jobs), described)


def the_one(name: str, looked: Sequence[tuple[str, LookedFor]]) -> tuple[str, Job, LookedFor]:
    """The one job that a name stands for, with its environment. Raises AppError for none and for several."""
    found = [(environment, job, each) for environment, each in looked for job in each.found]
    if not found:
        known = tuple(dict.fromkeys(each for _, one in looked for each in one.known))
        otherwise = f"jobs: {listed(known)}" if known else "there are no jobs"
        raise AppError(f"job {shown_name(name)} not found", hint=did_you_mean(name, known, otherwise))
    if len(found) > 1:
        raise _several(name, [(environment, job) for environment, job, _ in found])
    return found[0]


def _several(name: str, found: Iterable[tuple[str, Job]]) -> AppError:
    pairs = sorted((environment, full_name(job)) for environment, job in found)
    environments = tuple(dict.fromkeys(environment for environment, _ in pairs))
    if len(environments) > 1:
        places = listed(f"{kind} in {environment}" for environment, kind in pairs)
        return AppError(
            f"job {shown_name(name)} stands in several environments: {places}", hint="pass --env ENV"
        )
    kinds = listed(kind for _, kind in pairs)
    return AppError(
        f"several jobs are called {shown_name(name)}: {kinds}", hint=f"name one of them: {pairs[0][1]}"
    )
