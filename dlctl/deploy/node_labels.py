"""Write labels of nodes by server-side apply: each node by itself, several at once."""

from collections.abc import Callable, Mapping, Sequence
from typing import Self

from msgspec import Struct

from dlctl.cluster.protocol import Cluster, Resource
from dlctl.deploy.model import Result
from dlctl.deploy.options import DeployOptions
from dlctl.deploy.record import RESULT_UNKNOWN, note_sent
from dlctl.errors import (
    Conflict,
    DlctlError,
    Forbidden,
    Invalid,
    NotFound,
    PlanError,
    Unauthorized,
    Unreachable,
)
from dlctl.events import Emit, Progress, no_events
from dlctl.manifest import JsonObject
from dlctl.nodes.labelling.model import NodePlan
from dlctl.plan.parallel import as_done

_NODES = Resource("", "v1", "Node", "nodes", namespaced=False)
Replan = Callable[[JsonObject], NodePlan]
"""Compares a node as it is now."""
ATTEMPTS = 5
"""Times that a node is compared and written: its kubelet and controllers write it, too."""


class Labelled(Struct, frozen=True):
    """How writing one node ended; `reason` says why it was skipped, or is unknown."""

    plan: NodePlan
    result: Result
    error: DlctlError | None = None
    reason: str = ""


class LabelReport(Struct, frozen=True):
    """One outcome for each node of a plan, in order."""

    nodes: tuple[Labelled, ...]
    interrupted: bool = False

    @classmethod
    def not_written(cls, plans: Sequence[NodePlan]) -> Self:
        """The report of a cluster that an interrupt left out."""
        return cls(tuple(Labelled(plan, not_ended(plan)) for plan in plans), interrupted=True)

    @property
    def errors(self) -> tuple[DlctlError, ...]:
        """Why nodes failed."""
        return tuple(each.error for each in self.nodes if each.error is not None)


def not_ended(plan: NodePlan) -> Result:
    """How a node ended that no request was sent for: done where nothing would change."""
    return Result.STOPPED if plan.differs else Result.DONE


def write_labels(
    cluster: Cluster,
    plans: Sequence[NodePlan],
    replan: Mapping[str, Replan],
    options: DeployOptions | None = None,
    *,
    dry_run: bool = False,
    emit: Emit = no_events,
) -> LabelReport:
    """Apply the plans of nodes. With `dry_run` the API server checks the requests and stores nothing.

    A node that changed since it was read is compared again with `replan`, and written if the changes are the
    same. Failures are in the report; so is an interrupt. A cluster that does not answer, or does not allow
    the first write, gets no further requests.
    """
    writer = _Writer(cluster, replan, options or DeployOptions(), dry_run=dry_run)
    return writer.all(plans, emit)


class _Writer:
    """Writes the nodes of one cluster; `all` once, from the caller's thread."""

    def __init__(
        self, cluster: Cluster, replan: Mapping[str, Replan], options: DeployOptions, *, dry_run: bool
    ) -> None:
        self._cluster = cluster
        self._replan = replan
        self._options = options
        self._dry_run = dry_run
        self._lost = ""
        self._begun: set[int] = set()

    def all(self, plans: Sequence[NodePlan], emit: Emit) -> LabelReport:
        """Write those that differ."""
        stop = self._options.stop
        todo = [index for index, plan in enumerate(plans) if plan.differs]
        ended: dict[int, Labelled] = {}
        try:
            for index, outcome in as_done(
                lambda i: self._one(plans, i), todo, self._options.threads, stop.is_set
            ):
                ended[index] = outcome
                emit(Progress("nodes labeled", len(ended), len(todo)))
        except KeyboardInterrupt:
            stop.set()
        outcomes = (ended.get(index) or self._not_ended(plan, index) for index, plan in enumerate(plans))
        return LabelReport(tuple(outcomes), interrupted=stop.is_set())

    def _not_ended(self, plan: NodePlan, index: int) -> Labelled:
        if index in self._begun:
            return Labelled(plan, Result.UNKNOWN, reason=RESULT_UNKNOWN)
        return Labelled(plan, not_ended(plan))

    def _one(self, plans: Sequence[NodePlan], index: int) -> Labelled:
        plan = plans[index]
        if self._options.stop.is_set():
            return Labelled(plan, Result.STOPPED)
        if self._lost:
            return Labelled(plan, Result.SKIPPED, reason=self._lost)
        self._begun.add(index)
        if not self._dry_run:
            note_sent()
        try:
            return self._written(plan)
        except (Unreachable, Unauthorized, Forbidden) as error:
            self._lost = f"skipped after an earlier error: {error.message}"
            if isinstance(error, Unreachable) and error.may_have_written and not self._dry_run:
                return Labelled(plan, Result.UNKNOWN, error, RESULT_UNKNOWN)
            return Labelled(plan, Result.FAILED, error)
        except DlctlError as error:
            return Labelled(plan, Result.FAILED, error)

    def _written(self, plan: NodePlan) -> Labelled:
        fresh: NodePlan | None = plan
        for _ in range(ATTEMPTS):
            if fresh is None:
                return Labelled(plan, Result.SKIPPED, reason="the node was deleted meanwhile")
            if fresh.applied == plan.applied and not fresh.differs:
                return Labelled(plan, Result.DONE)
            if (fresh.uid, fresh.changes) != (plan.uid, plan.changes):
                break
            fresh = self._sent(fresh)
        raise PlanError(
            f"Node/{plan.node} changed after its labels were read; it was not written",
            hint="run the command again to see what would change now",
        )

    def _sent(self, plan: NodePlan) -> NodePlan | None:
        """Write a node, and compare it again: with its new state, or the one that was in the way.

        None for a node that was deleted. Raises ClusterError.
        """
        try:
            live = self._cluster.apply(_NODES, _body(plan), dry_run=self._dry_run, field_manager=plan.manager)
        except (Conflict, Invalid) as error:
            try:
                live = self._cluster.get(_NODES, plan.node)
            except NotFound:
                return None
            if isinstance(error, Invalid) and live["metadata"].get("uid") == plan.uid:
                raise
        return self._replan[plan.manager](live)


def _body(plan: NodePlan) -> JsonObject:
    """Only the labels, of this very node and of the state that was compared.

    Without `uid` server-side apply would create a node that was deleted meanwhile.
    """
    labels = {"labels": dict(plan.applied)} if plan.applied else {}
    own = {"name": plan.node, "uid": plan.uid, "resourceVersion": plan.resource_version}
    return {"apiVersion": "v1", "kind": "Node", "metadata": {**own, **labels}}
