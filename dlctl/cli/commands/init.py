"""`dlctl init NAME`."""

import os
import shlex
import shutil
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from dlctl.app.discover import APP_FILE, find_root
from dlctl.app.edit import app_text, environment_file, params_file
from dlctl.app.environment_template import PARAMS_TEXT, environment_text
from dlctl.app.model import Destination
from dlctl.app.names import check_environment_name, check_name
from dlctl.cli.arguments.options import Context, KubeconfigFile, RequestTimeout
from dlctl.cli.commands.env_pin import pinned
from dlctl.cli.commands.table import application
from dlctl.cli.connect import ClusterFlags, Connector
from dlctl.cli.output.streams import log
from dlctl.cli.output.style import Style
from dlctl.cli.runtime import Runtime, runtime_of
from dlctl.errors import AppError
from dlctl.files.replace import write_error
from dlctl.files.write import new_folder

app = application()


@app.command(epilog="Examples: dlctl init my-kubeflow; dlctl init my-kubeflow --context minikube")
def init(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="Name of the app and of its folder.")],
    context: Context = "",
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
    _refuse(runtime, folder)
    files = {APP_FILE: app_text(name)}
    if context or namespace or env:
        flags = ClusterFlags(kubeconfig, context, request_timeout)
        files.update(_environment(runtime, flags, check_environment_name(env or "default"), namespace))
    _create(folder, files)
    log(f"created app {name} in {folder}", Style.GOOD)
    log(f"next: cd {shlex.quote(_from(runtime.cwd, folder))}; dlctl prototype list; dlctl env add NAME")


def _refuse(runtime: Runtime, folder: Path) -> None:
    try:
        root = find_root(folder.parent, runtime.home)
    except AppError:
        root = None
    if root is not None:
        raise AppError(f"folder is inside the app {root}", hint="change to a folder outside of it")
    if (folder / APP_FILE).exists():
        raise AppError(f"{folder} already contains an app", hint="choose another name or folder")
    if os.path.lexists(folder) and (not folder.is_dir() or any(folder.iterdir())):
        raise AppError(f"{folder} already exists", hint="choose another name, or empty the folder")


def _from(cwd: Path, folder: Path) -> str:
    return str(folder.relative_to(cwd) if folder.is_relative_to(cwd) else folder)


def _environment(runtime: Runtime, flags: ClusterFlags, name: str, namespace: str) -> dict[str, str]:
    connector = Connector(runtime, flags)
    context = connector.chosen_context("")
    destination: Destination = pinned(connector, name, context, "", required=False)
    chosen = check_name("a namespace", namespace or context.namespace or "default")
    return {environment_file(name): environment_text(destination, chosen), params_file(name): PARAMS_TEXT}


def _create(folder: Path, files: dict[str, str]) -> None:
    """Write all files to a temporary folder next to it, then rename that, so that creation is atomic."""
    with new_folder(folder.parent):
        try:
            _staged(folder, files)
        except OSError as error:
            raise write_error(error, folder) from error


def _staged(folder: Path, files: dict[str, str]) -> None:
    staging = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        for name, text in files.items():
            path = staging / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        umask = os.umask(0)
        os.umask(umask)
        staging.chmod(0o777 & ~umask)  # mkdtemp creates private folders
        staging.rename(folder)
    except BaseException:
        shutil.rmtree(staging, ignore_errors=True)
        raise
