"""`param explain`: a value, its origin, and the values that it overrides."""

from msgspec import Struct

from dlctl.cli.output.printable import printable
from dlctl.cli.output.streams import data, draw, stdout_is_terminal
from dlctl.cli.output.style import Style


class Explanation(Struct, frozen=True):
    """The explanation of a parameter: value, sources from the winning one down, and notes."""

    subject: str
    value: str
    sources: tuple[str, ...]
    notes: tuple[str, ...]


def print_explained(explained: Explanation) -> None:
    """Print an explanation as a tree on a terminal, or as indented lines on a pipe."""
    if stdout_is_terminal():
        _draw(explained)
    else:
        lines = [f"{explained.subject}: {explained.value}", *explained.sources, *explained.notes]
        data("\n  ".join(lines) + "\n")


def _draw(explained: Explanation) -> None:
    from rich.console import Group
    from rich.text import Text
    from rich.tree import Tree

    subject = Text(printable(f"{explained.subject}: "), overflow="fold")
    tree = Tree(subject.append(printable(explained.value), Style.STRONG), guide_style=Style.DIM)
    winner, *shadowed = explained.sources
    tree.add(Text(printable(winner), overflow="fold"))
    for source in shadowed:
        tree.add(Text(printable(source), Style.DIM, overflow="fold"))
    draw(Group(tree, *(Text(printable(note), overflow="fold") for note in explained.notes)))
