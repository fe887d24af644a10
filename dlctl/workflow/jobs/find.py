"""Which job a name stands for, among those of the environments that were read."""

from collections.abc import Container, Sequence, Set

from msgspec import Struct

from dlctl.cluster.protocol import Cluster
from dlctl.errors import AppError
from dlctl.jobs.facts import Judge, Owner
from dlctl.jobs.find import full_name, named, named_by_run
from dlctl.jobs.live import LiveJob
from dlctl.jobs.model import Job
from dlctl.jobs.runs.record import run_of
from dlctl.manifest import ObjectRef, ref_of
from dlctl.suggest import did_you_mean
from dlctl.text import listed, shown_name
from dlctl.workflow.jobs.listing import ChosenJobs


class Searched(Struct, frozen=True):
    """The jobs of one environment, and the cluster that they were read from."""

    environment: str
    cluster: Cluster
    chosen: ChosenJobs

    @property
    def notes(self) -> tuple[str, ...]:
        """What may not be read."""
        return self.chosen.notes


class FoundJob(Struct, frozen=True):
    """A job as it was read, with the environment and the cluster where it stands."""

    environment: str
    cluster: Cluster
    live: LiveJob
    owner: Owner
    judge: Judge

    @property
    def ref(self) -> ObjectRef:
        """The identity of its object."""
        return ref_of(self.live.body)

    @property
    def run(self) -> str:
        """The run that it is; empty if it is none."""
        return run_of(self.live.body)

    @property
    def job(self) -> Job:
        """What is known of it. Raises RegistryError for data that is not valid."""
        return self.judge.job(self.live, self.owner)


class Names(Struct, frozen=True):
    """What messages call that which is looked for, and a list of what there is."""

    one: str
    known: str


JOBS = Names("job", "jobs")
PODS_TOO = Names("pod, job or server", "jobs and servers")


def the_one(
    name: str, searched: Sequence[Searched], what: Names = JOBS, components: Container[str] = ()
) -> FoundJob:
    """The one job that a name stands for: its own name, else that of its run.

    Raises AppError for none and for several; where it is one of `components`, it says how to continue.
    """
    every = [
        FoundJob(each.environment, each.cluster, live, owner, each.chosen.judge)
        for each in searched
        for live, owner in each.chosen.jobs
    ]
    own = [each for each in every if named(each.ref, name)]
    found = _each_once(own or [each for each in every if named_by_run(each.ref, each.run, name)])
    if not found:
        known = tuple(dict.fromkeys(each.run or each.ref.name for each in every))
        otherwise = f"{what.known}: {listed(known)}" if known else f"there are no {what.known}"
        hint = did_you_mean(name, known, otherwise)
        if name in components:
            hint = _of_component(name, {each.environment for each in searched})
        raise AppError(f"{what.one} {shown_name(name)} not found", hint=hint)
    if len(found) > 1:
        raise _several(name, found)
    return found[0]


def _of_component(name: str, environments: Set[str]) -> str:
    """How to continue; `environments` are those that were searched."""
    place = next(iter(environments)) if len(environments) == 1 else "ENV"
    return (
        f"component {name} has no job there: 'dlctl status {place} -c {name}' shows its objects; "
        f"to stop a server: dlctl delete {place} -c {name}"
    )


def _each_once(found: Sequence[FoundJob]) -> list[FoundJob]:
    """Jobs of the app before others; one in the namespace of two environments once, as its owner's."""
    by_uid = {each.live.uid: each for each in sorted(found, key=lambda each: bool(each.owner.environment))}
    ours = [each for each in by_uid.values() if each.owner.environment]
    return ours or list(by_uid.values())


def _several(name: str, found: Sequence[FoundJob]) -> AppError:
    pairs = sorted((each.environment, full_name(each.ref)) for each in found)
    environments = tuple(dict.fromkeys(environment for environment, _ in pairs))
    if len(environments) > 1:
        places = listed(f"{kind} in {environment}" for environment, kind in pairs)
        return AppError(
            f"job {shown_name(name)} exists in several environments: {places}", hint="pass --env ENV"
        )
    kinds = listed(kind for _, kind in pairs)
    return AppError(
        f"several jobs are called {shown_name(name)}: {kinds}", hint=f"name one of them: {pairs[0][1]}"
    )
