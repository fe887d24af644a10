"""`dlctl sandbox`: a real control plane on this machine, with simulated nodes."""

import os
import signal
import sys
from enum import StrEnum
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import click
import typer

from dlctl.cli.commands.table import application
from dlctl.cli.completion import candidates as complete
from dlctl.cli.output.envelope import write_document
from dlctl.cli.output.streams import data, log
from dlctl.cli.output.tables.table import table
from dlctl.cli.runtime import Runtime, runtime_of
from dlctl.errors import UsageError
from dlctl.sandbox.host.home import DEFAULT_NAME, Home
from dlctl.sandbox.operators.names import NAMES
from dlctl.suggest import did_you_mean
from dlctl.text import listed

if TYPE_CHECKING:
    from dlctl.cli.output.live.sandbox_progress import Progress
    from dlctl.sandbox.lifecycle.lookup import Sandbox

app = application(
    no_args_is_help=True,
    help="Run a real control plane on this machine, with simulated GPU and RDMA nodes.",
    epilog="Examples: dlctl sandbox up; dlctl sandbox list; dlctl sandbox down",
)
Name = Annotated[str, typer.Argument(help="The sandbox's name.", autocompletion=complete.sandboxes)]


class ListFormat(StrEnum):
    """The formats of `list`."""

    TABLE = "table"
    JSON = "json"
    NAME = "name"


class OperatorName(click.Choice[str]):
    """The names that `--with` takes."""

    def get_invalid_choice_message(self, value: object, ctx: click.Context | None) -> str:
        """Say which name may have been meant."""
        hint = did_you_mean(str(value), self.choices, f"there is {listed(self.choices)}")
        return f"there is no operator '{value}' for sandboxes; {hint}"


class User(StrEnum):
    """Whose kubeconfig to print: `editor` and `viewer` have the default roles edit and view."""

    ADMIN = "admin"
    EDITOR = "editor"
    VIEWER = "viewer"
    NOBODY = "nobody"


Operators = Annotated[
    list[str] | None,
    typer.Option(
        "--with",
        click_type=OperatorName(NAMES),
        help="With these controllers, too: the Kubeflow training operator (v1), or Kubeflow Trainer 2 with "
        "JobSet and its runtimes. Their kinds are served, and their jobs run and end. Repeat it for both.",
    ),
]


@app.command(
    epilog="Examples: dlctl sandbox up; dlctl sandbox up gpus --nodes v100x8-ib100=3,cpu-only=5; "
    "dlctl sandbox up --merge; dlctl sandbox up --with training-operator --with trainer"
)
def up(
    ctx: typer.Context,
    name: Name = DEFAULT_NAME,
    nodes: Annotated[
        str | None,
        typer.Option(
            metavar="SHAPE=N,…|FILE",
            help="Simulated nodes: built-in shapes with their counts (v100x8-ib100=3,cpu-only=5), or a YAML "
            "file of Node objects. On a running sandbox, the nodes of each named shape become exactly N.",
        ),
    ] = None,
    merge: Annotated[
        bool, typer.Option("--merge", help="Add a context dlctl-NAME to your kubeconfig, until `down`.")
    ] = False,
    kubeconfig: Annotated[
        Path | None, typer.Option(help="Merge into this file, not the first of KUBECONFIG or ~/.kube/config.")
    ] = None,
    operators: Operators = None,
) -> None:
    """Start a sandbox; a running one stays as it is."""
    from dlctl.sandbox.lifecycle import up_and_down as lifecycle
    from dlctl.sandbox.nodes.nodes import parse_nodes

    if kubeconfig and not merge:
        raise UsageError("--kubeconfig says where to merge, so it needs --merge")
    runtime = runtime_of(ctx)
    plan = parse_nodes(nodes) if nodes else None
    target = _user_kubeconfig(runtime, kubeconfig) if merge else None
    _unwind_on_sigterm()
    with _progress() as emit:
        home = _home(runtime)
        lifecycle.up(
            name,
            home=home,
            environ=runtime.environ,
            nodes=plan,
            merge_into=target,
            operators=operators or (),
            emit=emit,
        )
    log(f"  look around:  dlctl sandbox kubectl {name} get nodes")
    log(f"  stop it:      dlctl sandbox down {name}")


@app.command(epilog="Examples: dlctl sandbox build; dlctl sandbox build --with trainer")
def build(ctx: typer.Context, operators: Operators = None) -> None:
    """Build the programs of a sandbox now, where they are not there yet, and start nothing."""
    from dlctl.sandbox.lifecycle import up_and_down as lifecycle

    runtime = runtime_of(ctx)
    _unwind_on_sigterm()
    with _progress() as emit:
        lifecycle.build(_home(runtime), runtime.environ, operators or (), emit)
    log("the programs are ready; dlctl sandbox up starts them")


