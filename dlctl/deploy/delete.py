"""A target, taken off its cluster: the waves backwards, each gone before the next."""

from collections.abc import Iterable
from itertools import groupby

from dlctl.cluster.protocol import Cluster, Resource
from dlctl.deploy.events import Applied, Emit, Failed, Progress, no_events
from dlctl.deploy.model import Outcome, Report, Result
from dlctl.deploy.options import DeployOptions
from dlctl.deploy.wait import Deadline, still_there
from dlctl.errors import Conflict, DlctlError, Forbidden, NotFound, UnknownKind
from dlctl.manifest import JsonObject, ObjectRef
from dlctl.plan.deletion import plan_delete
from dlctl.plan.model import Plan, Scope, Step
from dlctl.plan.parallel import as_done


def delete_target(
    scope: Scope,
    cluster: Cluster,
    options: DeployOptions | None = None,
    emit: Emit = no_events,
    *,
    prune_protected: bool = False,
) -> Report:
    """Find what is the target's, and delete it."""
    options = options or DeployOptions()
    emit(Progress("looking for what is to be deleted"))
    plan = plan_delete(scope, cluster, prune_protected=prune_protected, threads=options.threads)
    return delete_plan(plan, cluster, options, emit)


def delete_plan(
    plan: Plan, cluster: Cluster, options: DeployOptions | None = None, emit: Emit = no_events
) -> Report:
    """Delete what a plan of `plan_delete` lists, by UID and in the foreground, and wait until it is gone.

    What hangs is in the report as NotReady, with its finalizers; the waves after it are skipped,
    since the controllers that must let it go may be in them.
    """
    options = options or DeployOptions()
    started = options.clock.now()
    run = _Deletion(plan, cluster, options, emit)
    run.all_waves()
    outcomes = tuple(run.outcomes.get(step.ref) or _outcome(step, Result.STOPPED) for step in plan.steps)
    duration = options.clock.now() - started
    return Report(plan.scope, outcomes, duration, interrupted=options.stop.is_set(), notes=plan.notes)


class _Deletion:
    """The state of one deletion."""

    def __init__(self, plan: Plan, cluster: Cluster, options: DeployOptions, emit: Emit) -> None:
        self.plan = plan
        self.cluster = cluster
        self.options = options
        self.emit = emit
        self.outcomes: dict[ObjectRef, Outcome] = {}

    def all_waves(self) -> None:
        try:
            for _, steps in groupby(self.plan.steps, key=lambda step: step.wave):
                self.wave(list(steps))
        except KeyboardInterrupt:
            self.options.stop.set()

    def wave(self, steps: list[Step]) -> None:
        if any(outcome.result is Result.FAILED for outcome in self.outcomes.values()):
            self.skip(steps)
            return
        sent: list[Step] = []
        for step, outcome in as_done(self.take, steps, self.options.threads):
            if outcome is not None and outcome.error is not None:
                self.emit(Failed(step.ref, outcome.error))
            elif outcome is not None:
                sent.append(step)
        if self.options.wait:
            self.wait_gone(sent)
        else:
            self.done(sent)

    def skip(self, steps: list[Step]) -> None:
        for step in steps:
            reason = "what was applied after it is still there"
            self.outcomes[step.ref] = _outcome(step, Result.SKIPPED, reason=reason)

    def take(self, step: Step) -> Outcome | None:
        """In a worker: ask for the deletion; None once the user stopped."""
        if self.options.stop.is_set() or step.resource is None:
            return None
        error = _delete(self.cluster, step, step.resource, self.options)
        outcome = _outcome(step, Result.FAILED if error else Result.DONE, error=error)
        if error is not None:
            self.outcomes[step.ref] = outcome
        return outcome

    def wait_gone(self, steps: list[Step]) -> None:
        """Look, kind by kind, until none of the objects is there any more."""
        deadline = Deadline(self.options)
        left = steps
        while left:
            remaining = self.remaining(left)
            self.done(step for step in left if step.uid not in remaining)
            left = [step for step in left if step.uid in remaining]
            if left:
                self.emit(Progress("waiting for objects to go away", len(steps) - len(left), len(steps)))
                if not deadline.pause():
                    self.hanging(left, remaining)
                    return

    def remaining(self, steps: list[Step]) -> dict[str, JsonObject]:
        """The metadata of the objects that are still there, by UID; one LIST per kind and namespace."""
        found: dict[str, JsonObject] = {}
        places = {(step.resource, step.ref.namespace) for step in steps}
        for resource, namespace in places:
            if resource is not None:
                found.update(_listed(self.cluster, resource, namespace, self.plan.scope.selector))
        return found

    def done(self, steps: Iterable[Step]) -> None:
        for step in steps:
            self.outcomes[step.ref] = _outcome(step, Result.DONE)
            self.emit(Applied(step.ref, step.action))

    def hanging(self, steps: list[Step], remaining: dict[str, JsonObject]) -> None:
        if self.options.stop.is_set():
            return
        for step in steps:
            error = still_there(step.ref, remaining[step.uid])
            self.outcomes[step.ref] = _outcome(step, Result.FAILED, error=error)
            self.emit(Failed(step.ref, error))


def _delete(cluster: Cluster, step: Step, resource: Resource, options: DeployOptions) -> DlctlError | None:
    try:
        cluster.delete(resource, step.ref.name, step.ref.namespace, uid=step.uid)
    except (NotFound, UnknownKind, Conflict):
        # Gone already, with its kind maybe; or another object has its name now, which is not ours.
        return None
    except DlctlError as error:
        return options.redactor.mask_error(error)
    return None


def _listed(cluster: Cluster, resource: Resource, namespace: str, selector: str) -> dict[str, JsonObject]:
    try:
        bodies = list(cluster.list(resource, namespace, labels=selector, metadata_only=True))
    except (NotFound, UnknownKind, Forbidden):
        return {}
    return {str(body["metadata"].get("uid")): body["metadata"] for body in bodies}


def _outcome(step: Step, result: Result, *, error: DlctlError | None = None, reason: str = "") -> Outcome:
    return Outcome(step.ref, step.action, result, step.component, error, reason)
