"""Read from several clusters at once: one that fails hides no other, and each cluster is read once."""

import time
from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Generic, TypeVar

from msgspec import Struct

from dlctl.cluster.protocol import Cluster, Identity
from dlctl.errors import DlctlError, Forbidden, Unauthorized
from dlctl.plan.identity import check_identity, refuse_other
from dlctl.workflow.many import Limits, Outcome, run_many

Result = TypeVar("Result")

PARALLEL = 8
"""Clusters that are read at once."""
REQUEST_TIMEOUT = 10.0
"""Seconds for one request: a cluster that does not answer must not hold up the others for long."""


class ClusterTarget(Struct, frozen=True):
    """A cluster to read, by the name of an environment or of a context.

    `connect` sends no request yet. `cluster_id` is what an environment is pinned to, `server` the URL that
    it has; a `sandbox` has no pin.
    """

    name: str
    connect: Callable[[], Cluster]
    cluster_id: str = ""
    sandbox: bool = False
    server: str = ""


class Reached(Struct, frozen=True):
    """A cluster that answered: which one it is, after how many seconds, and what is odd about that."""

    target: ClusterTarget
    cluster: Cluster
    identity: Identity
    latency: float
    notes: tuple[str, ...] = ()


class ClusterRead(Struct, Generic[Result], frozen=True):
    """What reading one target gave: a result, an error, or the name of the target that is `same_as` it."""

    target: str
    reached: Reached | None = None
    result: Result | None = None
    error: DlctlError | None = None
    same_as: str = ""


def _alike(target: str) -> Hashable:
    return None


def read_clusters(
    targets: Sequence[ClusterTarget],
    read: Callable[[Reached], Result],
    *,
    question: Callable[[str], Hashable] = _alike,
) -> tuple[ClusterRead[Result], ...]:
    """One answer for each target, in the order given; targets of one cluster are read once, as the first.

    Where the first may not read it, the next one of the same cluster is asked. Targets of one cluster of
    which `question` differs, by their names, are read each. Raises KeyboardInterrupt.
    """
    by_name = {target.name: target for target in targets}
    identified = _at_once(list(by_name), lambda name: _identified(by_name[name]))
    groups: dict[tuple[str, Hashable], list[Reached]] = {}
    for each in identified:
        if each.result is not None:
            key = each.result.identity.uid, question(each.environment)
            groups.setdefault(key, []).append(each.result)
    first = {group[0].target.name: group for group in groups.values()}
    read_once = _at_once(list(first), lambda name: _first_allowed(first[name], read))
    results = {each.environment: each for each in read_once}
    owners = {one.target.name: group[0].target.name for group in groups.values() for one in group}
    return tuple(_answer(each, owners.get(each.environment, ""), results) for each in identified)


def require_pinned(reached: Reached) -> None:
    """Raise PlanError where a cluster is not the one that its environment is pinned to."""
    target = reached.target
    check_identity(
        target.name,
        target.cluster_id,
        reached.identity,
        writing=True,
        sandbox=target.sandbox,
        server=target.server,
    )


def require_not_other(reached: Reached) -> None:
    """Raise OtherCluster where a cluster is known to be another one than its environment is pinned to."""
    target = reached.target
    if not target.sandbox:
        refuse_other(target.name, target.cluster_id, reached.identity)


def _at_once(names: Sequence[str], work: Callable[[str], Result]) -> tuple[Outcome[Result], ...]:
    outcomes = run_many(names, work, Limits(PARALLEL))
    if outcomes.interrupted:
        raise KeyboardInterrupt
    return outcomes.each


def _answer(
    identified: Outcome[Reached], owner: str, results: Mapping[str, Outcome[Result]]
) -> ClusterRead[Result]:
    name, reached = identified.environment, identified.result
    if reached is not None and owner == name:
        return ClusterRead(name, reached, results[name].result, results[name].error)
    return ClusterRead(name, reached, None, identified.error, owner)


def _identified(target: ClusterTarget) -> Reached:
    cluster = target.connect()
    asked = time.monotonic()
    identity = cluster.identity()
    latency = time.monotonic() - asked
    notes = check_identity(
        target.name,
        target.cluster_id,
        identity,
        writing=False,
        sandbox=target.sandbox,
        server=target.server,
    )
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
