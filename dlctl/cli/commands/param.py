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
from dlctl.params.typed import Force

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
        bool, typer.Option("--string", "--as-string", help="Keep each value as the string it is.")
    ] = False,
) -> None:
    """Set parameters: COMPONENT NAME VALUE, or COMPONENT NAME=VALUE...

    Values are typed by the prototype's schema. With --env and no component the value holds for
    every component of that environment whose prototype declares it. Dots lead into mappings; '\\.'
    stands for a dot. A value that starts with '-' and is no number is written NAME=VALUE.
    """
    if as_json and as_string:
        raise UsageError("--json and --string exclude each other")
    force = Force.JSON if as_json else Force.STRING if as_string else Force.SCHEMA
    runtime = runtime_of(ctx)
    component, values = _assignments(words, env)
    place = Place(component, env)

    def compute() -> Sequence[FileChange]:
        return assign(runtime.app(), runtime.catalogue(), place, values, force)

    changed = write_edits(runtime.root(), compute)
    if not changed:
        log(f"{', '.join(name for name, _ in values)}: already so for {place}")
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
    """Remove parameters, so that what lies below them holds again."""
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
            metavar="[COMPONENT]", help="Component; all when omitted.", autocompletion=complete.components
        ),
    ] = "",
    env: InEnvironment = "",
    output: TableOutput = TableFormat.TABLE,
) -> None:
    """List parameters with their values and where these come from."""
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
    """Tell a parameter's value, where it comes from, and all that it hides."""
    from dlctl.cli.output.views.parameters import print_explanation

    if len(words) != 2:
        raise UsageError("explain takes a component and a parameter", hint="dlctl param explain cnn num_gpus")
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
    """Show which parameters differ between two environments. Exit code 1 where any does."""
    from dlctl.cli.output.views.parameters import print_differences

    raise typer.Exit(print_differences(runtime_of(ctx), first, second, component, output))


def _assignments(words: Sequence[str], env: str) -> tuple[str, list[tuple[str, str]]]:
    """The component (empty: all of an environment) and the `(name, text)` pairs that words mean."""
    component, rest = _component_word(words)
    if rest and all("=" in word for word in rest):
        pairs = [(name, value) for name, _, value in (word.partition("=") for word in rest)]
    elif len(words) == 3:
        component, pairs = words[0], [(words[1], words[2])]
    elif len(words) == 2 and env:
        component, pairs = "", [(words[0], words[1])]
    else:
        raise UsageError(
            "'param set' takes COMPONENT NAME VALUE, or COMPONENT NAME=VALUE...",
            hint="with --env the component may be left out: dlctl param set --env gke NAME VALUE",
        )
    if not component and not env:
        raise UsageError(
            "whose parameter?",
            hint="name the component: dlctl param set COMPONENT NAME VALUE; or add --env ENV",
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
    raise UsageError("'param unset' takes COMPONENT NAME...", hint="or --env ENV NAME")
