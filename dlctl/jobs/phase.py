"""The phase of a job: what its own status says, and then what its pods say."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from msgspec.structs import replace

from dlctl.deploy.why.held import is_held, keeps_waiting, runs
from dlctl.jobs.kinds import is_server
from dlctl.jobs.live import LiveJob
from dlctl.jobs.replicas import made_by, replicas_of
from dlctl.jobs.restarting import restarts
from dlctl.manifest import JsonObject, ref_of
from dlctl.plan.live.old_secrets import masked_verdict
from dlctl.status import Rules, Verdict
from dlctl.status.model import Phase, Status, value_at
from dlctl.status.run import JOB
from dlctl.status.verdict import ended_before_change

_SERVING: Mapping[Status, Phase] = MappingProxyType(
    {Status.CURRENT: Phase.RUNNING, Status.IN_PROGRESS: Phase.STARTING, Status.FAILED: Phase.FAILED}
)
_NOT_STARTED = (Phase.PENDING, Phase.SUSPENDED, Phase.QUEUED)


def phase_of(job: LiveJob, rules: Rules, now: datetime) -> Verdict:
    """The verdict on a job, which always has a phase. Raises RegistryError for data that is not valid."""
    verdict = masked_verdict(_as_it_runs(job.body), now=now, rules=rules)
    if verdict.status is Status.TERMINATING:
        return replace(verdict, phase=Phase.DELETING)
    before = ended_before_change(job.body, rules) if verdict.phase is not Phase.FAILED else None
    if before is not None:
        return replace(before, phase=Phase.FAILED)
    if verdict.phase is None:
        serves = is_server(ref_of(job.body).group_kind, rules)
        verdict = replace(verdict, phase=_serving(job, verdict) if serves else Phase.UNKNOWN)
    return _by_pods(job, _by_holders(job, verdict, rules), rules)


def _serving(job: LiveJob, verdict: Verdict) -> Phase:
    """The phase of a server; Pending, as of a job, while none of its pods runs, if they may be read."""
    phase = _SERVING.get(verdict.status, Phase.UNKNOWN)
    waits = job.pods is not None and not any(map(runs, job.pods))
    return Phase.PENDING if phase is Phase.STARTING and waits else phase


def _as_it_runs(body: JsonObject) -> JsonObject:
    """The object without its generation: how a run stands does not depend on whether a change was seen."""
    metadata = {key: value for key, value in body["metadata"].items() if key != "generation"}
    return {**body, "metadata": metadata}


def _by_holders(job: LiveJob, verdict: Verdict, rules: Rules) -> Verdict:
    """Queued, where a job that has not started is held by a queue or a gang scheduler."""
    if verdict.phase not in _NOT_STARTED:
        return verdict
    for holder in job.queued:
        held = masked_verdict(_as_it_runs(holder), rules=rules)
        if keeps_waiting(held) and held.phase is not Phase.SUSPENDED:
            return replace(verdict, phase=Phase.QUEUED, message=held.message, reason=held.reason)
    if verdict.phase is Phase.PENDING and any(is_held(_as_it_runs(gang), rules) for gang in job.gangs):
        return replace(verdict, phase=Phase.QUEUED)
    return verdict


def _by_pods(job: LiveJob, verdict: Verdict, rules: Rules) -> Verdict:
    """Restarting, where programs of pods do; Starting, where some and not all of the required pods run.

    A Job's controller counts its pods itself.
    """
    kind = ref_of(job.body).group_kind
    if kind == JOB or not job.pods or verdict.phase not in (Phase.PENDING, Phase.RUNNING):
        return verdict
    if not is_server(kind, rules) and any(map(restarts, job.pods)):
        return replace(verdict, phase=Phase.RESTARTING)
    running, required = sum(map(runs, job.pods)), replicas_of(made_by(job.body), job.pods).required
    if running and running < (required or 0) and not value_at(job.body, "spec", "elasticPolicy"):
        return replace(verdict, phase=Phase.STARTING)
    return verdict
