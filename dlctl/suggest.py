"""Suggestions of similar names, and lists of names for messages."""

import difflib
from collections.abc import Iterable


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name most similar to `name`, or None."""
    candidates = list(known)
    folded: dict[str, str] = {}
    for candidate in candidates:  # the first spelling of a name wins: callers put aliases last
        folded.setdefault(_fold(candidate), candidate)
    if _fold(name) in folded:
        return folded[_fold(name)]
    matches = difflib.get_close_matches(_fold(name), folded, n=1, cutoff=0.6)
    if matches:
        return folded[matches[0]]
    return next((candidate for candidate in candidates if _is_prefix(name, candidate)), None)


def did_you_mean(name: str, known: Iterable[str], otherwise: str | None = None) -> str | None:
    """A hint with the most similar name, or `otherwise`."""
    found = nearest(name, known)
    return f"did you mean '{found}'?" if found else otherwise


def _fold(name: str) -> str:
    return name.lower().replace("-", "_").replace("_", "")


def _is_prefix(name: str, candidate: str) -> bool:
    return len(name) >= 2 and _fold(candidate).startswith(_fold(name))
