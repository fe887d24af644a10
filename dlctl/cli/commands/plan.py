"""`dlctl plan`: show, sign."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from dlctl.cli.commands.table import application
from dlctl.cli.completion import candidates as complete
from dlctl.cli.runtime import runtime_of

app = application(
    no_args_is_help=True,
    help="Show and sign plans that 'diff --save' wrote.",
    epilog="Examples: dlctl plan show gke.plan; dlctl plan sign gke.plan --key ~/.ssh/id_ed25519",
)

PlanFile = Annotated[
    Path,
    typer.Argument(
        metavar="FILE",
        help="File that 'diff --save' wrote, at most 64 MiB.",
        click_type=complete.FILE,
    ),
]


class ShownPlan(StrEnum):
    """The output formats of a plan in a file."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"


@app.command(
    short_help="Show a saved plan: its changes, secrets masked.",
    epilog="Examples: dlctl plan show gke.plan; dlctl plan show gke.plan -o markdown",
)
def show(
    ctx: typer.Context,
    file: PlanFile,
    output: Annotated[
        ShownPlan, typer.Option("-o", "--output", help="Output format; markdown is for a pull request.")
    ] = ShownPlan.TEXT,
) -> None:
    """Show a plan: what it was made with, its diff with secrets masked, and whose keys signed it."""
    from dlctl.cli.output.envelope import write_document
    from dlctl.cli.output.notes import log_event
    from dlctl.cli.output.printable import printable
    from dlctl.cli.output.streams import data
    from dlctl.cli.output.views.diff_view import print_diff
    from dlctl.events import WarningNote
    from dlctl.plan.saved.view import saved_markdown, saved_text
    from dlctl.workflow.saved.file import plain_value, read_plan
    from dlctl.workflow.saved.signatures import has_other_signatures, plan_signatures, signature_file

    plan, content = read_plan(file)
    signers = [each.fingerprint for each in plan_signatures(file, content)]
    if has_other_signatures(file, content):
        log_event(WarningNote(f"{signature_file(file)} has signatures that do not match this plan"))
    if output is ShownPlan.JSON:
        write_document(runtime_of(ctx), "SavedPlan", plan=plain_value(plan), signatures=signers)
    elif output is ShownPlan.MARKDOWN:
        data(printable(saved_markdown(plan, signers)))
    else:
        print_diff(printable(saved_text(plan, signers)))


@app.command(
    short_help="Sign a saved plan with ssh-keygen.",
    epilog="Examples: dlctl plan sign gke.plan --key ~/.ssh/id_ed25519",
)
def sign(
    file: PlanFile,
    key: Annotated[
        Path,
        typer.Option(
            "--key",
            metavar="SSHKEY",
            help="Private SSH key, or the .pub file of one in ssh-agent.",
            click_type=complete.FILE,
        ),
    ],
) -> None:
    """Sign a plan with ssh-keygen; the signature is written beside it, to FILE.sig.

    An environment with 'approve' in its environment.yaml accepts only plans signed with one of its keys.
    """
    from dlctl.cli.output.streams import log
    from dlctl.workflow.saved.file import read_plan
    from dlctl.workflow.saved.signatures import sign_plan, signature_file

    plan, content = read_plan(file)
    fingerprint = sign_plan(file, content, key)
    log(f"{plan.environment}: the plan is signed by {fingerprint}: wrote {signature_file(file)}")
