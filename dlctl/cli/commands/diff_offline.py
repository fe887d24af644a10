"""`dlctl diff --offline ENV1 ENV2`."""

from collections.abc import Sequence

from msgspec import structs

from dlctl.app.environments import load_target
from dlctl.cli.output.envelope import write_document
from dlctl.cli.output.notes import log_event
from dlctl.cli.output.streams import log
from dlctl.cli.output.views.diff_view import print_diff
from dlctl.cli.output.views.plan import PlanFormat
from dlctl.cli.runtime import Runtime
from dlctl.errors import UsageError
from dlctl.render.target import Renderer
from dlctl.workflow.offline_diff import RenderedChange, offline_diff
from dlctl.workflow.render import Selection, render_target

_DONE = {"added": "only in {}", "removed": "not in {}", "changed": "differs in {}"}


def diff_offline(
    runtime: Runtime, names: Sequence[str], selection: Selection, output: PlanFormat, *, summary: bool
) -> int:
    """Compare the rendered objects of two environments; returns the exit code, 1 if there are differences."""
    if len(names) != 2:
        raise UsageError(
            "--offline compares two environments", hint="example: dlctl diff --offline minikube gke"
        )
    app = runtime.app()
    renderer = Renderer(runtime.catalogue(log_event))
    first, second = (render_target(renderer, load_target(app, name), selection) for name in names)
    changes = offline_diff(first, second)
    if output is PlanFormat.JSON:
        items = [{"environment": names[1], **structs.asdict(change)} for change in changes]
        write_document(runtime, "RenderedDiffList", left=names[0], right=names[1], items=items)
    elif not summary:
        print_diff("".join(_text(change, names) for change in changes))
    _log_summary(changes, names)
    return 1 if changes else 0


def _text(change: RenderedChange, names: Sequence[str]) -> str:
    words = _DONE[change.action].format(names[1])
    return f"--- {names[0]}: {change.object}\n+++ {names[1]}: {words}\n{change.diff}"


def _log_summary(changes: Sequence[RenderedChange], names: Sequence[str]) -> None:
    """A line for each component on stderr."""
    for component in dict.fromkeys(change.component for change in changes):
        found = [change.action for change in changes if change.component == component]
        parts = [
            f"{found.count(action)} {words.format(names[1])}"
            for action, words in _DONE.items()
            if action in found
        ]
        log(f"{component}: {', '.join(parts)}")
    if not changes:
        log(f"{names[0]} and {names[1]} render the same objects")
