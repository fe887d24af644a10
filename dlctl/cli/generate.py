"""`dlctl generate PROTOTYPE COMPONENT [--param value …]`."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from dlctl.app.edit import add_component
from dlctl.app.write import FileChange
from dlctl.cli import complete
from dlctl.cli.commands import application
from dlctl.cli.files import write_edits
from dlctl.cli.invoke import world_of
from dlctl.cli.output import Style, data, say
from dlctl.cli.prototype_text import usage_text
from dlctl.cli.words import GenerateWords, read_generate_words
from dlctl.errors import UsageError
from dlctl.params.component import component_block, missing_params, typed_params
from dlctl.registry.model import Prototype
from dlctl.yamlio.load import load_file

app = application()

_SETTINGS = {
    "ignore_unknown_options": True,
    "allow_interspersed_args": False,
    "help_option_names": [],
}
"""Every word reaches `read_generate_words`, which knows the prototype's parameters."""


@app.command(context_settings=_SETTINGS, add_help_option=False)
def generate(
    ctx: typer.Context,
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="PROTOTYPE COMPONENT [--PARAM VALUE]...", autocompletion=complete.generate_words
        ),
    ] = None,
) -> None:
    """Add a component made from a prototype to the app."""
    world = world_of(ctx)
    asked = read_generate_words(words or (), world.catalogue_anywhere().find)
    if asked.help or not asked.prototype:
        _help(world.catalogue_anywhere().find(asked.prototype) if asked.prototype else None)
        return
    app_now = world.app()
    prototype = world.catalogue(app_now).find(asked.prototype)
    if not asked.component:
        raise UsageError(
            f"a component made from '{prototype.name}' needs a name",
            hint=f"dlctl generate {prototype.name} COMPONENT",
        )
    params = typed_params(prototype, asked.params, _values_file(world.cwd, asked))

    def compute() -> Sequence[FileChange]:
        current = world.app()
        block = component_block(
            current,
            prototype,
            asked.component,
            asked.options.get("name", ""),
            asked.options.get("namespace", ""),
            params,
        )
        return [add_component(current, asked.component, block)]

    write_edits(app_now.root, compute)
    _report(asked.component, prototype, params)


def _report(component: str, prototype: Prototype, params: dict[str, object]) -> None:
    say(f"added component {component} from prototype {prototype.name}", Style.GOOD)
    for name in missing_params(prototype, params):
        say(f"{name} still needs a value: dlctl param set {component} {name} VALUE", Style.WARN)


def _values_file(cwd: Path, asked: GenerateWords):  # type: ignore[no-untyped-def]
    return (
        load_file(cwd / asked.options["values"], asked.options["values"])
        if "values" in asked.options
        else None
    )


def _help(prototype: Prototype | None) -> None:
    data(usage_text(prototype))
