"""Whether an object is ready: kstatus verdicts."""

from dlctl.status.model import Status, Verdict
from dlctl.status.verdict import verdict_of

__all__ = ["Status", "Verdict", "verdict_of"]
