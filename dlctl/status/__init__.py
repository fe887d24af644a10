"""Object status: kstatus verdicts on whether an object is ready."""

from dlctl.status.model import Status, Verdict
from dlctl.status.run import Ended, changed_after_end, ended_run
from dlctl.status.verdict import verdict_of

__all__ = ["Ended", "Status", "Verdict", "changed_after_end", "ended_run", "verdict_of"]