@app.command(epilog="Examples: dlctl sandbox down; dlctl sandbox down gpus --keep")
def down(
    ctx: typer.Context,
    name: Name = DEFAULT_NAME,
    keep: Annotated[bool, typer.Option("--keep", help="Keep the data for a later `up`.")] = False,
) -> None:
    """Stop a sandbox and remove every file of it."""
    from dlctl.sandbox.lifecycle import up_and_down as lifecycle

    with _progress() as emit:
        if not lifecycle.down(name, home=_home(runtime_of(ctx)), keep=keep, emit=emit):
            log(f"There is no sandbox '{name}'")


@app.command("list", epilog="Example: dlctl sandbox list -o json")
def list_command(
    ctx: typer.Context,
    form: Annotated[ListFormat, typer.Option("-o", "--output", help="How to print.")] = ListFormat.TABLE,
) -> None:
    """List the sandboxes of this machine."""
    from dlctl.sandbox.lifecycle.lookup import list_sandboxes

    runtime = runtime_of(ctx)
    sandboxes = list_sandboxes(_home(runtime))
    if form is ListFormat.JSON:
        write_document(runtime, "SandboxList", items=[_as_json(sandbox) for sandbox in sandboxes])
    elif form is ListFormat.NAME:
        data("".join(f"{sandbox.name}\n" for sandbox in sandboxes))
    else:
        rows = [(s.name, s.status.value, s.context, s.server or "-") for s in sandboxes]
        empty = "There are no sandboxes; `dlctl sandbox up` starts one"
        table(("NAME", "STATUS", "CONTEXT", "SERVER"), rows, empty)


@app.command(epilog="Examples: dlctl sandbox kubeconfig; dlctl sandbox kubeconfig gpus --user viewer --path")
def kubeconfig(
    ctx: typer.Context,
    name: Name = DEFAULT_NAME,
    path: Annotated[bool, typer.Option("--path", help="Print where the file is, not what it says.")] = False,
    user: Annotated[User, typer.Option(help="Whose: users of less right are there to try out.")] = User.ADMIN,
) -> None:
    """Print the kubeconfig of a running sandbox."""
    from dlctl.sandbox.lifecycle.lookup import kubeconfig_path

    file = kubeconfig_path(name, home=_home(runtime_of(ctx)), user=user.value)
    data(f"{file}\n" if path else file.read_text())


@app.command(
    epilog="Example: dlctl sandbox kubectl sandbox get pods -A",
    context_settings={
        "allow_extra_args": True,
        "allow_interspersed_args": False,
        "ignore_unknown_options": True,
        "help_option_names": [],
    },
)
def kubectl(ctx: typer.Context, name: Name) -> None:
    """Run the sandbox's own kubectl; every word after NAME is kubectl's."""
    if name in {"-h", "--help"}:
        data(ctx.get_help() + "\n")
        return
    from dlctl.sandbox.lifecycle.lookup import kubeconfig_path, kubectl_command

    runtime = runtime_of(ctx)
    home = _home(runtime)
    environment = {**runtime.environ, "KUBECONFIG": str(kubeconfig_path(name, home=home))}
    _become([*kubectl_command(name, home=home), *ctx.args], environment)


def _become(command: list[str], environment: dict[str, str]) -> NoReturn:
    """Turn into the program: its signals, its exit code and its terminal are its own."""
    sys.stdout.flush()
    sys.stderr.flush()
    os.execve(command[0], command, environment)


def _progress() -> "Progress":
    from dlctl.cli.output.live.sandbox_progress import Progress

    return Progress()


def _home(runtime: Runtime) -> Home:
    return Home.from_environ(runtime.environ)


def _user_kubeconfig(runtime: Runtime, explicit: Path | None) -> Path:
    """As kubectl chooses where to write: the flag, else the first file of KUBECONFIG, else the default."""
    if explicit:
        return runtime.cwd / explicit
    listed = [part for part in runtime.environ.get("KUBECONFIG", "").split(os.pathsep) if part]
    return runtime.cwd / listed[0] if listed else runtime.home / ".kube" / "config"


def _unwind_on_sigterm() -> None:
    """Let SIGTERM unwind like Ctrl-C, so that a half-started sandbox goes away."""

    def leave(number: int, _: FrameType | None) -> NoReturn:
        raise SystemExit(128 + number)

    signal.signal(signal.SIGTERM, leave)


def _as_json(sandbox: "Sandbox") -> dict[str, Any]:
    return {
        "name": sandbox.name,
        "status": sandbox.status.value,
        "server": sandbox.server or None,
        "context": sandbox.context,
        "kubeconfig": str(sandbox.kubeconfig),
        "folder": str(sandbox.folder),
        "dead": list(sandbox.dead),
        "operators": list(sandbox.operators),
    }
