"""Object status: kstatus verdicts on whether an object is ready."""

from dlctl.status.model import Status, Verdict
from dlctl.status.verdict import verdict_of

__all__ = ["Status", "Verdict", "verdict_of"]
