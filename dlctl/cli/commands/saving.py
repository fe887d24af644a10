"""`diff --save`: the plan of one environment in a file."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dlctl.cli.completion import candidates as complete
from dlctl.cli.output.streams import log
from dlctl.errors import DlctlError, FileError, UsageError
from dlctl.plan.options import PlanOptions
from dlctl.workflow.plan import Planned, ignore_rendering, plan_environment
from dlctl.workflow.render import Selection
from dlctl.workflow.session import Session

if TYPE_CHECKING:  # imported only where a plan is saved
    from dlctl.workflow.saved.save import Recorder

SavePlan = Annotated[
    Path | None,
    typer.Option(
        "--save",
        metavar="FILE",
        help="Write the plan of one environment to a file, for 'apply --plan'.",
        click_type=complete.FILE,
    ),
]


def check_saved_file(file: Path | None) -> None:
    """Raise UsageError if a plan cannot be written to this path, before it is made."""
    if file is None:
        return
    if str(file) == "-":
        raise UsageError(
            "--save writes a file, not to standard output",
            hint="name a file; 'dlctl diff -o json' prints the plan as JSON",
        )
    from dlctl.files.replace import written_file  # only where a plan is saved

    try:
        written_file(file)
    except FileError as error:
        raise UsageError(f"--save {error}", hint=error.hint) from error


class Saving:
    """Makes the plans of one `diff`, and writes the plan of its environment to `file`, if there is one."""

    def __init__(
        self,
        file: Path | None,
        names: Sequence[str],
        selection: Selection,
        options: PlanOptions,
        prune: bool | None,
    ) -> None:
        self._file, self._selection, self._options, self._prune = file, selection, options, prune
        self._recorder = None if file is None else _recorder(names, selection, options, prune)

    def plan(self, session: Session, name: str) -> Planned:
        """The plan of an environment, which is not written to.

        Components that cannot be rendered are left out, but not of a plan that is saved.
        """
        rendered = self._recorder.rendered if self._recorder else ignore_rendering
        return plan_environment(
            session,
            name,
            self._selection,
            self._options,
            writing=False,
            prune=self._prune,
            rendered=rendered,
            keep_going=self._recorder is None,
        )

    def write(self, session: Session, results: Sequence[Planned]) -> tuple[DlctlError, ...]:
        """Write the file; the errors for which it cannot be written."""
        if self._recorder is None or self._file is None or len(results) != 1:
            return ()
        from dlctl.workflow.saved.file import write_plan

        refusal = session.refusal(results[0].environment)
        if refusal is not None:
            return (refusal.with_message(f"no plan was saved, as an apply would be refused: {refusal}"),)
        try:
            write_plan(self._file, self._recorder.plan(session, results[0]))
        except DlctlError as error:
            return (error,)
        log(f"{results[0].environment}: the plan is saved in {self._file}; 'dlctl apply --plan' applies it")
        return ()


def _recorder(
    names: Sequence[str], selection: Selection, options: PlanOptions, prune: bool | None
) -> "Recorder":
    """What records the plan of one environment. Raises UsageError for several."""
    if len(names) != 1:
        raise UsageError("--save needs one environment", hint="save each environment in its own file")
    from dlctl.workflow.saved.save import Recorder

    return Recorder(selection, options, prune)
