"""Search prototypes by what people type, the best first."""

from collections.abc import Iterable, Iterator
from itertools import pairwise

from dlctl.pattern import pattern
from dlctl.registry.prototypes.model import Prototype

BEST = 10
"""How many are found at most."""

_WORDS = pattern(r"[a-z0-9]+")
_CAPITAL = pattern(r"(?<=[a-z0-9])(?=[A-Z])")
_BESIDE = 1_000_000
"""What one further place counts less than the best, so that it only decides between equals."""
_HEAD = 3
"""The places that say what a prototype is: its name, keywords and summary."""
_PART = 0.5
"""What a word counts that is only the beginning of one in the text."""


def search(prototypes: Iterable[Prototype], text: str) -> list[Prototype]:
    """The prototypes in which every word of the text occurs, at most BEST; by where it occurs, then by name.

    The name counts most, then keywords, the summary and package, groups and parameters, the description.
    Of two that are equal, the one that has it in more of name, keywords and summary comes first.
    """
    words = _words(text)
    scores = {each.name: (_score(each, words), each) for each in prototypes}
    found = [(score, each) for score, each in scores.values() if score]
    return [each for _, each in sorted(found, key=lambda one: (-one[0], one[1].name))][:BEST]


def _score(prototype: Prototype, words: list[str]) -> float:
    """The sum of what each word counts; 0 if one does not occur."""
    places = [(weight, _words(text)) for weight, text in _places(prototype)]
    counts = [[_counts(word, weight, known) for weight, known in places] for word in words]
    best = [max(each) for each in counts]
    return sum(best) + sum(sum(each[:_HEAD]) for each in counts) / _BESIDE if all(best) else 0


def _counts(word: str, weight: float, known: list[str]) -> float:
    """The weight if the word, or two that follow each other, are it; less if one only begins with it."""
    if word in known or word in map("".join, pairwise(known)):
        return weight
    return weight * _PART if any(each.startswith(word) for each in known) else 0


def _places(prototype: Prototype) -> Iterator[tuple[float, str]]:
    yield 100, prototype.name
    yield 60, " ".join(prototype.keywords)
    yield 40, f"{prototype.summary} {prototype.package}"
    yield 30, " ".join((*(entry.kind for entry in prototype.requires), *prototype.provides))
    for spec in prototype.params.values():
        yield 20, " ".join((spec.name, spec.group, *spec.aliases))
        yield 5, spec.description
    yield 10, prototype.description


def _words(text: str) -> list[str]:
    """The words in lower case; `envFrom` and `env_from` are env and from, and envfrom."""
    split = _WORDS.findall(_CAPITAL.sub(" ", text).lower())
    return split or [text.lower()]
