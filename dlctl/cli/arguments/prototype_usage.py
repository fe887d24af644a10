"""The help of `generate` and `prototype preview`, whose options are a prototype's parameters."""

import textwrap
from collections.abc import Iterator

from msgspec import Struct

from dlctl.cli.output.style import text_width
from dlctl.registry.prototypes.model import Prototype

INDENT = 30
"""The column where the descriptions of options start."""
_OWN = (
    ("--name NAME", "Base name of the objects (default: the component's name)."),
    ("--namespace NAMESPACE", "Namespace of the objects (default: the environment's)."),
    ("--values FILE", "YAML file with parameters, or - for standard input; options override it."),
    ("--shell", "Split commands and other lists of words as a shell does."),
    ("-h, --help", "Show this help; after a prototype's name, with its parameters."),
)


class PrototypeUsage(Struct, frozen=True):
    """A command with a prototype and its parameters.

    `takes` are the arguments after the prototype, `options` those that only this command has.
    """

    words: str
    takes: str
    summary: str
    example: str
    options: tuple[tuple[str, str], ...] = ()


GENERATE = PrototypeUsage(
    "generate",
    "COMPONENT [--PARAM VALUE]...",
    "Add a component to the app, from a prototype.",
    "COMPONENT",
    (("--if-missing", "Do not fail if it already exists from this prototype; change nothing."),),
)
PREVIEW = PrototypeUsage(
    "prototype preview",
    "[--PARAM VALUE]...",
    "Print the objects that a component of a prototype would render.",
    "",
)


def usage_text(command: PrototypeUsage, prototype: Prototype | None) -> str:
    """The output of `--help`; if a prototype is given, with its parameters as options."""
    from dlctl.cli.output.views.prototype import param_summary

    name = prototype.name if prototype else "PROTOTYPE"
    lines = [f"Usage: dlctl {command.words} {name} {command.takes}", ""]
    lines += [*textwrap.wrap(command.summary, text_width()), ""]
    if prototype and prototype.summary:
        lines += [*textwrap.wrap(f"{prototype.name}: {prototype.summary}", text_width()), ""]
    lines.append("Options:")
    for option, text in (*command.options, *_OWN):
        lines += _entry(option, text)
    if prototype:
        lines += ["", "Parameters:"]
        for spec in prototype.params.values():
            lines += _entry(f"--{spec.name.replace('_', '-')}", param_summary(spec))
    lines += ["", "Examples:", *(f"  {line}" for line in _examples(command, prototype)), ""]
    return "\n".join(lines)


def _examples(command: PrototypeUsage, prototype: Prototype | None) -> Iterator[str]:
    shown = prototype.name if prototype else "tf-cnn"
    words = ["dlctl", command.words, shown]
    if command.example:
        words.append(f"my-{shown}")
    if prototype is None:
        yield " ".join([*words, "--num-workers 4"])
        yield f"dlctl {command.words} {shown} --help"
        return
    required = [spec for spec in prototype.params.values() if spec.required and not spec.has_default]
    yield " ".join([*words, *(f"--{spec.name.replace('_', '-')} VALUE" for spec in required)])


def _entry(option: str, text: str) -> list[str]:
    wrapped = textwrap.wrap(text, max(20, text_width() - INDENT)) or [""]
    if len(option) > INDENT - 5:
        return [f"  {option}", *(" " * INDENT + line for line in wrapped)]
    return [f"  {option:<{INDENT - 2}}{wrapped[0]}", *(" " * INDENT + line for line in wrapped[1:])]
