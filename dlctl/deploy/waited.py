"""The end of a wait for objects."""

from msgspec import Struct

from dlctl.deploy.cause import Cause
from dlctl.deploy.goal import Goal, has_failed, is_absent, is_reached
from dlctl.errors import DeployError, DlctlError, NotReady
from dlctl.plan.live.object_status import ObjectStatus
from dlctl.text import counted


class Waited(Struct, frozen=True):
    """The end of a wait: the last status of each object, from a LIST, and why it is not ready.

    `waits` is false where nothing was waited for: the objects were only read.
    """

    goal: Goal
    objects: tuple[ObjectStatus, ...]
    seconds: float = 0.0
    causes: tuple[Cause, ...] = ()
    waits: bool = True

    @property
    def failed(self) -> tuple[ObjectStatus, ...]:
        """The objects that will not become ready by themselves."""
        return tuple(each for each in self.objects if has_failed(each.verdict))

    @property
    def absent(self) -> tuple[ObjectStatus, ...]:
        """The objects that are missing, or could not be read."""
        return tuple(each for each in self.objects if is_absent(each.verdict))

    @property
    def pending(self) -> tuple[ObjectStatus, ...]:
        """The objects that are on their way."""
        over = (*self.failed, *self.absent)
        return tuple(
            each for each in self.objects if not is_reached(each.verdict, self.goal) and each not in over
        )

    @property
    def is_reached(self) -> bool:
        """Whether every object is as far as the goal asks."""
        return not (self.failed or self.absent or self.pending)

    def error(self) -> DlctlError | None:
        """Why the goal is not reached; None if it is. NotReady if everything is in progress."""
        if self.is_reached:
            return None
        over = (*self.failed, *self.absent)
        problems = tuple(_error(each) for each in (*over, *self.pending))
        if not over:
            return NotReady(self._not_ready(), problems=problems)
        parts = [
            (len(self.failed), "failed"),
            (len(self.absent), "missing"),
            (len(self.pending), "not ready"),
        ]
        text = ", ".join(f"{counted(count, 'object')} {word}" for count, word in parts if count)
        return DeployError(text, problems=problems)

    def _not_ready(self) -> str:
        many = counted(len(self.pending), "object")
        if self.waits:
            return f"{many} not ready in time"
        return f"{many} {'is' if len(self.pending) == 1 else 'are'} not ready"


def _error(status: ObjectStatus) -> DlctlError:
    return DeployError(f"{status.ref}: {status.verdict.message}")
