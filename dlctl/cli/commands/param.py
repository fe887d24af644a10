"""`dlctl param`: set, unset, list, explain, diff."""

from typing import Annotated

import typer

from dlctl.cli.arguments.negative_numbers import NegativeNumbersCommand
from dlctl.cli.arguments.options import FirstEnvironment, InEnvironment, SecondEnvironment, TableOutput
from dlctl.cli.commands.table import application
from dlctl.cli.completion import candidates as complete
from dlctl.cli.output.tables.table import TableFormat
from dlctl.cli.runtime import runtime_of
from dlctl.errors import UsageError

app = application(
    no_args_is_help=True,
    help="Set, unset, list, explain and compare parameters.",
    epilog="Examples: dlctl param set cnn num_workers 4; dlctl param explain cnn num_gpus --env gke",
)

Words = Annotated[
    list[str],
    typer.Argument(
        metavar="[COMPONENT] NAME VALUE",
        help="Component, parameter and value; or NAME=VALUE pairs.",
        autocompletion=complete.param_words,
    ),
]


@app.command(
    "set",
    cls=NegativeNumbersCommand,
    short_help="Set parameters of a component.",
    epilog="Examples: dlctl param set cnn num_workers 4; dlctl param set cnn num_ps=2 model=vgg16; "
    "dlctl param set --env gke cnn num_gpus 1; dlctl param set --env gke gpu_model V100; "
    "dlctl param set cnn env_vars NCCL_DEBUG=INFO,NCCL_IB_HCA=mlx5",
)
def set_params(
    ctx: typer.Context,
    words: Words,
    env: InEnvironment = "",
    as_json: Annotated[bool, typer.Option("--json", help="Read each value as JSON.")] = False,
    as_string: Annotated[
        bool, typer.Option("--string", "--as-string", help="Read each value as a string.")
    ] = False,
    shell: Annotated[
        bool, typer.Option("--shell", help="Split commands and other lists of words as a shell does.")
    ] = False,
) -> None:
    """Set parameters: COMPONENT NAME VALUE, or COMPONENT NAME=VALUE...

    Values are typed by the prototype's schema; a list is written a,b or [a, b], a mapping A=1,B=2 or {A: 1}.
    With --env and no component, the value applies to every component of the environment that declares the
    parameter. Dots refer to values inside mappings; '\\.' is a literal dot. The value '-' is read from
    standard input, for passwords. For another value that starts with '-' and is not a number, use NAME=VALUE.
    """
    from dlctl.cli.commands.param_edits import set_values
    from dlctl.cli.commands.param_values import force_of

    set_values(runtime_of(ctx), words, env, force_of(as_json=as_json, as_string=as_string, shell=shell))


@app.command(
    "unset",
    short_help="Unset parameters of a component.",
    epilog="Examples: dlctl param unset --env gke cnn num_gpus; dlctl param unset cnn model --if-exists",
)
def unset(
    ctx: typer.Context,
    words: Annotated[
        list[str],
        typer.Argument(
            metavar="[COMPONENT] NAME...",
            help="Component and parameters.",
            autocompletion=complete.param_words,
        ),
    ],
    env: InEnvironment = "",
    if_exists: Annotated[
        bool, typer.Option("--if-exists", help="Skip parameters that are not set, without an error.")
    ] = False,
) -> None:
    """Unset parameters, so that inherited values and defaults apply again."""
    from dlctl.cli.commands.param_edits import unset_values

    unset_values(runtime_of(ctx), words, env, if_exists=if_exists)


@app.command(
    "list",
    short_help="List the parameters that are set, and where.",
    epilog="Examples: dlctl param list; dlctl param list cnn --env gke --all",
)
def list_params(
    ctx: typer.Context,
    component: Annotated[
        str,
        typer.Argument(
            metavar="[COMPONENT]", help="Component (default: all).", autocompletion=complete.components
        ),
    ] = "",
    env: InEnvironment = "",
    everything: Annotated[bool, typer.Option("--all", help="Also list parameters that are not set.")] = False,
    output: TableOutput = TableFormat.TABLE,
) -> None:
    """List the parameters that are set, with their values and origins; JSON has all parameters."""
    from dlctl.cli.output.views.parameters import print_params

    print_params(runtime_of(ctx), component, env, output, everything=everything)


@app.command(
    "explain",
    short_help="Show a parameter's value and where it comes from.",
    epilog="Example: dlctl param explain cnn num_gpus --env gke",
)
def explain(
    ctx: typer.Context,
    words: Annotated[
        list[str],
        typer.Argument(
            metavar="COMPONENT NAME", help="Component and parameter.", autocompletion=complete.param_words
        ),
    ],
    env: InEnvironment = "",
    output: TableOutput = TableFormat.TABLE,
) -> None:
    """Show a parameter's value, its origin, and the values that it overrides."""
    from dlctl.cli.output.views.parameters import print_explanation

    if len(words) != 2:
        raise UsageError(
            "'param explain' needs COMPONENT and NAME", hint="example: dlctl param explain cnn num_gpus"
        )
    print_explanation(runtime_of(ctx), words[0], words[1], env, output)


@app.command("diff", epilog="Example: dlctl param diff minikube gke")
def diff(
    ctx: typer.Context,
    first: FirstEnvironment,
    second: SecondEnvironment,
    component: Annotated[
        str,
        typer.Option(
            "--component",
            "-c",
            metavar="NAME",
            help="Only this component.",
            autocompletion=complete.components,
        ),
    ] = "",
    output: TableOutput = TableFormat.TABLE,
) -> None:
    """Compare the parameters of two environments. Exit code 1 if there are differences."""
    from dlctl.cli.output.views.param_differences import print_differences

    raise typer.Exit(print_differences(runtime_of(ctx), first, second, component, output))
