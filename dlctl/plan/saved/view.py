"""A plan in a file as text, and as Markdown for a pull request."""

from collections.abc import Iterator, Sequence

from dlctl.pattern import pattern
from dlctl.plan.model import Action
from dlctl.plan.saved.model import SavedFlags, SavedPlan
from dlctl.plan.view.text import COUNTED, title

_BACKTICKS = pattern(r"`{3,}")
_SWITCHES = {
    "adopt": "--adopt",
    "force_conflicts": "--force-conflicts",
    "replace": "--replace",
    "prune_protected": "--prune-protected",
    "prune_all": "--prune-all",
    "allow_crd_downgrade": "--allow-crd-downgrade",
}


def saved_text(plan: SavedPlan, signers: Sequence[str]) -> str:
    """A plan for reading: what it is, its diff, its notes, and the number of changes."""
    head = [f"{key}: {value}" for key, value in _facts(plan, signers)]
    notes = [f"note: {note}" for note in plan.plan.get("notes", ())]
    return "\n".join([*head, plan.diff.rstrip("\n"), *notes, summary(plan), ""])


def saved_markdown(plan: SavedPlan, signers: Sequence[str]) -> str:
    """A plan for a pull request: what it is, a row for each object that changes, and the diff."""
    facts = [f"* {key}: {_cell(value)}" for key, value in _facts(plan, signers)]
    rows = [
        f"| {each.action.value} | {_cell(title(each.object.ref))} |"
        for each in plan.objects
        if each.action is not Action.UNCHANGED
    ]
    table = ["", "| action | object |", "|---|---|", *rows] if rows else []
    notes = ["", *(f"* note: {_cell(note)}" for note in plan.plan.get("notes", ()))]
    fence = "`" * (max((len(found) for found in _BACKTICKS.findall(plan.diff)), default=2) + 1)
    diff = [
        "",
        "<details><summary>Diff</summary>",
        "",
        f"{fence}diff",
        plan.diff.rstrip("\n"),
        fence,
        "",
        "</details>",
    ]
    head = f"### Plan of {_cell(plan.environment)}: {summary(plan)}"
    return "\n".join([head, "", *facts, *table, *notes, *(diff if plan.diff else []), ""])


def summary(plan: SavedPlan) -> str:
    """The number of changes: `2 to create, 1 unchanged`."""
    counts = {action: sum(each.action is action for each in plan.objects) for action in COUNTED}
    parts = [f"{count} {COUNTED[action]}" for action, count in counts.items() if count]
    return ", ".join(parts) or "nothing to do"


def _facts(plan: SavedPlan, signers: Sequence[str]) -> Iterator[tuple[str, str]]:
    yield "app", plan.app.name
    yield "environment", plan.environment
    yield "cluster", f"{plan.cluster.id} at {plan.cluster.server}"
    yield "made", f"{plan.created_at} by dlctl {plan.tool_version}"
    yield "flags", " ".join(_flags(plan.flags)) or "none"
    yield "signed by", ", ".join(signers) or "nobody"


def _flags(flags: SavedFlags) -> Iterator[str]:
    yield from (f"-c {name}" for name in flags.components)
    yield from (f"--set {setting}" for setting in flags.set)
    yield from (switch for name, switch in _SWITCHES.items() if getattr(flags, name))
    if flags.prune is not None:
        yield "--prune" if flags.prune else "--no-prune"


def _cell(text: str) -> str:
    """Text in a table or list of Markdown, where it means nothing but itself."""
    escaped = "".join(f"\\{sign}" if sign in "\\`*_[]<>|#" else sign for sign in text)
    return " ".join(escaped.split())
