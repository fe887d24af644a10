"""Counts, lists and type names for messages."""

from collections.abc import Iterable, Mapping
from typing import Any

from dlctl.pattern import pattern

HIDDEN = "(hidden)"
"""What messages have instead of a value that may be secret."""

_MAY_BE_NAME = pattern(r"[\w .,:/@~+*?![\]-]{0,100}\Z")
_USER_INFORMATION = pattern(r"(?<=://)[^\s/?#\"]*@")
_MAY_BE_OPTION = pattern(r"-[A-Za-z]|--[a-z][a-z_.-]{0,40}")


def shown_name(word: str) -> str:
    """A wrong name in quotes, for messages; hidden if it is more likely a value that got there."""
    return f"'{word}'" if _MAY_BE_NAME.match(word) else HIDDEN


def without_user_information(text: str) -> str:
    """A text for messages; in its URLs `***` stands for a user name with a password or a token."""
    return _USER_INFORMATION.sub("***@", text)


def may_be_option(word: str) -> bool:
    """Whether a word that begins with a dash is likely an option, and not a value such as a PEM key."""
    return _MAY_BE_OPTION.fullmatch(word) is not None


def shown_size(size: int) -> str:
    """A number of bytes for people: `12 B`, `1.5 MiB`."""
    number, unit = float(size), "B"
    for larger in ("KiB", "MiB", "GiB"):
        if number < 1024:
            break
        number, unit = number / 1024, larger
    return f"{size} B" if unit == "B" else f"{number:.1f} {unit}"


def counted(count: int, noun: str) -> str:
    """A number with its noun: `1 object`, `3 objects`."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def listed(names: Iterable[str], *, limit: int = 12) -> str:
    """Names as a list: `a, b, c`, cut after `limit`; `none` if there are none."""
    every = list(names)
    more = f" and {len(every) - limit} more" if len(every) > limit else ""
    return (", ".join(every[:limit]) + more) or "none"


def enumerated(names: Iterable[str], *, limit: int = 12) -> str:
    """Names in a sentence: `a, b and c`, or `a, b and 7 more` if there are more than `limit`."""
    every = list(names)
    if len(every) > limit or len(every) < 2:
        return listed(every, limit=limit)
    return f"{', '.join(every[:-1])} and {every[-1]}"


def type_name(value: Any) -> str:
    """The type of a JSON value with its article: `a string`, `an integer`, `null`."""
    if value is None:
        return "null"
    if isinstance(value, Mapping):
        return "a mapping"
    for kind, name in _TYPE_NAMES:
        if isinstance(value, kind):
            return name
    return f"a {type(value).__name__.lower()}"


def with_article(words: str) -> str:
    """Words for one thing after `a` or `an`: `an integer, at least 0`. `any value` and `null` have none."""
    if words.startswith(("any ", "null")):
        return words
    return f"{'an' if words[:1] in 'aeio' else 'a'} {words}"


_TYPE_NAMES: tuple[tuple[type, str], ...] = (
    (str, "a string"),
    (bool, "a boolean"),
    (int, "an integer"),
    (float, "a number"),
    (list, "a list"),
    (tuple, "a list"),
)
