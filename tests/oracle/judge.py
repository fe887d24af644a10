"""Whether an answer agrees with where the pods are."""

from dlctl.nodes.fit.report import Verdict
from tests.oracle.case import Sort
from tests.oracle.run import Answer


def disagreement(answer: Answer) -> str:
    """How the verdict and the scheduler differ, in a few words; empty where they agree."""
    case, verdict = answer.case, answer.verdict
    enough = case.minimum if case.sort is Sort.GANG else case.pods
    when_empty = case.pods if answer.placed_when_empty is None else answer.placed_when_empty
    least = 1 if case.sort is Sort.JOB or case.apart else enough
    if verdict is Verdict.FITS:
        some = 1 if case.sort is Sort.JOB and "quota" in case.features else enough
        return "" if answer.placed >= some else f"fits, but {answer.placed} of {case.pods} were placed"
    if answer.placed >= enough:
        if answer.victims and answer.preemption:
            return ""
        if answer.victims:
            return f"{verdict.name.lower()} without preemption, but {answer.victims} pods were preempted"
        return f"{verdict.name.lower()}, but {answer.placed} of {case.pods} were placed"
    if verdict is Verdict.WAITS and when_empty < least and not case.open:
        return f"waits, but {when_empty} of {case.pods} were placed on empty nodes"
    if verdict is Verdict.NEVER and when_empty >= least:
        return f"never, but {when_empty} of {case.pods} were placed on empty nodes"
    return ""
