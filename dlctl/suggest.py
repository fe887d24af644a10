"""Suggestions of similar names, and lists of names for messages."""

import difflib
from collections.abc import Iterable, Mapping, Sequence

_SIMILAR = 0.75
"""The ratio of equal characters from which on two names are similar."""
_SHORTEST = 3
"""A name that is shorter is not taken for a misspelt one."""
_LONGEST = 64
"""Of longer names no typing mistakes are counted."""


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name most similar to `name`, or None if none is similar: a far one would only mislead."""
    candidates = list(known)
    return _misspelt(name, candidates) or _longer(name, candidates)


def _misspelt(name: str, candidates: Sequence[str]) -> str | None:
    """The candidate that the name may be with other signs, or with typing mistakes."""
    folded: dict[str, str] = {}
    for candidate in candidates:  # the first spelling of a name wins: callers put aliases last
        folded.setdefault(_fold(candidate), candidate)
    if _fold(name) in folded:
        return folded[_fold(name)]
    matches = difflib.get_close_matches(_fold(name), folded, n=1, cutoff=_SIMILAR)
    if matches:
        return folded[matches[0]]
    found = ((_mistakes(_fold(name), each), candidate) for each, candidate in folded.items())
    mistakes, closest = min(found, key=lambda each: each[0], default=(1, ""))
    return closest if mistakes <= _allowed(_fold(name)) and closest else None


def _longer(name: str, candidates: Sequence[str]) -> str | None:
    """The first candidate that begins with the name, or has it as one of its words."""
    begun = next((candidate for candidate in candidates if _is_prefix(name, candidate)), None)
    return begun or next((candidate for candidate in candidates if _is_word(name, candidate)), None)


def did_you_mean(name: str, known: Iterable[str], otherwise: str | None = None) -> str | None:
    """A hint with the most similar name, or `otherwise`."""
    found = nearest(name, known)
    return f"did you mean '{found}'?" if found else otherwise


def did_you_mean_param(
    name: str, known: Iterable[str], otherwise: str | None = None, aliases: Mapping[str, str] | None = None
) -> str | None:
    """A hint with the most similar parameter, or one that has another name elsewhere, or `otherwise`.

    `aliases` gives the parameter of each other name; the hint has the parameter.
    """
    from dlctl.synonyms import of_the_program, synonym

    aliases = aliases or {}
    candidates = (*known, *aliases)
    found = synonym(name, candidates) or nearest(name, candidates)
    if found is None and of_the_program(name, candidates):
        return "if it is an option of the program, pass it in 'args'"
    found = aliases.get(found, found) if found else None
    return f"did you mean '{found}'?" if found else otherwise


def _fold(name: str) -> str:
    return name.lower().replace("-", "_").replace("_", "")


def _is_prefix(name: str, candidate: str) -> bool:
    return len(name) >= 2 and _fold(candidate).startswith(_fold(name))


def _is_word(name: str, candidate: str) -> bool:
    return len(name) >= _SHORTEST and name.lower() in candidate.lower().replace("-", "_").split("_")


def _allowed(name: str) -> int:
    """How many typing mistakes a name of this length may have."""
    return 0 if len(name) < _SHORTEST else max(1, len(name) // 4)


def _mistakes(one: str, other: str) -> int:
    """The least number of typing mistakes between two names: a character more, less, other, or swapped.

    That is their optimal string alignment distance.
    """
    if max(len(one), len(other)) > _LONGEST:
        return _LONGEST
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, first in enumerate(one, 1):
        before, last, row = row, before, [i]
        for j, second in enumerate(other, 1):
            found = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (first != second))
            if last and j > 1 and first == other[j - 2] and one[i - 2] == second:
                found = min(found, last[j - 2] + 1)
            row.append(found)
    return row[-1]
