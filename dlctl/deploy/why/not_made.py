"""Why an object has no pods, by the warnings of the controller that should make them."""

from collections.abc import Sequence

from msgspec import Struct

NO_PODS = ("FailedCreate", "ExceededQuota", "FailedValidation", "ValidationError")
"""Reasons of warnings that say why pods are not made; FailedCreatePod is one."""


class NotMade(Struct, frozen=True):
    """Where the refusal was found, and the warning."""

    layer: str
    line: str


def not_made(lines: Sequence[str]) -> NotMade | None:
    """The last of these warnings that says why pods are not made; None if none does."""
    line = next((line for line in reversed(lines) if line.startswith(NO_PODS)), None)
    if line is None:
        return None
    return NotMade("quota" if "exceeded quota" in line else "object", line)
