"""`dlctl sandbox`: a real control plane on this machine, with simulated nodes."""

import json
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from types import FrameType
from typing import Annotated, Any, NoReturn

import typer

from dlctl.cli.sandbox_progress import progress
from dlctl.errors import UsageError
from dlctl.sandbox.home import DEFAULT_NAME, Home
from dlctl.sandbox.lookup import Sandbox

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="A real control plane on this machine, with simulated GPU and RDMA nodes.",
)
Name = Annotated[str, typer.Argument(metavar="[NAME]", help="The sandbox's name.")]


@app.command()
def up(
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
        Path | None,
        typer.Option(
            help="The kubeconfig to merge into (default: the first of KUBECONFIG, or ~/.kube/config)."
        ),
    ] = None,
) -> None:
    """Start a sandbox; a running one is left as it is."""
    from dlctl.sandbox import lifecycle
    from dlctl.sandbox.nodes import parse_nodes

    if kubeconfig and not merge:
        raise UsageError("--kubeconfig says where to merge, so it needs --merge")
    plan = parse_nodes(nodes) if nodes else None
    target = _user_kubeconfig(kubeconfig) if merge else None
    _interrupt_on_sigterm()
    with progress() as emit:
        lifecycle.up(name, home=_home(), environ=os.environ, nodes=plan, merge_into=target, emit=emit)
    typer.echo(
        f"Look around with `dlctl sandbox kubectl {name} get nodes`; stop it with `dlctl sandbox down {name}`",
        err=True,
    )


@app.command()
def down(
    name: Name = DEFAULT_NAME,
    keep: Annotated[bool, typer.Option("--keep", help="Keep the data for a later `up`.")] = False,
) -> None:
    """Stop a sandbox and remove every file of it."""
    from dlctl.sandbox import lifecycle

    with progress() as emit:
        if not lifecycle.down(name, home=_home(), keep=keep, emit=emit):
            typer.echo(f"There is no sandbox '{name}'", err=True)


@app.command("list")
def list_(
    output: Annotated[str, typer.Option("-o", "--output", metavar="table|json|name")] = "table",
) -> None:
    """List the sandboxes of this machine."""
    from dlctl.sandbox.lookup import list_sandboxes

    if output not in ("table", "json", "name"):
        raise UsageError(f"-o {output} is not known here", hint="write -o table, json or name")
    sandboxes = list_sandboxes(_home())
    if output == "json":
        items = [_as_json(sandbox) for sandbox in sandboxes]
        typer.echo(
            json.dumps({"apiVersion": "dlctl.dev/v1", "kind": "SandboxList", "items": items}, indent=2)
        )
    elif output == "name":
        for sandbox in sandboxes:
            typer.echo(sandbox.name)
    elif sandboxes:
        rows = [(s.name, s.status.value, s.context, s.server or "-") for s in sandboxes]
        _table(("NAME", "STATUS", "CONTEXT", "SERVER"), rows)
    else:
        typer.echo("There are no sandboxes; `dlctl sandbox up` starts one", err=True)


@app.command()
def kubeconfig(
    name: Name = DEFAULT_NAME,
    path: Annotated[
        bool, typer.Option("--path", help="Print the path of the file, not its content.")
    ] = False,
    user: Annotated[
        str, typer.Option(metavar="admin|editor|viewer|nobody", help="Whose kubeconfig.")
    ] = "admin",
) -> None:
    """Print the kubeconfig of a running sandbox."""
    from dlctl.sandbox.lookup import kubeconfig_path

    file = kubeconfig_path(name, home=_home(), user=user)
    typer.echo(str(file) if path else file.read_text(), nl=path)


@app.command(
    context_settings={
        "allow_extra_args": True,
        "allow_interspersed_args": False,
        "ignore_unknown_options": True,
        "help_option_names": [],
    }
)
def kubectl(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="The sandbox's name.")],
) -> None:
    """Run the sandbox's own kubectl: `dlctl sandbox kubectl NAME get pods -A`."""
    from dlctl.sandbox.lookup import kubeconfig_path, kubectl_command

    home = _home()
    environment = {**os.environ, "KUBECONFIG": str(kubeconfig_path(name, home=home))}
    _become([*kubectl_command(name, home=home), *context.args], environment)


def _become(command: Sequence[str], environment: dict[str, str]) -> NoReturn:
    sys.stdout.flush()
    sys.stderr.flush()
    os.execve(command[0], command, environment)


def _home() -> Home:
    return Home.from_environ(os.environ)


def _user_kubeconfig(explicit: Path | None) -> Path:
    """As kubectl chooses where to write: the flag, else the first file of KUBECONFIG, else the default."""
    if explicit:
        return explicit.absolute()
    listed = [part for part in os.environ.get("KUBECONFIG", "").split(os.pathsep) if part]
    return Path(listed[0]).absolute() if listed else Path.home() / ".kube" / "config"


def _interrupt_on_sigterm() -> None:
    """Let SIGTERM unwind like Ctrl-C, so that a half-started sandbox goes away."""

    def leave(number: int, _: FrameType | None) -> NoReturn:
        raise SystemExit(128 + number)

    signal.signal(signal.SIGTERM, leave)


def _as_json(sandbox: Sandbox) -> dict[str, Any]:
    return {
        "name": sandbox.name,
        "status": sandbox.status.value,
        "server": sandbox.server or None,
        "context": sandbox.context,
        "kubeconfig": str(sandbox.kubeconfig),
        "folder": str(sandbox.folder),
        "dead": list(sandbox.dead),
    }


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    widths = [max(len(row[column]) for row in (head, *rows)) for column in range(len(head))]
    for row in (head, *rows):
        typer.echo("   ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
