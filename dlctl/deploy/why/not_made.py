"""Why an object has no pods, or too few, by the warnings of the controller that should make them."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from dlctl.deploy.why.involved import involved, last_time
from dlctl.deploy.why.reading import warnings_about
from dlctl.manifest import JsonObject, ObjectRef
from dlctl.status import Verdict
from dlctl.status.model import NO_CONTROLLER, text_at, time_of

NO_PODS = ("FailedCreate", "ExceededQuota", "FailedValidation", "ValidationError")
"""Reasons of warnings that say why pods are not made; FailedCreatePod is one."""


class NotMade(Struct, frozen=True):
    """Where the refusal was found, and the warning. With `some` the object has other pods."""

    layer: str
    line: str
    some: bool = False

    @property
    def text(self) -> str:
        """The same as one text."""
        return f"{'pods cannot be created' if self.some else 'no pods'}: {self.line}"

    def told_by(self, verdict: Verdict) -> Verdict:
        """The verdict with the refusal in its message; whoever was refused is a controller."""
        if verdict.is_without_status:
            text = f"pods cannot be created: {self.line}"
        else:
            text = f"{verdict.message}: {self.line}" if self.some else self.text
        reason = "" if verdict.reason == NO_CONTROLLER else verdict.reason
        return replace(verdict, message=text, reason=reason)


def not_made(
    ref: ObjectRef, live: JsonObject, pods: Sequence[JsonObject], warnings: Iterable[JsonObject]
) -> NotMade | None:
    """The last warning that a pod was refused which came after those that were made; None if there is none.

    `live` has the UID and the creation time of the object.
    """
    made = (time_of(text_at(pod, "metadata", "creationTimestamp")) for pod in pods)
    newest = max(filter(None, made), default=None)
    since = (each for each in warnings if newest is None or not _is_before(each, newest))
    lines = warnings_about(since, involved(ref, live, pods))
    line = next((line for line in reversed(lines) if line.startswith(NO_PODS)), None)
    if line is None:
        return None
    return NotMade("quota" if "exceeded quota" in line else "object", line, some=bool(pods))


def _is_before(warning: JsonObject, time: datetime) -> bool:
    seen = time_of(last_time(warning))
    return seen is not None and seen < time
