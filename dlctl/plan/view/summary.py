"""The summary of a plan by component: how many objects would be created, changed, deleted, left over."""

from collections.abc import Iterator

from dlctl.plan.model import Action
from dlctl.plan.view.masked_plan import MaskedPlan
from dlctl.plan.view.text import COUNTED

COLUMNS = {
    "CREATE": Action.CREATE,
    "CHANGE": Action.UPDATE,
    "REPLACE": Action.REPLACE,
    "DELETE": Action.PRUNE,
    "LEFTOVER": None,
    "CONFLICT": Action.CONFLICT,
    "UNKNOWN": Action.UNKNOWN,
    "UNCHANGED": Action.UNCHANGED,
}
"""The columns of the table; leftovers are no steps of a plan."""


def summary_rows(plan: MaskedPlan) -> Iterator[tuple[str, ...]]:
    """A row for each component, in the order of the plan; `-` is none."""
    for component in plan.components:
        steps, left = plan.components[component], plan.leftovers.get(component, 0)
        counts = (left if action is None else steps.get(action, 0) for action in COLUMNS.values())
        shown = (str(count) if count else "-" for count in counts)
        yield plan.scope.environment, component or "-", *shown


def component_lines(plan: MaskedPlan) -> Iterator[str]:
    """A line for each component with differences: `dev: web: 2 to create, 1 left over`.

    None if all differences are of one component: the plan's own summary says the same.
    """
    lines = {}
    for component, steps in plan.components.items():
        parts = [f"{count} {COUNTED[action]}" for action, count in steps.items()]
        if left := plan.leftovers.get(component, 0):
            parts.append(f"{left} left over")
        if left or any(action is not Action.UNCHANGED for action in steps):
            lines[component] = f"{plan.scope.environment}: {component or 'namespaces'}: {', '.join(parts)}"
    if len(lines) > 1:
        yield from lines.values()
