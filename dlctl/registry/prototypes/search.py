"""Search prototypes by what people type, the best first."""

from collections.abc import Iterable, Iterator
from itertools import pairwise

from msgspec import Struct

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
"""What a word counts that is only the beginning of one in the text, or another form of it."""
_SMALL = frozenset(["a", "an", "and", "for", "in", "of", "on", "the", "to", "with"])
"""Words that say nothing of what is sought."""
_ENDINGS = ("ing", "ed", "es", "s", "e")
_STEM = 3
"""Letters that are left at least of a word without its ending."""


class SearchResult(Struct, frozen=True):
    """The prototypes that were found, the best first; `all_words` false: each of them lacks some words."""

    prototypes: tuple[Prototype, ...]
    all_words: bool = True


def search(prototypes: Iterable[Prototype], text: str) -> SearchResult:
    """The prototypes in which every word of the text occurs, at most BEST; by where it occurs, then by name.

    The name counts most, then keywords, the summary and package, groups and parameters, the description.
    Of two that are equal, the one that has it in more of name, keywords and summary comes first. Where
    none has every word, those that have most of them, at least half.
    """
    words = [word for word in _words(text) if word not in _SMALL] or _words(text)
    scores = {each.name: (_score(each, words), each) for each in prototypes}
    most = max((len(score.words) for score, _ in scores.values()), default=0)
    if 2 * most < len(set(words)) or not most:
        return SearchResult(())
    found = [(score, each) for score, each in scores.values() if len(score.words) == most]
    best = sorted(found, key=lambda one: (-one[0].count, one[1].name))[:BEST]
    return SearchResult(tuple(each for _, each in best), all_words=most == len(set(words)))


class _Score(Struct, frozen=True):
    """The words that occur in a prototype, and the sum of what each of them counts."""

    words: frozenset[str]
    count: float


def _score(prototype: Prototype, words: list[str]) -> _Score:
    places = [(weight, _words(text)) for weight, text in _places(prototype)]
    counts = {word: [_counts(word, weight, known) for weight, known in places] for word in words}
    best = {word: max(each) for word, each in counts.items()}
    count = sum(best.values()) + sum(sum(each[:_HEAD]) for each in counts.values()) / _BESIDE
    return _Score(frozenset(word for word, value in best.items() if value), count)


def _counts(word: str, weight: float, known: list[str]) -> float:
    """The weight if the word, or two that follow each other, are it; less for a beginning or another form."""
    if word in known or word in map("".join, pairwise(known)):
        return weight
    stem = _stem(word)
    return weight * _PART if any(each.startswith(word) or _stem(each) == stem for each in known) else 0


def _stem(word: str) -> str:
    """The word without its ending: tune and tuning are the same."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) >= len(ending) + _STEM:
            return word.removesuffix(ending)
    return word


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
