"""What a plan is made from: the flags of a command, or a plan in a file."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from click.core import ParameterSource

from dlctl.app.model import Environment
from dlctl.cli.completion import candidates as complete
from dlctl.errors import UsageError
from dlctl.plan.options import PlanOptions
from dlctl.render.rendering import Rendering
from dlctl.workflow.approval import refuse_unsigned
from dlctl.workflow.plan import Planned, plan_environment
from dlctl.workflow.render import Selection
from dlctl.workflow.session import Session

if TYPE_CHECKING:  # imported only where a plan is in a file
    from dlctl.workflow.saved.opened import OpenedPlan

PlanFile = Annotated[
    Path | None,
    typer.Option(
        "--plan",
        metavar="FILE",
        help="Apply the plan in this file, written by 'diff --save'; refused if more would change than it "
        "shows.",
        click_type=complete.FILE,
    ),
]

RECORDED = (
    "environments",
    "all_",
    "component",
    "set_",
    "adopt",
    "force_conflicts",
    "replace",
    "prune",
    "prune_protected",
    "prune_all",
    "allow_crd_downgrade",
)
"""The parameters of `apply` that a plan in a file has recorded."""


class PlanSource:
    """Makes the plans of one `apply`: by its flags, or as a file says."""

    def __init__(
        self,
        selection: Selection,
        options: PlanOptions,
        prune: bool | None,
        file: Path | None,
    ) -> None:
        self.opened: OpenedPlan | None = None
        self.selection, self.options, self._prune = selection, options, prune
        if file is not None:
            from dlctl.workflow.saved.opened import open_plan

            self.opened = open_plan(file)
            self.selection = self.opened.selection
            self.options = self.opened.options(
                check_new=options.check_new, create_namespace=options.create_namespace
            )
            self._prune = self.opened.saved.flags.prune

    def approve(self, environment: Environment) -> None:
        """Raise PlanError if an environment takes only signed plans, and this is none."""
        if self.opened is None:
            refuse_unsigned(environment)
        elif environment.approvers:
            from dlctl.workflow.saved.signatures import approved_by

            approved_by(environment, self.opened.path, self.opened.content)

    def environments(self, given: Sequence[str] | None) -> Sequence[str] | None:
        """The environments to plan: that of the file, or those of the command line."""
        return (self.opened.saved.environment,) if self.opened else given

    def plan(
        self, session: Session, name: str, *, before_writing: Callable[[str], None] | None = None
    ) -> Planned:
        """The plan of an environment. Raises PlanError if that of the file does not hold any more.

        Of one that will be written to, `before_writing` is called with its name once it is rendered, before
        its cluster is read.
        """
        opened = self.opened
        if opened is not None:
            opened.refuse_other_app(session)

        def rendered(rendering: Rendering) -> None:
            if opened is not None:
                opened.rendered(rendering)
            if before_writing is not None:
                before_writing(name)

        planned = plan_environment(
            session,
            name,
            self.selection,
            self.options,
            writing=before_writing is not None,
            prune=self._prune,
            rendered=rendered,
        )
        if opened is None:
            return planned
        opened.check(planned, session.connected(name), session.emit(name, planned.redactor))
        return planned


def refuse_recorded(ctx: typer.Context, file: Path | None) -> None:
    """Raise UsageError for flags beside `--plan` that the plan has recorded."""
    if file is None:
        return
    given = [name for name in RECORDED if ctx.get_parameter_source(name) is ParameterSource.COMMANDLINE]
    params = {param.name: param for param in ctx.command.params}
    names = [params[name].opts[0] if params[name].opts[0].startswith("-") else "ENV" for name in given]
    if names:
        raise UsageError(
            f"{', '.join(names)} cannot be used with --plan: the plan was made with its own flags",
            hint="make a new plan with these: dlctl diff ENV --save FILE",
        )
