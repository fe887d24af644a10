"""`dlctl validate ENV...`."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dlctl.cli.arguments.options import AllEnvironments, Components, Environments, Set
from dlctl.cli.commands.table import application
from dlctl.cli.runtime import Runtime, runtime_of

if TYPE_CHECKING:  # not imported for completion
    from dlctl.app.model import App
    from dlctl.workflow.many import Outcomes
    from dlctl.workflow.render import Selection
    from dlctl.workflow.validation.model import Validation

app = application()


class ValidationFormat(StrEnum):
    """The output formats of `validate`."""

    TEXT = "text"
    JSON = "json"
    GITHUB = "github"


@app.command(
    epilog="Examples: dlctl validate minikube; dlctl validate gke -c cnn --set cnn.num_gpus=2; "
    "dlctl validate --all -o github"
)
def validate(
    ctx: typer.Context,
    environments: Environments = None,
    all_: AllEnvironments = False,
    component: Components = None,
    set_: Set = None,
    require_schemas: Annotated[
        bool,
        typer.Option(
            "--require-schemas",
            help="For CI: fail where schemas.yaml, or the schema of a kind, is missing or damaged.",
        ),
    ] = False,
    output: Annotated[
        ValidationFormat,
        typer.Option("-o", "--output", help="text, json, or annotations of GitHub Actions."),
    ] = ValidationFormat.TEXT,
) -> None:
    """Check the objects of environments against the schemas of their clusters, without a cluster.

    Fields, types, values, API versions, required kinds and the prototypes' rules are checked. What the API
    server checks besides, such as CEL rules, webhooks and quotas, is not. Exit code 0 means that no errors
    were found, 1 that there are some. Without schemas fields are not checked, and the summary says so;
    with --require-schemas that is an error: 'dlctl validate --all --require-schemas -o github' for CI.
    'dlctl env update ENV --schemas' writes them into the app.
    """
    from dlctl.cli.output.views.outcomes import fail
    from dlctl.cli.session import environments_of
    from dlctl.workflow.render import Selection

    runtime = runtime_of(ctx)
    app = runtime.app()
    names = environments_of(app, environments, all_=all_)
    selection = Selection(tuple(component or ()), tuple(set_ or ()))
    outcomes = _validated(runtime, app, names, selection, require_schemas=require_schemas)
    if outcomes.interrupted:
        raise KeyboardInterrupt
    _print(runtime, app, outcomes, output)
    if outcomes.errors:
        fail(outcomes.errors)
    raise typer.Exit(0 if all(result.valid for result in outcomes.results) else 1)


def _validated(
    runtime: Runtime,
    app: "App",
    names: "tuple[str, ...]",
    selection: "Selection",
    *,
    require_schemas: bool,
) -> "Outcomes[Validation]":
    from dlctl.app.environments import load_target
    from dlctl.cli.output.notes import log_event
    from dlctl.render.target import Renderer
    from dlctl.workflow.many import Limits, run_many
    from dlctl.workflow.validate import validate_environment

    renderer = Renderer(runtime.catalogue(log_event))
    store = runtime.schema_store(app)
    return run_many(
        names,
        lambda name: validate_environment(
            renderer, load_target(app, name), selection, store, require_schemas=require_schemas
        ),
        Limits(max_parallel=1),
    )


def _print(runtime: Runtime, app: "App", outcomes: "Outcomes[Validation]", output: ValidationFormat) -> None:
    from dlctl.cli.output.envelope import write_document
    from dlctl.cli.output.notes import log_event
    from dlctl.cli.output.views.annotations import path_in_repository, print_annotations
    from dlctl.cli.output.views.validation import log_summary, print_findings, validation_report
    from dlctl.events import Note

    if output is ValidationFormat.JSON:
        if outcomes.results:
            items = [validation_report(result) for result in outcomes.results]
            write_document(runtime, "ValidationList", items=items, errors=outcomes.errors)
    elif output is ValidationFormat.GITHUB:
        workspace = Path(runtime.environ.get("GITHUB_WORKSPACE") or runtime.cwd)
        print_annotations(outcomes.results, path_in_repository(app.root, workspace.resolve()))
    else:
        print_findings(outcomes.results)
    for note in dict.fromkeys(note for result in outcomes.results for note in result.notes):
        log_event(Note(note))
    log_summary(outcomes.results)
