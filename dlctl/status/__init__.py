"""Object status: kstatus verdicts on whether an object is ready, with data for custom kinds."""

from dlctl.status.model import Phase, Status, Verdict
from dlctl.status.readiness import NO_RULES, Rules
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
