"""The lines of `apply` and `diff` that say whether new pods that request devices would fit."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from msgspec import Struct, field

from dlctl.cli.output.notes import log_event
from dlctl.cli.output.printable import printable
from dlctl.cli.output.streams import log
from dlctl.cli.output.style import Style
from dlctl.events import Note
from dlctl.plan.model import MAKING
from dlctl.workflow.plan import Planned
from dlctl.workflow.session import Session

if TYPE_CHECKING:  # imported only where a plan creates pods
    from dlctl.nodes.fit.report import Verdict
    from dlctl.workflow.fit.planned import PlannedFit


class FitLines(Struct):
    """The verdicts on the plans of one command, by environment; nothing is read unless they are `wanted`."""

    session: Session
    wanted: bool
    found: "dict[str, PlannedFit]" = field(default_factory=dict)

    def check(self, planned: Planned) -> None:
        """Check the new pods of a plan, at most once for each environment; from any thread."""
        name = planned.environment
        makes = any(step.action in MAKING for step in planned.plan.steps)
        if self.wanted and makes and name not in self.found:
            from dlctl.workflow.fit.planned import planned_fit

            self.found[name] = planned_fit(self.session.connected(name), planned.plan, planned.redactor)

    def log(self, names: Iterable[str]) -> None:
        """Print a line for each component on stderr, in the order of the environments."""
        for name in names:
            if (found := self.found.get(name)) is not None:
                for text, verdict in _lines(found):
                    log(printable(f"{name}: {text}"), _style(verdict))
                for note in (found.note, *found.fit.notes):
                    if note:
                        log_event(Note(f"{name}: {note}"))


def _style(verdict: "Verdict") -> Style | None:
    from dlctl.nodes.fit.report import Verdict

    return {Verdict.WAITS: Style.WARN, Verdict.NEVER: Style.BAD}.get(verdict)


def _lines(found: "PlannedFit") -> "Iterator[tuple[str, Verdict]]":
    from dlctl.cli.output.views.nodes.fit_reasons import component_line

    for part in found.fit.components:
        yield component_line(part), part.verdict
