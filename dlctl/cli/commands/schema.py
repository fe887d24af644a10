"""`dlctl schema`."""

from enum import StrEnum
from typing import Annotated

import typer

from dlctl.cli.commands.table import application
from dlctl.cli.output.streams import data, log
from dlctl.cli.runtime import Runtime, runtime_of
from dlctl.errors import DlctlError, UsageError

app = application()


class SchemaName(StrEnum):
    """The files that have a schema."""

    APP = "app"
    ENVIRONMENT = "environment"
    PARAMS = "params"
    PROTOTYPE = "prototype"
    PACKAGE = "package"
    READINESS = "readiness"


@app.command(epilog="Examples: dlctl schema app; dlctl schema environment; dlctl schema --write")
def schema(
    ctx: typer.Context,
    name: Annotated[
        SchemaName | None,
        typer.Argument(
            metavar="[app|environment|params|prototype|package|readiness]",
            help="Which file: dlctl.yaml, environment.yaml, params.yaml, prototype.yaml, package.yaml, "
            "readiness/KIND.GROUP.yaml.",
        ),
    ] = None,
    write: Annotated[
        bool, typer.Option("--write", help="Write all schemas to .dlctl/schemas in the app, for editors.")
    ] = False,
) -> None:
    """Print the JSON Schema of one of dlctl's files, or write all of them for the YAML language server.

    In an app, those of dlctl.yaml and params.yaml have the parameters of its components.
    """
    if (name is None) is not write:
        raise UsageError(
            "'schema' needs the name of a file, or --write",
            hint="names: app, environment, params, prototype, package, readiness",
        )
    if name is None:
        _write(runtime_of(ctx))
    else:
        _print(runtime_of(ctx), name)


def _print(runtime: Runtime, name: SchemaName) -> None:
    from dlctl.app.file_schemas import FOLDER, schema_files
    from dlctl.errors import NoApp
    from dlctl.params.typed_schemas import typed_schemas

    schemas = None
    try:
        schemas = typed_schemas(runtime.app(), runtime.catalogue())
    except NoApp:
        pass
    except DlctlError as error:
        log(f"note: without the parameters of the app's components: {error}")
    data(schema_files(schemas)[f"{FOLDER}/{name.value}.schema.json"])


def _write(runtime: Runtime) -> None:
    from dlctl.app.file_schemas import FOLDER
    from dlctl.app.write import edit_app
    from dlctl.cli.output.file_edits import schema_changes

    root = runtime.root()
    changes = edit_app(root, lambda: schema_changes(runtime))
    written = sum(change.before != change.after for change in changes)
    log(f"wrote {written} of {len(changes)} schemas to {FOLDER}" if written else f"{FOLDER} is up to date")
