"""Plans as text or JSON."""

from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING

from dlctl.cli.output.envelope import write_document
from dlctl.cli.output.streams import log
from dlctl.cli.output.tables.table import table
from dlctl.cli.runtime import Runtime
from dlctl.errors import DlctlError
from dlctl.plan.view.text import plan_summary, refusal_lines

if TYPE_CHECKING:
    from dlctl.plan.view.masked_plan import MaskedPlan


class PlanFormat(StrEnum):
    """The output formats of plans and reports."""

    TEXT = "text"
    JSON = "json"


class RunFormat(StrEnum):
    """The output formats of a run; `jsonl` has a line for each event, and the report as the last."""

    TEXT = "text"
    JSON = "json"
    JSONL = "jsonl"


def write_plans(runtime: Runtime, plans: "Sequence[MaskedPlan]", errors: Sequence[DlctlError]) -> None:
    """Write the plans as one JSON document, with the errors of failed environments."""
    from dlctl.plan.view.report import plan_report

    write_document(runtime, "PlanList", items=[plan_report(plan) for plan in plans], errors=errors)


def print_summary(plans: "Sequence[MaskedPlan]") -> None:
    """`diff --summary`: a table with a row for each component, and on stderr why an apply would be refused.

    A line on stderr sums up each environment. Nothing is printed without plans: an empty table would say
    that the environments have no objects.
    """
    if not plans:
        return
    from dlctl.plan.view.summary import COLUMNS, summary_rows

    rows = [row for plan in plans for row in summary_rows(plan)]
    table(("ENV", "COMPONENT", *COLUMNS), rows, "no objects", optional=("UNCHANGED",))
    for plan in plans:
        for line in refusal_lines(plan):
            log(line)
        log(f"{plan.scope.environment}: {plan_summary(plan)}")


def print_plan(plan: "MaskedPlan", *, by_component: bool = False) -> None:
    """Print the diffs on stdout and a summary on stderr, also for each component if wanted."""
    from dlctl.cli.output.views.diff_view import print_diff
    from dlctl.plan.view.summary import component_lines
    from dlctl.plan.view.text import plan_text

    print_diff(plan_text(plan))
    for line in component_lines(plan) if by_component else ():
        log(line)
    log(f"{plan.scope.environment}: {plan_summary(plan)}")
