"""Plans as text or JSON."""

import sys
from collections.abc import Sequence
from enum import StrEnum

from dlctl.cli.output.json_document import document
from dlctl.cli.output.streams import data, log
from dlctl.cli.output.style import Style, styled
from dlctl.plan.view.masked_plan import MaskedPlan
from dlctl.plan.view.text import plan_summary


class PlanFormat(StrEnum):
    """The output formats of plans and reports."""

    TEXT = "text"
    JSON = "json"


def print_plans(plans: Sequence[MaskedPlan], output: PlanFormat) -> None:
    """Print plans: diffs on stdout and summaries on stderr, or one JSON document."""
    if output is PlanFormat.JSON:
        from dlctl.plan.view.report import plan_report

        document("Diff", items=[plan_report(plan) for plan in plans])
        return
    for plan in plans:
        print_plan(plan)


def print_plan(plan: MaskedPlan) -> None:
    """Print the diffs on stdout and a summary on stderr."""
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
