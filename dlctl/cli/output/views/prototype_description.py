"""`prototype describe`: on a terminal the parameters are trees, one for each group."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from dlctl.cli.output.printable import printable
from dlctl.cli.output.streams import data, draw, stdout_is_terminal
from dlctl.cli.output.style import Style, text_width
from dlctl.cli.output.views.prototype import (
    describe_text,
    example_text,
    param_summary,
    params_by_group,
    requirement_text,
    shown_package,
)
from dlctl.registry.prototypes.examples import examples_of, kinds_made
from dlctl.registry.prototypes.model import ParamSpec, Prototype

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.text import Text
    from rich.tree import Tree


def print_description(prototype: Prototype) -> None:
    """Print a prototype's description: as trees on a terminal, as plain text on a pipe."""
    if stdout_is_terminal():
        draw(_drawn(prototype))
    else:
        data(describe_text(prototype))


def _drawn(prototype: Prototype) -> "RenderableType":
    """The content of `describe_text` as trees."""
    from rich.console import Group
    from rich.constrain import Constrain

    *parts, _ = _parts(prototype)  # the last one is an empty line
    return Constrain(Group(*parts), text_width())


def _parts(prototype: Prototype) -> "Iterator[RenderableType]":
    examples = examples_of(prototype)
    yield _text(prototype.name, Style.STRONG).append(
        printable(f" ({shown_package(prototype)})\n  {prototype.summary}")
    )
    yield ""
    for paragraph in prototype.description.strip().split("\n\n"):
        yield _text(" ".join(paragraph.split()))
        yield ""
    yield from _section("Creates:", kinds_made(examples))
    yield from _section("Needs in the cluster:", map(requirement_text, prototype.requires))
    yield from _section("Provides:", prototype.provides)
    for title, specs in params_by_group(prototype):
        yield from _tree(title, map(_param, specs))
    yield from _section("Examples:", (example_text(prototype, example, indent=4) for example in examples))


def _section(title: str, entries: Iterable[str]) -> "Iterator[RenderableType]":
    return _tree(title, map(_text, entries))


def _tree(title: str, entries: "Iterable[Text]") -> "Iterator[Tree | str]":
    """A heading with its entries and an empty line; empty if there are no entries."""
    from rich.tree import Tree

    drawn = Tree(_text(title, Style.STRONG), guide_style=Style.DIM)
    for entry in entries:
        drawn.add(entry)
    if drawn.children:
        yield drawn
        yield ""


def _param(spec: ParamSpec) -> "Text":
    aliases = f" (also {', '.join(spec.aliases)})" if spec.aliases else ""
    return _text(spec.name, Style.NOTE).append(printable(f"{aliases}\n{param_summary(spec)}"))


def _text(text: str, style: Style | None = None) -> "Text":
    from rich.text import Text

    return Text(overflow="fold").append(printable(text), style)
