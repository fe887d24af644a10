"""A job as JSON."""

from datetime import datetime
from typing import Any

from dlctl.jobs.description import JobDescription
from dlctl.jobs.job_events import JobEvent
from dlctl.jobs.model import Job
from dlctl.jobs.pod_rows import PodRow
from dlctl.plan.view.report import ref_report


def job_json(job: Job) -> dict[str, Any]:
    """The item of a job; what is not known is null."""
    return {
        "environment": job.environment,
        "object": ref_report(job.ref),
        "uid": job.uid,
        "component": job.component,
        "run": job.run,
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


def description_json(found: JobDescription) -> dict[str, Any]:
    """The fields of a described job; `pods` is null where they may not be listed."""
    log = found.log
    return {
        "job": job_json(found.job),
        "causes": [{"layer": each.layer, "text": each.text} for each in found.causes],
        "conditions": [
            {
                "type": each.type,
                "status": each.status,
                "reason": each.reason,
                "message": each.message,
                "since": each.since or None,
            }
            for each in found.conditions
        ],
        "pods": None if found.pods is None else [_pod(each) for each in found.pods],
        "events": [_event(each) for each in found.events],
        "log": {"pod": log.pod, "container": log.container, "lines": list(log.lines)} if log else None,
    }


def _pod(pod: PodRow) -> dict[str, Any]:
    return {
        "name": pod.name,
        "role": pod.role,
        "index": pod.index,
        "phase": pod.phase,
        "ready": pod.ready,
        "restarts": pod.restarts,
        "node": pod.node,
        "devices": pod.devices,
        "exitCode": pod.exit_code,
        "cause": pod.cause,
        "createdAt": _time(pod.created),
    }


def _event(event: JobEvent) -> dict[str, Any]:
    return {
        "time": _time(event.time),
        "type": event.type,
        "kind": event.kind,
        "name": event.name,
        "reason": event.reason,
        "message": event.message,
        "count": event.count,
    }


def _time(time: datetime | None) -> str | None:
    return time.isoformat().replace("+00:00", "Z") if time else None
