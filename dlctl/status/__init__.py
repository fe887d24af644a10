"""Object status: kstatus verdicts on whether an object is ready, with data for custom kinds."""

from typing import TYPE_CHECKING, Any

from dlctl.status.model import Phase, Status, Verdict
from dlctl.status.readiness import NO_RULES, Rules

if TYPE_CHECKING:
    from dlctl.status.run import Ended, changed_after_end, ended_run
    from dlctl.status.verdict import verdict_of

__all__ = [
    "NO_RULES",
    "Ended",
    "Phase",
    "Rules",
    "Status",
    "Verdict",
    "changed_after_end",
    "ended_run",
    "verdict_of",
]


def __getattr__(name: str) -> Any:
    """What judges objects is imported at its first use (PEP 562): a plan without changes judges none."""
    if name == "verdict_of":
        from dlctl.status.verdict import verdict_of

        return verdict_of
    if name in ("Ended", "changed_after_end", "ended_run"):
        from dlctl.status import run

        return getattr(run, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
