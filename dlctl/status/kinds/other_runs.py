"""Runs of other projects: pipeline runs, builds, jobs of Volcano, Ray and others."""

from datetime import datetime

from dlctl.manifest import GroupKind, JsonObject, ref_of
from dlctl.status.model import Verdict, condition, current, failed, in_progress, message_of, text_at
from dlctl.status.run import PHASES, ended_run

BY_CONDITION = (
    GroupKind("tekton.dev", "TaskRun"),
    GroupKind("tekton.dev", "PipelineRun"),
    GroupKind("build.knative.dev", "Build"),
)
"""Kinds with the condition Succeeded, which is Unknown until the run has ended."""

KINDS = (*BY_CONDITION, *(group_kind for group_kind in PHASES if group_kind.group))

_AT_WORK = ("running", "executing", "completing", "restarting", "scaling")
_WAITING = "no status: waiting for its controller"


def rule(body: JsonObject, now: datetime | None) -> Verdict:
    """Current while it runs and once it has succeeded, like a Job; never without a status."""
    ended = ended_run(body)
    if ended is not None and ended.how == "succeeded":
        return current("succeeded")
    path = PHASES.get(ref_of(body).group_kind)
    if path is None:
        return _by_condition(body, ended=ended is not None)
    if ended is not None:
        return failed(text_at(body, "status", *path[:-1], "message") or ended.how)
    phase = text_at(body, "status", *path).lower()
    return current(phase) if phase in _AT_WORK else in_progress(phase or _WAITING)


def _by_condition(body: JsonObject, *, ended: bool) -> Verdict:
    found = condition(body, "Succeeded")
    if ended:
        return failed(message_of(found, "failed"))
    if not found:
        return in_progress(_WAITING)
    running = found.get("reason") in ("Running", "Started", "Building")
    return current("running") if running else in_progress(message_of(found, "not running yet"))
