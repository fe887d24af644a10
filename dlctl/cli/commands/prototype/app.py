"""`dlctl prototype`: list, search, describe, preview."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Annotated, Any

import typer

from dlctl.cli.arguments.options import TableOutput
from dlctl.cli.arguments.raw import RAW_ARGUMENTS
from dlctl.cli.commands.table import application
from dlctl.cli.completion import candidates as complete
from dlctl.cli.output.envelope import write_document
from dlctl.cli.output.notes import log_event
from dlctl.cli.output.streams import data, log
from dlctl.cli.output.tables.table import TableFormat, table
from dlctl.cli.output.views.prototype import shown_default, shown_package
from dlctl.cli.runtime import Runtime, runtime_of
from dlctl.registry.prototypes.model import ListedPrototype, ParamSpec, Prototype, Requirement
from dlctl.registry.prototypes.search import search as search_prototypes
from dlctl.suggest import did_you_mean

app = application(
    no_args_is_help=True,
    help="List, search, describe and preview prototypes.",
    epilog="Examples: dlctl prototype list; dlctl prototype describe tf-cnn",
)

PrototypeName = Annotated[
    str, typer.Argument(metavar="PROTOTYPE", help="Prototype.", autocompletion=complete.prototypes)
]


@app.command("list", epilog="Examples: dlctl prototype list; dlctl prototype list tf-job")
def list_prototypes(
    ctx: typer.Context,
    name: Annotated[
        str,
        typer.Argument(
            metavar="[PROTOTYPE]",
            help="List the parameters of this prototype.",
            autocompletion=complete.prototypes,
        ),
    ] = "",
    output: TableOutput = TableFormat.TABLE,
) -> None:
    """List all prototypes, or the parameters of one prototype."""
    runtime = runtime_of(ctx)
    catalogue = runtime.catalogue(log_event)
    if name:
        _print_params(runtime, catalogue.find(name), output)
    else:
        _print_prototypes(runtime, catalogue.listed(), output)


@app.command("search", epilog="Examples: dlctl prototype search serving; dlctl prototype search rdma")
def search(
    ctx: typer.Context,
    text: Annotated[str, typer.Argument(metavar="TEXT", help="Words to search for, such as 'kafka'.")],
    output: TableOutput = TableFormat.TABLE,
) -> None:
    """Search prototypes, the best ten first.

    Names count most, then keywords, summaries, parameters and their groups, and descriptions. If no prototype
    has all words, those with most of them are listed.
    """
    runtime = runtime_of(ctx)
    found = search_prototypes(runtime.catalogue().all(), text)
    _print_prototypes(runtime, found.prototypes, output)
    if not found.prototypes:
        every = runtime.catalogue().all()
        words = {word: None for each in every for word in (*each.name.split("-"), *each.keywords)}
        if guess := did_you_mean(text, words):
            log(guess)
    if not found.all_words:
        log(f"no prototype has all the words of '{text}'; these have most of them")


class DescribeFormat(StrEnum):
    """How `describe` prints."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"


@app.command(
    "describe",
    short_help="Show a prototype's parameters and what it requires.",
    epilog="Examples: dlctl prototype describe tf-cnn; dlctl prototype describe tf-cnn -o markdown",
)
def describe(
    ctx: typer.Context,
    name: PrototypeName,
    output: Annotated[
        DescribeFormat, typer.Option("-o", "--output", help="Output format.")
    ] = DescribeFormat.TEXT,
) -> None:
    """Show what a prototype renders and requires, its parameters by group, and its examples."""
    from dlctl.cli.output.views.prototype_description import print_description
    from dlctl.cli.output.views.prototype_page import prototype_page

    runtime = runtime_of(ctx)
    prototype = runtime.catalogue().find(name)
    if output is DescribeFormat.MARKDOWN:
        data(prototype_page([prototype]))
    elif output is DescribeFormat.JSON:
        write_document(
            runtime,
            "Prototype",
            **_prototype_json(prototype),
            description=prototype.description,
            params=[_param_json(spec) for spec in prototype.params.values()],
            requires=[_requirement_json(entry) for entry in prototype.requires],
            provides=list(prototype.provides),
        )
    else:
        print_description(prototype)


@app.command(
    "preview",
    cls=complete.PrototypeWordsCommand,
    context_settings=dict(RAW_ARGUMENTS),
    add_help_option=False,
)
def preview(
    ctx: typer.Context,
    words: Annotated[
        list[str] | None,
        typer.Argument(metavar="PROTOTYPE [--PARAM VALUE]...", click_type=complete.PROTOTYPE_WORDS),
    ] = None,
) -> None:
    """Print the objects that a component of a prototype would render."""
    from dlctl.cli.commands.prototype.preview import print_preview

    print_preview(runtime_of(ctx), words or ())


def _prototype_json(prototype: Prototype | ListedPrototype) -> dict[str, Any]:
    source = prototype.source
    return {
        "name": prototype.name,
        "package": prototype.package,
        "registry": source.registry or None,
        "version": source.version or None,
        "summary": prototype.summary,
    }


def _requirement_json(entry: Requirement) -> dict[str, Any]:
    return {
        "kind": entry.kind or None,
        "resource": entry.resource or None,
        "nodeLabels": list(entry.node_labels) or None,
        "values": list(entry.values) or None,
        "when": entry.when,
        "provider": entry.provider or None,
    }


def _param_json(spec: ParamSpec) -> dict[str, Any]:
    return {
        "name": spec.name,
        "required": spec.required,
        "group": spec.group or None,
        "aliases": list(spec.aliases),
        "schema": spec.shown_schema,
    }


def _print_prototypes(
    runtime: Runtime, prototypes: Iterable[Prototype | ListedPrototype], output: TableFormat
) -> None:
    if output is TableFormat.JSON:
        items = [_prototype_json(prototype) for prototype in prototypes]
        write_document(runtime, "PrototypeList", items=items)
        return
    catalogue = runtime.catalogue()
    rows = [(shown_package(each), catalogue.reference(each), each.summary) for each in prototypes]
    table(
        ("PACKAGE", "NAME", "SUMMARY"),
        rows,
        "no prototypes found; 'dlctl prototype list' lists all prototypes",
    )


def _print_params(runtime: Runtime, prototype: Prototype, output: TableFormat) -> None:
    if output is TableFormat.JSON:
        items = [_param_json(spec) for spec in prototype.params.values()]
        write_document(runtime, "PrototypeParameterList", prototype=prototype.name, items=items)
        return
    from dlctl.params.described_type import describe_type

    rows = [
        (
            spec.name,
            describe_type(spec.shown_schema),
            "(required)" if spec.required and not spec.has_default else shown_default(spec),
            spec.description,
        )
        for spec in prototype.params.values()
    ]
    table(("PARAMETER", "TYPE", "DEFAULT", "DESCRIPTION"), rows, optional=("TYPE",))
