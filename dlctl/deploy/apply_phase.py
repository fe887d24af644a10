"""The apply phase of a run."""

from collections.abc import Sequence
from functools import partial

from dlctl.cluster.protocol import Cluster, Resource
from dlctl.deploy.dependencies import NO_DEPENDENCIES, Dependencies
from dlctl.deploy.failed_dependencies import Failures
from dlctl.deploy.model import Result
from dlctl.deploy.options import DeployOptions
from dlctl.deploy.record import Record
from dlctl.deploy.same_cluster import require_same_cluster
from dlctl.events import Emit, Progress
from dlctl.kinds import DEFINITION
from dlctl.manifest import ApiKey, ObjectRef
from dlctl.plan.model import Action, Plan, Step


class ApplyPhase:
    """Applies objects. A step is done when its request succeeds; CRDs must also be established.

    A failure stops only the steps that depend on the object. `parent` is the ApplySet parent.
    """

    done_when_sent = True
    has_events = True

    def __init__(
        self,
        plan: Plan,
        cluster: Cluster,
        options: DeployOptions,
        emit: Emit,
        order: Dependencies = NO_DEPENDENCIES,
        parent: ObjectRef | None = None,
    ) -> None:
        self._parent = parent
        self._cluster = cluster
        self._planned_for = plan.identity
        self._manager = plan.scope.managers.current
        self._options = options
        self._emit = emit
        self._order = order
        self._failures = Failures(order.needs)
        self._resources: dict[ApiKey, Resource] = {}
        self._created: set[str] = set()
        with_manifest = [(step, step.manifest.api_key) for step in plan.steps if step.manifest is not None]
        self._used = frozenset(key for _, key in with_manifest)
        self._predicted = frozenset(key for step, key in with_manifest if _is_predicted(step))

    def check_cluster(self) -> None:
        """Raise DeployError if it is not the planned cluster any more, or the lock is lost; ClusterError."""
        self._options.before_wave()
        require_same_cluster(self._cluster, self._planned_for)

    def blocker(self, step: Step, record: Record) -> str:
        """The failure of an earlier wave that the step depends on; every member needs the ApplySet parent."""
        if self._parent is not None and record.failed_ref(self._parent):
            return f"its ApplySet parent was not written: {self._parent}"
        return self._failures.blocker(step)

    def send(self, step: Step, record: Record) -> None:
        """Apply the step's manifest. Raises ClusterError and DeployError."""
        from dlctl.deploy.apply_step import delete_first, take_step

        if step.action is Action.REPLACE:
            accepted = partial(record.accepted, step)
            delete_first(self._cluster, step, self._options, self._resources, accepted)
            record.begin(step)
        take_step(self._cluster, step, self._manager, self._options, self._resources, self._created)

    def finish_wave(self, steps: Sequence[Step], record: Record) -> None:
        """Wait for the CRDs of the wave; take note of what failed and what was created."""
        definitions = [step for step in steps if self._is_awaited(step, record)]
        if definitions and not self._options.is_stopped:
            self._wait_for_definitions(definitions, record)
        self._await_needed(steps, record)
        for step in steps:
            outcome = record.outcome(step)
            self._failures.add(step, outcome)
            if outcome.result is Result.DONE and step.action in (Action.CREATE, Action.REPLACE):
                self._created.add(step.ref.name)

    def _await_needed(self, steps: Sequence[Step], record: Record) -> None:
        """Wait for what other objects depend on by annotation, as kpt does; it fails if it is not ready."""
        for step in steps:
            awaited = step.ref in self._order.awaited and record.outcome(step).result is Result.DONE
            if not awaited or step.ref.group_kind == DEFINITION or self._options.is_stopped:
                continue
            from dlctl.deploy.wait import await_ready

            self._emit(Progress(f"waiting for {step.ref.kind}/{step.ref.name}"))
            error = await_ready(self._cluster, step, self._options)
            if error is not None:
                record.failed(step, error)

    def _is_awaited(self, step: Step, record: Record) -> bool:
        """Whether to wait for a CRD: if it was just written, or its kind is not served."""
        if step.ref.group_kind != DEFINITION or record.outcome(step).result is not Result.DONE:
            return False
        if step.action is not Action.UNCHANGED or not self._predicted:
            return step.action is not Action.UNCHANGED
        from dlctl.deploy.wait_for_crds import kinds_of

        return bool(self._predicted & kinds_of(step))

    def _wait_for_definitions(self, definitions: Sequence[Step], record: Record) -> None:
        from dlctl.deploy.wait_for_crds import wait_for_kinds

        self._emit(Progress("waiting for CRDs to be established"))
        served = wait_for_kinds(self._cluster, definitions, self._used, self._options)
        self._resources.update(served.resources)
        for step in definitions:
            error = served.failures.get(step.ref)
            if error is not None:
                record.failed(step, error)


def _is_predicted(step: Step) -> bool:
    """Whether the step's resource was derived from a CRD of the plan: only a server returns verbs."""
    return step.resource is not None and not step.resource.verbs
