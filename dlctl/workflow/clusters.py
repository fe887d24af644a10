"""Read from several clusters at once: one that fails hides no other, and each cluster is read once."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from dlctl.cluster.protocol import Cluster, Identity
from dlctl.errors import DlctlError, Forbidden, Unauthorized
from dlctl.plan.identity import check_identity
from dlctl.workflow.many import Limits, run_many

Result = TypeVar("Result")

PARALLEL = 8
"""Clusters that are read at once."""
REQUEST_TIMEOUT = 10.0
"""Seconds for one request: a cluster that does not answer must not hold up the others for long."""


@dataclass(frozen=True, slots=True)
class ClusterTarget:
    """A cluster to read, by the name of an environment or of a context.

    `connect` sends no request yet. `cluster_id` is what an environment is pinned to; a `sandbox` has
    no pin.
    """

    name: str
    connect: Callable[[], Cluster]
    cluster_id: str = ""
    sandbox: bool = False


@dataclass(frozen=True, slots=True)
class Reached:
    """A cluster that answered: which one it is, after how many seconds, and what is odd about that."""

    target: ClusterTarget
    cluster: Cluster
    identity: Identity
    latency: float
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ClusterRead(Generic[Result]):
    """What reading one target gave: a result, an error, or the name of the target that is `same_as` it."""

    target: str
    reached: Reached | None = None
    result: Result | None = None
    error: DlctlError | None = None
    same_as: str = ""


def read_clusters(
    targets: Sequence[ClusterTarget], read: Callable[[Reached], Result]
) -> tuple[ClusterRead[Result], ...]:
    """One answer for each target, in the order given; targets of one cluster are read once, as the first.

    Where the first may not read it, the next one of the same cluster is asked. Raises KeyboardInterrupt.
    """
    reached, errors = _reach(targets)
    groups: dict[str, list[Reached]] = {}
    for target in targets:
        if target.name in reached:
            groups.setdefault(reached[target.name].identity.uid, []).append(reached[target.name])
    by_name = {group[0].target.name: group for group in groups.values()}
    outcomes = run_many(list(by_name), lambda name: _first_allowed(by_name[name], read), Limits(PARALLEL))
    if outcomes.interrupted:
        raise KeyboardInterrupt
    results = {each.environment: each for each in outcomes.each}
    owners = {one.target.name: group[0].target.name for group in groups.values() for one in group}
    answers = []
    for target in targets:
        owner = owners.get(target.name, "")
        if not owner:
            answers.append(ClusterRead[Result](target.name, error=errors[target.name]))
        elif owner != target.name:
            answers.append(ClusterRead[Result](target.name, reached[target.name], same_as=owner))
        else:
            outcome = results[owner]
            answers.append(ClusterRead(owner, reached[owner], outcome.result, outcome.error))
    return tuple(answers)


def _reach(targets: Sequence[ClusterTarget]) -> tuple[dict[str, Reached], dict[str, DlctlError]]:
    by_name = {target.name: target for target in targets}
    outcomes = run_many(list(by_name), lambda name: _identified(by_name[name]), Limits(PARALLEL))
    if outcomes.interrupted:
        raise KeyboardInterrupt
    reached = {each.environment: each.result for each in outcomes.each if each.result is not None}
    return reached, {each.environment: each.error for each in outcomes.each if each.error is not None}


def _identified(target: ClusterTarget) -> Reached:
    cluster = target.connect()
    asked = time.monotonic()
    identity = cluster.identity()
    latency = time.monotonic() - asked
    notes = check_identity(target.name, target.cluster_id, identity, writing=False, sandbox=target.sandbox)
    return Reached(target, cluster, identity, latency, notes)


def _first_allowed(group: Sequence[Reached], read: Callable[[Reached], Result]) -> Result:
    first: DlctlError | None = None
    for reached in group:
        try:
            return read(reached)
        except (Forbidden, Unauthorized) as error:
            first = first or error
    assert first is not None
    raise first
