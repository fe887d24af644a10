"""`--pick` of `dlctl job submit`: say where a run fits, and where it goes, before anything is written."""

from collections.abc import Sequence
from typing import Any

from msgspec import Struct

from dlctl.cli.output.printable import printable
from dlctl.cli.output.streams import log
from dlctl.cli.output.views.nodes.fit_reasons import component_line
from dlctl.errors import DlctlError
from dlctl.jobs.choices import Pick
from dlctl.nodes.fit.report import Verdict
from dlctl.workflow.render import Selection
from dlctl.workflow.runs.place import Candidate, candidates, chosen
from dlctl.workflow.session import Session


class Placed(Struct, frozen=True):
    """The environment that was chosen, and all that were looked at, as JSON."""

    environment: str
    candidates: tuple[dict[str, Any], ...]


def place(session: Session, names: Sequence[str], selection: Selection, pick: Pick) -> Placed:
    """Log each candidate, and which one is taken. Raises PlanError where the run can start in none.

    Raises the error of the only environment that could not be read.
    """
    found = candidates(session, names, selection)
    for each in found:
        log(printable(f"{each.environment}: {_reason(each)}"))
    if len(found) == 1 and isinstance(found[0].error, DlctlError):
        raise found[0].error
    taken = chosen(found, pick)
    log(f"{pick.value}: {taken.environment}")
    return Placed(taken.environment, tuple(_json(each, taken) for each in found))


def _reason(each: Candidate) -> str:
    if each.error is not None:
        return each.error.message
    return component_line(each.component) if each.component is not None else "its pods are not known"


def _json(each: Candidate, taken: Candidate) -> dict[str, Any]:
    return {
        "environment": each.environment,
        "verdict": each.verdict.value if each.verdict else None,
        "free": each.free,
        "reason": "" if each.verdict is Verdict.FITS else _reason(each),
        "chosen": each is taken,
    }
