"""`dlctl param`: set, unset, list, explain, diff."""

from collections.abc import Sequence
from typing import Annotated

import typer

from dlctl.cli.arguments.negative_numbers import NegativeNumbersCommand
from dlctl.cli.arguments.options import FirstEnvironment, InEnvironment, SecondEnvironment, TableOutput
from dlctl.cli.commands.table import application
from dlctl.cli.completion import candidates as complete
from dlctl.cli.output.file_edits import warn_about_rules, write_edits
from dlctl.cli.output.streams import log
from dlctl.cli.output.tables.table import TableFormat
from dlctl.cli.runtime import runtime_of
from dlctl.errors import UsageError
from dlctl.files.write import FileChange
from dlctl.params.assign import Place, assign, unassign
from dlctl.params.parse_value import Force

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
    epilog="Examples: dlctl param set cnn num_workers 4; dlctl param set cnn num_ps=2 model=vgg16; "
    "dlctl param set --env gke cnn num_gpus 1; dlctl param set --env gke gpu_model V100",
)
def set_params(
    ctx: typer.Context,
    words: Words,
    env: InEnvironment = "",
    as_json: Annotated[bool, typer.Option("--json", help="Read each value as JSON.")] = False,
    as_string: Annotated[
        bool, typer.Option("--string", "--as-string", help="Read each value as a string.")
    ] = False,
) -> None:
    """Set parameters: COMPONENT NAME VALUE, or COMPONENT NAME=VALUE...

    Values are typed by the prototype's schema. With --env and no component, the value applies to
    every component of the environment that declares the parameter. Dots refer to values inside
    mappings; '\\.' is a literal dot. For a value that starts with '-' and is not a number, use
    NAME=VALUE.
    """
    if as_json and as_string:
        raise UsageError("--json and --string cannot be used together")
    force = Force.JSON if as_json else Force.STRING if as_string else Force.SCHEMA
    runtime = runtime_of(ctx)
    component, values = _assignments(words, env)
    place = Place(component, env)

    def compute() -> Sequence[FileChange]:
        return assign(runtime.app(), runtime.catalogue(), place, values, force)

    changed = write_edits(runtime.root(), compute)
    if not changed:
        log(f"{', '.join(name for name, _ in values)}: unchanged for {place}")
    warn_about_rules(runtime, component, env)


@app.command("unset", epilog="Example: dlctl param unset --env gke cnn num_gpus")
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
) -> None:
    """Unset parameters, so that inherited values and defaults apply again."""
    runtime = runtime_of(ctx)

    def compute() -> Sequence[FileChange]:
        app = runtime.app()
        component, names = _names(words, env, list(app.components))
        return [unassign(app, runtime.catalogue(), Place(component, env), names)]

    write_edits(runtime.root(), compute)


@app.command("list", epilog="Examples: dlctl param list; dlctl param list cnn --env gke")
def list_params(
    ctx: typer.Context,
    component: Annotated[
        str,
        typer.Argument(
            metavar="[COMPONENT]", help="Component (default: all).", autocompletion=complete.components
        ),
    ] = "",
    env: InEnvironment = "",
    output: TableOutput = TableFormat.TABLE,
) -> None:
    """List parameters with their values and origins."""
    from dlctl.cli.output.views.parameters import print_params

    print_params(runtime_of(ctx), component, env, output)


@app.command("explain", epilog="Example: dlctl param explain cnn num_gpus --env gke")
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
    from dlctl.cli.output.views.parameters import print_differences

    raise typer.Exit(print_differences(runtime_of(ctx), first, second, component, output))


def _assignments(words: Sequence[str], env: str) -> tuple[str, list[tuple[str, str]]]:
    """Parse arguments to a component (empty: all of an environment) and `(name, text)` pairs."""
    component, rest = _component_word(words)
    named = any("=" in word for word in rest[:-1])  # of other words than a last one, which may be a value
    if rest and all("=" in word for word in rest):
        pairs = [(name, value) for name, _, value in (word.partition("=") for word in rest)]
    elif len(words) == 3 and not named:
        component, pairs = words[0], [(words[1], words[2])]
    elif len(words) == 2 and env and not named:
        component, pairs = "", [(words[0], words[1])]
    else:
        raise UsageError(
            "'param set' needs COMPONENT NAME VALUE or COMPONENT NAME=VALUE...",
            hint="with --env, the component is optional: dlctl param set --env gke NAME VALUE",
        )
    if not component and not env:
        raise UsageError(
            "no component given",
            hint="pass the component: dlctl param set COMPONENT NAME VALUE; or pass --env ENV",
        )
    return component, pairs


def _component_word(words: Sequence[str]) -> tuple[str, Sequence[str]]:
    return ("", words) if "=" in words[0] else (words[0], words[1:])


def _names(words: Sequence[str], env: str, components: Sequence[str]) -> tuple[str, Sequence[str]]:
    if len(words) == 1 and env:
        return "", words
    if len(words) >= 2 and (words[0] in components or not env):
        return words[0], words[1:]
    if env:
        return "", words
    raise UsageError("'param unset' needs COMPONENT NAME...", hint="with --env, the component is optional")
