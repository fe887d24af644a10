"""CronJob."""

from datetime import datetime

from dlctl.manifest import GroupKind, JsonObject
from dlctl.status.model import Verdict, current, text_at, value_at
from dlctl.text import counted

KINDS = (GroupKind("batch", "CronJob"),)


def rule(body: JsonObject, now: datetime | None) -> Verdict:
    """Current as soon as it exists, as in kstatus; its jobs have states of their own."""
    if value_at(body, "spec", "suspend") is True:
        return current(f"suspended{_last(body)}")
    active = value_at(body, "status", "active")
    running = f", {counted(len(active), 'job')} running" if isinstance(active, list) and active else ""
    return current(f"schedule {text_at(body, 'spec', 'schedule')}{running}{_last(body)}")


def _last(body: JsonObject) -> str:
    last = text_at(body, "status", "lastScheduleTime")
    return f", last started at {last}" if last else ""
