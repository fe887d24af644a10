"""Lines of a seed that are YAML, look like it, or make objects: each of them has to be accounted for."""

import re
from collections.abc import Iterable, Iterator, Sequence

from tests.prototypes.published_yaml.comparison import Comparison
from tests.prototypes.published_yaml.text import Passage

FENCE = "```"
FIELD = re.compile(r"\s*(- )?[a-z][\w./*-]*:(\s|$)")
"""A line that begins with a key as Kubernetes writes it; headings begin with a capital."""
ANNOTATION = re.compile(r"\s*([\w-]+\.)+[a-z]+/[\w-]+\s*$")
"""A line that is the name of an annotation or a label, and nothing else."""
INLINE = re.compile(
    r"\b(apiVersion|kind):|\b(kubectl (apply|create)|ks (apply|generate|param set)|func deploy)\b"
)
"""An object, or a command that makes objects, in the middle of a line."""

Place = tuple[str, int]
"""A seed and the number of a line."""


def suspects(seed: str, lines: Sequence[str]) -> Iterator[Place]:
    """The lines between fences, whatever they are, and those elsewhere that may be part of an object."""
    fenced = False
    for number, line in enumerate(lines, 1):
        if line.strip() == FENCE:
            fenced = not fenced
        elif line.strip() and (fenced or FIELD.match(line) or ANNOTATION.match(line) or INLINE.search(line)):
            yield seed, number


def compared(comparisons: Iterable[Comparison]) -> set[Place]:
    """The lines that comparisons read."""
    return {
        (block.seed, number)
        for comparison in comparisons
        for block in comparison.blocks
        for piece in block.pieces
        for number in range(piece.first, piece.last + 1)
    }


def listed(passages: Iterable[Passage]) -> set[Place]:
    """The lines that are listed as no objects."""
    return {(each.seed, number) for each in passages for number in range(each.first, each.last + 1)}
