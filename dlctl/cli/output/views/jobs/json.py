"""A job as JSON."""

from datetime import datetime
from typing import Any

from dlctl.jobs.model import Job
from dlctl.plan.view.report import ref_report


def job_json(job: Job) -> dict[str, Any]:
    """The item of a job; what is not known is null."""
    return {
        "environment": job.environment,
        "object": ref_report(job.ref),
        "uid": job.uid,
        "component": job.component,
        "phase": job.phase.value,
        "final": job.final,
        "reason": job.reason.text,
        "layer": job.reason.layer,
        "message": job.message,
        "failedBy": job.failed_by.value if job.failed_by else None,
        "replicas": {"running": job.replicas.running, "required": job.replicas.required},
        "devices": {"held": job.devices.held, "wanted": job.devices.wanted},
        "queue": job.queue,
        "createdAt": _time(job.created),
        "startedAt": _time(job.started),
        "endedAt": _time(job.ended),
    }


def _time(time: datetime | None) -> str | None:
    return time.isoformat().replace("+00:00", "Z") if time else None
