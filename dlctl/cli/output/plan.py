"""Plans as text or JSON."""

import sys
from collections.abc import Sequence
from enum import StrEnum

from dlctl.cli.output.envelope import write_document
from dlctl.cli.output.streams import data, log
from dlctl.cli.output.style import Style, styled
from dlctl.cli.runtime import Runtime
from dlctl.errors import DlctlError
from dlctl.plan.view.masked_plan import MaskedPlan
from dlctl.plan.view.text import plan_summary


class PlanFormat(StrEnum):
    """How plans and reports are printed."""

    TEXT = "text"
    JSON = "json"


def write_plans(runtime: Runtime, plans: Sequence[MaskedPlan], errors: Sequence[DlctlError]) -> None:
    """The plans as one JSON document; `errors` are those of the environments that have none."""
    from dlctl.plan.view.report import plan_report

    write_document(runtime, "PlanList", items=[plan_report(plan) for plan in plans], errors=errors)


def print_plan(plan: MaskedPlan) -> None:
    """The diffs on stdout, a summary on stderr."""
    from dlctl.plan.view.text import plan_text

    data("".join(_coloured(line) + "\n" for line in plan_text(plan).splitlines()))
    log(f"{plan.scope.environment}: {plan_summary(plan)}")


def _coloured(line: str) -> str:
    if line.startswith(("--- ", "+++ ")):
        return styled(line, Style.STRONG, sys.stdout)
    if line.startswith("@@"):
        return styled(line, Style.NOTE, sys.stdout)
    if line.startswith("+"):
        return styled(line, Style.GOOD, sys.stdout)
    return styled(line, Style.BAD, sys.stdout) if line.startswith("-") else line
