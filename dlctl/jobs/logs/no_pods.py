"""Why a job has no pods: what removed them, or what keeps them from being made."""

from dlctl.jobs.kinds import is_server
from dlctl.jobs.model import Job
from dlctl.manifest import JsonObject, ref_of
from dlctl.status import Rules
from dlctl.status.model import Phase, mapping_at, text_at, value_at

_PADDLE = "batch.paddlepaddle.org"
_ENDED = (Phase.SUCCEEDED, Phase.FAILED)


def why_no_pods(body: JsonObject, job: Job, rules: Rules) -> str:
    """The rule that removed the pods, else why the job does not run. Raises RegistryError."""
    if job.phase is Phase.SUSPENDED:
        return "it is suspended, which deletes its pods"
    if job.phase in _ENDED:
        return f"it is {job.phase.value}, and {_removed(body)}"
    if job.phase is Phase.RUNNING and is_server(ref_of(body).group_kind, rules):
        return "it is scaled to 0"
    text = job.reason.text or job.message
    return f"{job.phase.value}: {text}" if text else job.phase.value


def _removed(body: JsonObject) -> str:
    policy, place = _clean_policy(body)
    if policy in ("All", "Running"):
        return f"{place}: {policy} deleted its pods"
    if ref_of(body).group == _PADDLE and policy in ("", "Always", "OnCompletion"):
        return "the Paddle operator deletes pods at the end, unless spec.cleanPodPolicy is Never"
    if isinstance(value_at(body, "spec", "ttlSecondsAfterFinished"), int):
        return "its pods were deleted (spec.ttlSecondsAfterFinished)"
    return "its pods were deleted"


def _clean_policy(body: JsonObject) -> tuple[str, str]:
    for path in (("spec", "runPolicy"), ("spec",)):
        found = text_at(mapping_at(body, *path), "cleanPodPolicy")
        if found:
            return found, ".".join((*path, "cleanPodPolicy"))
    return "", ""
