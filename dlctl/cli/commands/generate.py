"""`dlctl generate PROTOTYPE COMPONENT [--param value …]`."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from dlctl.app.discover import APP_FILE
from dlctl.app.edit import add_component
from dlctl.app.model import App
from dlctl.cli.arguments.prototype_usage import GENERATE, usage_text
from dlctl.cli.arguments.prototype_words import PrototypeArguments, parse_prototype_arguments
from dlctl.cli.arguments.raw import RAW_ARGUMENTS
from dlctl.cli.commands.table import application
from dlctl.cli.completion import candidates as complete
from dlctl.cli.output.file_edits import warn_about_rules, warn_about_secrets, with_schemas, write_edits
from dlctl.cli.output.streams import data, log
from dlctl.cli.output.style import Style
from dlctl.cli.runtime import runtime_of
from dlctl.errors import AppError, UsageError
from dlctl.files.write import FileChange
from dlctl.params.component import component_block, missing_params, typed_params
from dlctl.params.references import is_elsewhere
from dlctl.registry.prototypes.model import Prototype
from dlctl.yamlio.load import Document, load_file, load_text, text_of

app = application()


@app.command(cls=complete.PrototypeWordsCommand, context_settings=dict(RAW_ARGUMENTS), add_help_option=False)
def generate(
    ctx: typer.Context,
    words: Annotated[
        list[str] | None,
        typer.Argument(metavar="PROTOTYPE COMPONENT [--PARAM VALUE]...", click_type=complete.PROTOTYPE_WORDS),
    ] = None,
) -> None:
    """Add a component to the app, from a prototype."""
    runtime = runtime_of(ctx)
    catalogue = runtime.catalogue()
    parsed = parse_prototype_arguments(words or (), catalogue.find)
    if parsed.help:
        data(usage_text(GENERATE, catalogue.find(parsed.prototype) if parsed.prototype else None))
        return
    _require_names(parsed)
    root = runtime.root()
    prototype = catalogue.find(parsed.prototype)
    reference = catalogue.reference(prototype)
    params = typed_params(prototype, parsed.params, values_file(runtime.cwd, parsed), parsed.force)
    existed: list[str] = []

    def compute() -> Sequence[FileChange]:
        current = runtime.app()
        if parsed.flag("if-missing") and parsed.component in current.components:
            existed[:] = [_same_prototype(current, parsed.component, prototype, reference)]
            return ()
        block = component_block(
            prototype,
            reference,
            parsed.component,
            parsed.options.get("name", ""),
            parsed.options.get("namespace", ""),
            params,
        )
        change = add_component(current, parsed.component, block)
        return with_schemas(runtime, [change], {**current.prototypes, parsed.component: reference})

    write_edits(root, compute)
    if existed:
        log(f"component {parsed.component} already exists; nothing was changed")
        return
    clear = [name for name, value in params.items() if not is_elsewhere(value)]
    warn_about_secrets(prototype, clear, parsed.component, APP_FILE)
    _report(parsed.component, reference, prototype, params)
    warn_about_rules(runtime, parsed.component)


def _require_names(parsed: PrototypeArguments) -> None:
    if not parsed.prototype:
        raise UsageError(
            "'generate' needs PROTOTYPE and COMPONENT",
            hint="'dlctl prototype list' lists prototypes, 'dlctl generate PROTOTYPE --help' its parameters",
        )
    if not parsed.component:
        raise UsageError(
            f"no name given for the component from prototype '{parsed.prototype}'",
            hint=f"usage: dlctl generate {parsed.prototype} COMPONENT",
        )


def _same_prototype(app: App, name: str, prototype: Prototype, reference: str) -> str:
    """The name of a component that exists. Raises AppError if it is from another prototype."""
    component = app.components[name]
    if component.prototype not in (reference, prototype.name):
        raise AppError(
            f"component '{name}' exists, but from prototype {component.prototype}",
            location=component.location,
            hint="choose another name",
        )
    return name


def _report(component: str, reference: str, prototype: Prototype, params: dict[str, object]) -> None:
    log(f"added component {component} from prototype {reference}", Style.GOOD)
    for name in missing_params(prototype, params):
        log(f"{name} is required and not set: dlctl param set {component} {name} VALUE", Style.WARN)


def values_file(cwd: Path, parsed: PrototypeArguments) -> Document | None:
    """The file given by `--values`; `-` is standard input."""
    name = parsed.options.get("values")
    if name == "-":
        content = sys.stdin.buffer.read() if sys.stdin is not None else b""
        return load_text(text_of(content, "standard input"), "standard input")
    if name == "":
        raise UsageError("--values needs a file", hint="use '-' for standard input")
    return None if name is None else load_file(cwd / name, name)
