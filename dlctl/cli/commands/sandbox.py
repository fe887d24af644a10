"""`dlctl sandbox`: a real control plane on this machine, with simulated nodes."""

import os
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from dlctl.cli.arguments.options import TableOutput
from dlctl.cli.arguments.sandbox_operators import Operators
from dlctl.cli.commands.table import application
from dlctl.cli.completion import candidates as complete
from dlctl.cli.output.envelope import write_document
from dlctl.cli.output.streams import data, log
from dlctl.cli.output.tables.table import TableFormat, table
from dlctl.cli.runtime import Runtime, runtime_of
from dlctl.errors import UsageError
from dlctl.sandbox.host.home import DEFAULT_NAME, Home
from dlctl.sandbox.story_names import FORMS, NODE_FORMS
from dlctl.text import counted

if TYPE_CHECKING:
    from dlctl.cli.output.live.sandbox_progress import Progress

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


class User(StrEnum):
    """The users of a sandbox: `editor` and `viewer` have the default roles edit and view."""

    ADMIN = "admin"
    EDITOR = "editor"
    VIEWER = "viewer"
    NOBODY = "nobody"


@app.command(
    epilog="Examples: dlctl sandbox up; dlctl sandbox up gpus --nodes v100x8-ib100=3,cpu-only=5; "
    "dlctl sandbox up --merge; dlctl sandbox up --kinds all --with training-operator --with trainer"
)
def up(
    ctx: typer.Context,
    name: Name = DEFAULT_NAME,
    nodes: Annotated[
        list[str] | None,
        typer.Option(
            metavar="SHAPE=N,…|FILE",
            help="Simulated nodes: built-in shapes with their counts (v100x8-ib100=3,cpu-only=5; can be "
            "repeated), or a YAML file with Node objects or a plan. On a running sandbox, they replace the "
            "nodes of each named shape.",
            click_type=complete.FILE,
        ),
    ] = None,
    merge: Annotated[
        bool, typer.Option("--merge", help="Add context dlctl-NAME to your kubeconfig; `down` removes it.")
    ] = False,
    kubeconfig: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Kubeconfig file for --merge (default: the first in KUBECONFIG, else ~/.kube/config).",
            click_type=complete.FILE,
        ),
    ] = None,
    operators: Operators = None,
    kinds: Annotated[
        list[str] | None,
        typer.Option(
            metavar="all|NAME,…",
            help="Serve these custom kinds without their operators: all that prototypes render, or kinds "
            "(TFJob), CRDs or groups (kubeflow.org). Their schemas accept every field. Can be repeated.",
        ),
    ] = None,
    storage_class: Annotated[
        str,
        typer.Option(
            "--storage-class",
            metavar="NAME",
            help="Create this StorageClass as the default one, and bind its claims to simulated volumes.",
        ),
    ] = "",
    job_seconds: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            min=0,
            max=86400,
            help="The pods of jobs succeed after N seconds (default: 0 for a Job, 2 for a training job).",
        ),
    ] = None,
) -> None:
    """Start a sandbox; a running one is not restarted."""
    from dlctl.sandbox.kinds.names import chosen_kinds
    from dlctl.sandbox.lifecycle import up_and_down as lifecycle
    from dlctl.sandbox.nodes.nodes import parse_nodes

    if kubeconfig and not merge:
        raise UsageError("--kubeconfig needs --merge")
    runtime = runtime_of(ctx)
    plan = parse_nodes(",".join(nodes)) if nodes else None
    served = chosen_kinds(kinds or ())
    target = _user_kubeconfig(runtime, kubeconfig) if merge else None
    with _progress() as emit:
        home = _home(runtime)
        lifecycle.up(
            name,
            home=home,
            environ=runtime.environ,
            nodes=plan,
            merge_into=target,
            operators=operators or (),
            kinds=served,
            job_seconds=job_seconds,
            storage_class=storage_class,
            emit=emit,
        )
    log(f"  use it:   dlctl sandbox kubectl {name} get nodes")
    log(f"  stop it:  dlctl sandbox down {name}")


@app.command(
    short_help="Build the programs of a sandbox.",
    epilog="Examples: dlctl sandbox build; dlctl sandbox build --with trainer",
)
def build(ctx: typer.Context, operators: Operators = None) -> None:
    """Build the programs of a sandbox if necessary, without starting one."""
    from dlctl.sandbox.lifecycle import up_and_down as lifecycle

    runtime = runtime_of(ctx)
    with _progress() as emit:
        lifecycle.build(_home(runtime), runtime.environ, operators or (), emit)
    log("programs are ready; start a sandbox with 'dlctl sandbox up'")


@app.command(epilog="Examples: dlctl sandbox down; dlctl sandbox down gpus --keep")
def down(
    ctx: typer.Context,
    name: Name = DEFAULT_NAME,
    keep: Annotated[bool, typer.Option("--keep", help="Keep the data for the next `up`.")] = False,
) -> None:
    """Stop a sandbox and remove all its files."""
    from dlctl.sandbox.lifecycle import up_and_down as lifecycle

    with _progress() as emit:
        if not lifecycle.down(name, home=_home(runtime_of(ctx)), keep=keep, emit=emit):
            log(f"Sandbox '{name}' not found")


