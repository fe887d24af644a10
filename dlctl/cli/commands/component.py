"""`dlctl component`: list, set, rm, mv, eject."""

from collections.abc import Sequence
from typing import Annotated

import typer

from dlctl.cli.arguments.options import ComponentName, IfExists, InEnvironment, TableOutput, Yes
from dlctl.cli.commands.table import application
from dlctl.cli.output.envelope import write_document
from dlctl.cli.output.file_edits import with_schemas, write_edits
from dlctl.cli.output.prompt import confirm
from dlctl.cli.output.streams import log
from dlctl.cli.output.tables.table import TableFormat, table
from dlctl.cli.runtime import runtime_of
from dlctl.errors import UsageError
from dlctl.files.write import FileChange
from dlctl.report import location_report
from dlctl.text import shown_name

app = application(
    no_args_is_help=True,
    help="List, disable, remove, rename and eject components. "
    "Fields that no parameter sets are changed by 'patches' of the component in dlctl.yaml: strategic "
    "merges, merges (RFC 7386) and JSON patches (RFC 6902), see docs/reference/patches.md.",
    epilog="Examples: dlctl component list; dlctl component eject cnn",
)


@app.command("list", epilog="Example: dlctl component list -o json")
def list_components(ctx: typer.Context, output: TableOutput = TableFormat.TABLE) -> None:
    """List the app's components with their prototypes."""
    runtime = runtime_of(ctx)
    components = runtime.app().components.values()
    if output is TableFormat.JSON:
        items = [
            {
                "name": component.name,
                "prototype": component.prototype,
                "baseName": component.base_name,
                "namespace": component.namespace or None,
                "location": location_report(component.location),
            }
            for component in components
        ]
        write_document(runtime, "ComponentList", items=items)
        return
    rows = [
        (component.name, component.prototype, component.namespace, str(component.location))
        for component in components
    ]
    empty = "no components; add one with 'dlctl generate PROTOTYPE COMPONENT'"
    table(("COMPONENT", "PROTOTYPE", "NAMESPACE", "WHERE"), rows, empty, optional=("WHERE", "NAMESPACE"))


@app.command(
    "set",
    epilog="Examples: dlctl component set cnn --env minikube --disabled; "
    "dlctl component set cnn --env minikube --enabled",
)
def set_component(
    ctx: typer.Context,
    name: ComponentName,
    env: InEnvironment = "",
    disabled: Annotated[
        bool | None,
        typer.Option("--disabled/--enabled", help="Disable or enable the component in the environment."),
    ] = None,
) -> None:
    """Disable or enable a component in one environment.

    Clusters are not changed: the next 'dlctl diff ENV' shows what is left over there.
    """
    from dlctl.app.environment_edit import set_disabled
    from dlctl.app.environments import load_environment
    from dlctl.app.find import find_component

    if disabled is None:
        raise UsageError("nothing to set", hint="pass --disabled or --enabled")
    if not env:
        raise UsageError("no environment given", hint="pass --env ENV")
    runtime = runtime_of(ctx)
    leave_out: bool = disabled

    def compute() -> Sequence[FileChange]:
        app = runtime.app()
        find_component(app, name)
        return [set_disabled(app, load_environment(app, env), name, disabled=leave_out)]

    if not write_edits(runtime.root(), compute):
        log(f"component {name} is already {'disabled' if leave_out else 'enabled'} in {env}")


@app.command("rm", epilog="Examples: dlctl component rm cnn --yes; dlctl component rm old --if-exists --yes")
def remove(ctx: typer.Context, name: ComponentName, if_exists: IfExists = False, yes: Yes = False) -> None:
    """Remove a component and its parameters in every environment.

    Clusters are not changed: to delete its objects too, first run 'dlctl delete ENV -c COMPONENT'.
    """
    from dlctl.app.edit import remove_component
    from dlctl.app.find import find_component

    runtime = runtime_of(ctx)
    root = runtime.root()
    if if_exists and name not in runtime.app().components:
        log(f"component {shown_name(name)} does not exist; nothing was changed")
        return
    find_component(runtime.app(), name)
    confirm(runtime, f"Remove component '{name}' and its parameters in every environment?", yes=yes)

    def compute() -> Sequence[FileChange]:
        current = runtime.app()
        find_component(current, name)
        kept = {other: prototype for other, prototype in current.prototypes.items() if other != name}
        return with_schemas(runtime, remove_component(current, name), kept)

    write_edits(root, compute)
    log(
        f"removed component {name}; objects that were applied stay on their clusters: "
        f"'dlctl delete ENV -c {name}' deletes them"
    )


@app.command(
    "mv",
    short_help="Rename a component without deleting its objects.",
    epilog="Example: dlctl component mv cnn resnet",
)
def move(
    ctx: typer.Context,
    name: ComponentName,
    target: Annotated[str, typer.Argument(metavar="NAME", help="The new name.")],
) -> None:
    """Rename a component in the app's files; its objects keep their names and get new labels.

    The next 'dlctl apply ENV' changes the labels: nothing is deleted, created or restarted.
    """
    from dlctl.app.edit import move_component
    from dlctl.app.find import find_component
    from dlctl.app.names import check_name

    check_name("a component", target)
    runtime = runtime_of(ctx)

    def compute() -> Sequence[FileChange]:
        current = runtime.app()
        find_component(current, name)
        moved = {target if each == name else each: used for each, used in current.prototypes.items()}
        return with_schemas(runtime, move_component(current, name, target), moved)

    write_edits(runtime.root(), compute)
    log(f"component {name} is {target} now; the next apply of each environment changes its objects' labels")


@app.command(
    "eject",
    short_help="Copy a component's prototype into the app.",
    epilog="Example: dlctl component eject cnn --prototype our-cnn",
)
def eject(
    ctx: typer.Context,
    name: ComponentName,
    prototype: Annotated[
        str,
        typer.Option("--prototype", metavar="NAME", help="Name of the copy (default: the prototype's name)."),
    ] = "",
) -> None:
    """Copy a component's prototype into the app, with its shared files, to change it there."""
    from dlctl.registry.prototypes.eject import eject_prototype

    runtime = runtime_of(ctx)
    root = runtime.root()
    created: list[str] = []

    def compute() -> Sequence[FileChange]:
        changes, folder = eject_prototype(runtime.app(), runtime.catalogue(), name, prototype)
        created[:] = [folder]
        return changes

    write_edits(root, compute)
    log(f"component {name} now uses {created[0]}, which you can edit")
