"""Wait for asynchronous changes on a cluster."""

from collections.abc import Callable
from typing import TypeVar

from dlctl.cluster.protocol import Cluster, Resource
from dlctl.deploy.options import DeployOptions
from dlctl.errors import DeployError, DlctlError, NotReady
from dlctl.manifest import JsonObject, ObjectRef
from dlctl.plan.live.objects.read import read_body
from dlctl.plan.live.old_secrets import masked_verdict
from dlctl.plan.model import Step
from dlctl.status import NO_RULES, Rules, Status, Verdict

FIRST_PAUSE = 0.05
LONGEST_PAUSE = 1.0
"""Polling intervals in seconds: short at first, since most changes take less than a second."""

Answer = TypeVar("Answer")


class Deadline:
    """A time limit for polling, with increasing intervals."""

    def __init__(self, options: DeployOptions) -> None:
        self._options = options
        self._end = min(options.clock.now() + options.timeout, options.deadline)
        self._pause = FIRST_PAUSE

    def pause(self) -> bool:
        """Wait for one interval; false after the time limit or an interrupt."""
        left = self._end - self._options.clock.now()
        if left <= 0 or self._options.is_stopped:
            return False
        self._options.clock.sleep(min(self._pause, left))
        self._pause = min(self._pause * 2, LONGEST_PAUSE)
        return True


def until(look: Callable[[], Answer], errors: tuple[type[DlctlError], ...], deadline: Deadline) -> Answer:
    """The result of `look`; it is called again while it raises one of `errors`, until the deadline."""
    while True:
        try:
            return look()
        except errors:
            if not deadline.pause():
                raise


def await_ready(cluster: Cluster, step: Step, options: DeployOptions) -> DlctlError | None:
    """Wait until the object of a step is ready; why it is not, after the time limit or once it has failed."""
    ref = step.ref
    try:
        resource = step.resource or cluster.resource(*step.manifest.api_key) if step.manifest else None
        if resource is None:
            return None
        verdict = wait_ready(cluster, resource, ref, Deadline(options), options.rules)
    except DlctlError as error:
        return error
    if verdict.status is Status.CURRENT:
        return None
    if verdict.status is Status.FAILED:
        return DeployError(f"{ref} was applied, but failed: {verdict.message}")
    return NotReady(f"{ref} was applied, but is not ready in time: {verdict.message}")


def wait_ready(
    cluster: Cluster, resource: Resource, ref: ObjectRef, deadline: Deadline, rules: Rules = NO_RULES
) -> Verdict:
    """The last verdict on an object: current or failed, or any other at the deadline."""
    while True:
        verdict = masked_verdict(read_body(cluster, resource, ref), rules=rules)
        if verdict.is_final or not deadline.pause():
            return verdict


def wait_gone(cluster: Cluster, resource: Resource, ref: ObjectRef, uid: str, deadline: Deadline) -> None:
    """Wait until the object with this UID is deleted. Raises NotReady, with its finalizers."""
    while True:
        live = read_body(cluster, resource, ref)
        if live is None or live["metadata"].get("uid") != uid:
            return
        if not deadline.pause():
            raise still_there(ref, live["metadata"])


def still_there(ref: ObjectRef, metadata: JsonObject) -> NotReady:
    """The error for an object that was deleted but still exists."""
    finalizers = ", ".join(metadata.get("finalizers") or ())
    blocked = f", blocked by its finalizers {finalizers}" if finalizers else ""
    hint = "the controllers of these finalizers must finish first" if finalizers else None
    return NotReady(f"{ref} was deleted, but still exists{blocked}", hint=hint)
