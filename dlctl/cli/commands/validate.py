"""`dlctl validate ENV...`."""

import typer

from dlctl.cli.arguments.options import AllEnvironments, Components, Environments, Set
from dlctl.cli.commands.table import application
from dlctl.cli.runtime import runtime_of

app = application()


@app.command(epilog="Examples: dlctl validate minikube; dlctl validate gke -c cnn")
def validate(
    ctx: typer.Context,
    environments: Environments = None,
    all_: AllEnvironments = False,
    component: Components = None,
    set_: Set = None,
) -> None:
    """Check the objects of environments against the schemas of their clusters, without a cluster.

    Exit code 0 means that no errors were found, 1 that there are some.
    """
    from dlctl.app.environments import load_target
    from dlctl.cli.output.notes import log_event
    from dlctl.cli.output.streams import data
    from dlctl.cli.session import environments_of
    from dlctl.render.target import Renderer
    from dlctl.schemas.store import FOLDER, SchemaStore
    from dlctl.workflow.render import Selection
    from dlctl.workflow.validate import validate_environment

    runtime = runtime_of(ctx)
    app = runtime.app()
    renderer = Renderer(runtime.catalogue(log_event))
    selection = Selection(tuple(component or ()), tuple(set_ or ()))
    store = SchemaStore((runtime.cache_folder / FOLDER, app.root / FOLDER))
    names = environments_of(app, environments, all_=all_)
    results = [validate_environment(renderer, load_target(app, name), selection, store) for name in names]
    for result in results:
        for finding in result.findings:
            data(f"{finding.location}: {result.environment}: {finding.message}\n")
    raise typer.Exit(0 if all(result.valid for result in results) else 1)