@app.command(
    short_help="Simulate failures of pods or nodes of a sandbox.",
    epilog="Examples: dlctl sandbox simulate default/trainer-0 fail@20s:42; "
    "dlctl sandbox simulate job/train hang -n team; dlctl sandbox simulate node/cpu-only-0 not-ready; "
    "dlctl sandbox simulate sandbox oom@5s",
)
def simulate(
    ctx: typer.Context,
    target: Annotated[
        str,
        typer.Argument(
            metavar="ENV|NAMESPACE/POD|job/NAME|node/NAME",
            help="All pods of an environment, a pod, the pods of a job, or a node.",
            autocompletion=complete.environments,
        ),
    ],
    story: Annotated[
        str, typer.Argument(metavar="BEHAVIOR", help=f"Of pods: {FORMS}. Of a node: {NODE_FORMS}.")
    ],
    number: Annotated[
        int | None, typer.Argument(metavar="[N]", min=1, help="GPUs that a node loses.")
    ] = None,
    sandbox: Annotated[
        str,
        typer.Option(
            "--sandbox",
            help=f"The sandbox's name (default: the environment's sandbox, else {DEFAULT_NAME}).",
            autocompletion=complete.sandboxes,
        ),
    ] = "",
    namespace: Annotated[str, typer.Option("-n", "--namespace", help="The job's namespace.")] = "default",
    output: TableOutput = TableFormat.TABLE,
) -> None:
    """Simulate a failure or other behavior of running pods or of a node of a sandbox."""
    from dlctl.cli.commands.simulated import Request, simulated

    runtime = runtime_of(ctx)
    done = simulated(runtime, Request(target, story, number, sandbox, namespace))
    if output is TableFormat.JSON:
        pods = list(done.pods)
        write_document(runtime, "Simulation", sandbox=done.sandbox, story=story, node=done.node, pods=pods)
    else:
        log(f"{f'node {done.node}' if done.node else counted(len(done.pods), 'pod')}: {story}")


@app.command("list", epilog="Example: dlctl sandbox list -o json")
def list_command(
    ctx: typer.Context,
    form: Annotated[ListFormat, typer.Option("-o", "--output", help="Output format.")] = ListFormat.TABLE,
) -> None:
    """List the sandboxes of this machine."""
    from dlctl.cli.commands.listed_sandboxes import as_json, status_text
    from dlctl.sandbox.lifecycle.lookup import list_sandboxes

    runtime = runtime_of(ctx)
    sandboxes = list_sandboxes(_home(runtime))
    if form is ListFormat.JSON:
        write_document(runtime, "SandboxList", items=[as_json(sandbox) for sandbox in sandboxes])
    elif form is ListFormat.NAME:
        data("".join(f"{sandbox.name}\n" for sandbox in sandboxes))
    else:
        rows = [(s.name, status_text(s), s.context, s.server or "-") for s in sandboxes]
        empty = "no sandboxes; start one with 'dlctl sandbox up'"
        table(("NAME", "STATUS", "CONTEXT", "SERVER"), rows, empty, optional=("CONTEXT",))


@app.command(epilog="Examples: dlctl sandbox kubeconfig; dlctl sandbox kubeconfig gpus --user viewer --path")
def kubeconfig(
    ctx: typer.Context,
    name: Name = DEFAULT_NAME,
    path: Annotated[
        bool, typer.Option("--path", help="Print the path of the file, not its content.")
    ] = False,
    user: Annotated[
        User, typer.Option(help="User; all except admin have restricted permissions.")
    ] = User.ADMIN,
) -> None:
    """Print the kubeconfig of a running sandbox."""
    from dlctl.sandbox.lifecycle.lookup import kubeconfig_path

    file = kubeconfig_path(name, home=_home(runtime_of(ctx)), user=user.value)
    data(f"{file}\n" if path else file.read_text())


@app.command(
    short_help="Run kubectl against a sandbox.",
    epilog="Example: dlctl sandbox kubectl sandbox get pods -A",
    context_settings={
        "allow_extra_args": True,
        "allow_interspersed_args": False,
        "ignore_unknown_options": True,
        "help_option_names": [],
    },
)
def kubectl(ctx: typer.Context, name: Name) -> None:
    """Run the sandbox's own kubectl; all arguments after NAME are passed to it."""
    if name in {"-h", "--help"}:
        data(ctx.get_help() + "\n")
        return
    from dlctl.sandbox.lifecycle.lookup import kubeconfig_path, kubectl_command

    runtime = runtime_of(ctx)
    home = _home(runtime)
    environment = {**runtime.environ, "KUBECONFIG": str(kubeconfig_path(name, home=home))}
    _exec([*kubectl_command(name, home=home), *ctx.args], environment)


def _exec(command: list[str], environment: dict[str, str]) -> NoReturn:
    """Replace this process with the program, which then handles signals and the terminal."""
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            stream.flush()
    os.execve(command[0], command, environment)


def _progress() -> "Progress":
    from dlctl.cli.output.live.sandbox_progress import Progress

    return Progress()


def _home(runtime: Runtime) -> Home:
    return Home.from_environ(runtime.environ)


def _user_kubeconfig(runtime: Runtime, explicit: Path | None) -> Path:
    """The kubeconfig to write, as in kubectl: the flag, else the first in KUBECONFIG, else the default."""
    if explicit:
        return runtime.cwd / explicit
    listed = [part for part in runtime.environ.get("KUBECONFIG", "").split(os.pathsep) if part]
    return runtime.cwd / listed[0] if listed else runtime.home / ".kube" / "config"
