"""`dlctl init NAME`."""

import shlex
from pathlib import Path
from typing import Annotated

import typer

from dlctl.app.create import check_location, create_app
from dlctl.app.environment_edit import NewFiles, environment_files
from dlctl.app.names import check_environment_name, check_name
from dlctl.cli.arguments.options import KubeconfigFile, NewContext, RequestTimeout
from dlctl.cli.commands.env.pin import pinned
from dlctl.cli.commands.table import application
from dlctl.cli.connect import ClusterFlags, Connector
from dlctl.cli.output.streams import log
from dlctl.cli.output.style import Style
from dlctl.cli.runtime import Runtime, runtime_of

app = application()


@app.command(epilog="Examples: dlctl init my-kubeflow; dlctl init my-kubeflow --context minikube")
def init(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="Name of the app and of its folder.")],
    context: NewContext = "",
    namespace: Annotated[
        str,
        typer.Option("-n", "--namespace", metavar="NAMESPACE", help="Namespace of the first environment."),
    ] = "",
    env: Annotated[str, typer.Option("--env", metavar="NAME", help="Name of the first environment.")] = "",
    kubeconfig: KubeconfigFile = None,
    request_timeout: RequestTimeout = 0,
) -> None:
    """Create a new app in the folder NAME, or in the folder given by --dir.

    With --context, --namespace or --env, a first environment is added. Its default name is 'default',
    its default cluster that of kubectl's current context.
    """
    runtime = runtime_of(ctx)
    check_name("an app", name)
    folder = runtime.directory or runtime.cwd / name
    check_location(folder, runtime.home)
    files: dict[str, str] = {}
    if context or namespace or env:
        flags = ClusterFlags(kubeconfig, context, request_timeout)
        files = _environment(runtime, flags, check_environment_name(env or "default"), namespace)
    create_app(folder, name, files)
    log(f"created app {name} in {folder}", Style.GOOD)
    log(f"next: cd {shlex.quote(_from(runtime.cwd, folder))}; dlctl prototype list; dlctl env add NAME")


def _from(cwd: Path, folder: Path) -> str:
    return str(folder.relative_to(cwd) if folder.is_relative_to(cwd) else folder)


def _environment(runtime: Runtime, flags: ClusterFlags, name: str, namespace: str) -> dict[str, str]:
    connector = Connector(runtime, flags)
    context = connector.chosen_context("")
    destination = pinned(connector, name, context, "", required=False)
    return environment_files(NewFiles(name, destination, namespace or context.namespace or "default"))
