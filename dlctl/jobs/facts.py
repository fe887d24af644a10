"""From a job as it is to what is known of it."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from msgspec import Struct, field

from dlctl.deploy.why.not_made import NotMade, not_made
from dlctl.jobs.failed_by import failed_by
from dlctl.jobs.live import LiveJob
from dlctl.jobs.model import Job, Reason
from dlctl.jobs.phase import phase_of
from dlctl.jobs.queue import queue_of
from dlctl.jobs.reason import reason_of
from dlctl.jobs.replicas import devices_of, lacks_pods, made_by, replicas_of
from dlctl.jobs.runs.record import run_of
from dlctl.jobs.times import created_at, ended_at, started_at
from dlctl.manifest import JsonObject, ref_of
from dlctl.plan.live.old_secrets import old_secrets
from dlctl.redact import Redactor
from dlctl.status import Rules, Verdict
from dlctl.status.model import CHANGED, Phase
from dlctl.status.run import ended_run

_ENDS = (Phase.SUCCEEDED, Phase.FAILED)


class Owner(Struct, frozen=True):
    """The environment and the component that a job belongs to; both empty where it is not of the app."""

    environment: str = ""
    component: str = ""


class Judge(Struct, frozen=True):
    """What jobs are judged by: rules, the time, and the warnings of each namespace."""

    rules: Rules
    now: datetime
    warnings: Mapping[str, Sequence[JsonObject]] = field(default_factory=dict)

    def job(self, live: LiveJob, owner: Owner) -> Job:
        """A job; secrets of the object are masked. Raises RegistryError for data that is not valid."""
        ref, verdict = ref_of(live.body), phase_of(live, self.rules, self.now)
        phase, made = verdict.phase or Phase.UNKNOWN, made_by(live.body)
        reason, message = self._told(live, verdict)
        final = phase in _ENDS and ended_run(live.body, self.rules) is not None
        return Job(
            ref,
            live.uid,
            owner.environment,
            owner.component,
            phase,
            final,
            reason,
            message,
            failed_by(verdict, live.pods) if phase is Phase.FAILED and verdict.reason != CHANGED else None,
            replicas_of(made, live.pods),
            devices_of(made, live.pods),
            queue_of(live, self.rules),
            created_at(live),
            started_at(live),
            ended_at(live, self.rules) if final else None,
            run_of(live.body),
        )

    def _told(self, live: LiveJob, verdict: Verdict) -> tuple[Reason, str]:
        """Why the job does not run, and its message; both are masked."""
        refused = self.refused(live, verdict)
        found = reason_of(live, verdict, self.rules, refused)
        message = refused.told_by(verdict).message if refused else verdict.message
        mask = Redactor().with_derived(old_secrets(live.body)).mask_message
        return Reason(found.layer, mask(found.text)), mask(message) if refused else message

    def refused(self, live: LiveJob, verdict: Verdict) -> NotMade | None:
        """Why pods of a job that lacks some are not made, by the warnings; None if these do not say it."""
        ref = ref_of(live.body)
        warnings = self.warnings.get(ref.namespace, ())
        if not (warnings and verdict.may_lack_pods and lacks_pods(live)):
            return None
        return not_made(ref, live.body, live.pods or (), warnings)
