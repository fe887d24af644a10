"""Parts of secret values in messages: a server may quote only the rest of a text that it could not parse."""

from collections.abc import Iterable
from functools import lru_cache

from dlctl.spellings import one_line

RUN = 12
"""So many characters of a value in a row are a part of it, and no coincidence."""

MORE = 24
"""A derived text that is longer than all values by more than this has other parts than secret ones."""


def without_runs(text: str, values: frozenset[str], derived: frozenset[str], mask: str) -> str:
    """The text without parts of the values, and of what was made from them alone."""
    if len(text) < RUN or not (values or derived):
        return text
    grams = _grams(values, derived)
    parts: list[str] = []
    kept = place = 0
    while place <= len(text) - RUN:
        if text[place : place + RUN] not in grams:
            place += 1
            continue
        parts += (text[kept:place], mask)
        while text[place : place + RUN] in grams:
            place += 1
        kept = place = place + RUN - 1
    return "".join((*parts, text[kept:]))


@lru_cache(maxsize=4)
def _grams(values: frozenset[str], derived: frozenset[str]) -> frozenset[str]:
    longest = max(map(len, values), default=4096) + MORE
    sources: Iterable[str] = (*values, *(text for text in derived if len(text) <= longest))
    return frozenset(
        source[place : place + RUN]
        for text in sources
        for source in {text, one_line(text)}
        for place in range(len(source) - RUN + 1)
    )
