"""One JSON scalar as YAML text that every YAML reader reads back unchanged.

A string is written plain only if YAML 1.1 (https://yaml.org/type/), the YAML 1.2 core schema and
common lenient readers all read a string; when in doubt it is quoted.
"""

import math
import re
from functools import lru_cache
from typing import Any

from dlctl.errors import YamlError
from dlctl.pattern import pattern

_WORDS = frozenset({"", "~", "null", "true", "false", "yes", "no", "on", "off", "y", "n", "=", "<<"})
"""YAML 1.1 spellings of null, booleans, the default value and the merge key, in lower case."""
_NUMBER_LIKE = pattern(
    r"[-+]?_*0[xXoObB][0-9a-fA-F_]*"  # hexadecimal, octal, binary
    r"|[-+]?_+"  # ruamel.yaml takes a sign and underscores for a number, and then fails
    r"|[-+]?_*[0-9][0-9_,]*(:[0-9_]+)*(\.[0-9_]*)?([eE][-+]?[0-9_]*)?"  # also base 60, thousands
    r"|[-+]?_*\.[0-9_]+([eE][-+]?[0-9]*)?"
    r"|[-+]?\.(inf|nan)"
    r"|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}.*",  # a date, with or without a time
    re.IGNORECASE | re.DOTALL,
)
_FIRST = pattern(r"""[^-?:,\[\]{}#&*!|>'"%@`\s]|-[^-\s]|--[^-\s]""")
"""Start of a plain scalar: no indicator (YAML 1.2, rule 123), except a command-line flag such as `-v`."""
_BREAKS_PLAIN = pattern(r":(?:\s|\Z)|\s#|[\t\n]|\A\s|\s\Z")
_FLOW_INDICATOR = pattern(r"[,\[\]{}]|:\Z|\?")
_NEEDS_ESCAPE = pattern(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f"  # control characters: not printable in YAML, except tab and line feed
    "\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff"  # line ends of YAML 1.1, byte order marks, half pairs
    "\u200b-\u200f\u202a-\u202e\u2060-\u2069]"  # invisible, or changes the reading direction
)
_ESCAPE_ALSO = pattern("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\u200b-\u200f\u202a-\u202e\u2060-\u2069]")
"""Characters of `_NEEDS_ESCAPE` that json.dumps does not escape."""
_LITERAL = pattern(r"[^\s](?:[^\n]*[^\s])?(?:\n+(?:[^\n]*[^\s]))*\n?\Z")
"""Lines without trailing blanks: a literal block shows such a text exactly."""
_SURROGATE = pattern("[\ud800-\udfff]")


def scalar_text(value: Any) -> str:
    """One scalar on one line, as a value or a key of a block collection.

    Raises YamlError for values that JSON has no form for: other types, infinity, NaN, and text with an
    unpaired surrogate.
    """
    kind = type(value)
    if kind is str:
        return string_text(value)
    if kind is bool:
        return "true" if value else "false"
    if value is None:
        return "null"
    if kind is int:
        return _int_text(value)
    if kind is float:
        return _float_text(value)
    return _odd_scalar(value)


def flow_scalar_text(value: Any) -> str:
    """One scalar on one line, as written inside `[ ]` and `{ }`."""
    text = scalar_text(value)
    if text[0] not in "\"'" and isinstance(value, str) and _FLOW_INDICATOR.search(text):
        return _quoted(value)
    return text


def literal_lines(text: str) -> list[str] | None:
    """The header and lines of `text` as a literal block, not indented; None if that would change the text."""
    if "\n" not in text or _NEEDS_ESCAPE.search(text) or not _LITERAL.match(text):
        return None
    lines = text.split("\n")
    if lines[-1]:
        return ["|-", *lines]
    return ["|", *lines[:-1]]


@lru_cache(maxsize=16384)
def string_text(text: str) -> str:
    """A string on one line, as `scalar_text`."""
    plain = (
        _FIRST.match(text)
        and not _BREAKS_PLAIN.search(text)
        and not _NEEDS_ESCAPE.search(text)
        and text.lower() not in _WORDS
        and not _NUMBER_LIKE.fullmatch(text)
        and text != "..."
    )
    return text if plain else _quoted(text)


def _quoted(text: str) -> str:
    """The text in single quotes if that avoids backslashes, else in double quotes."""
    import json

    escape = _NEEDS_ESCAPE.search(text) or "\n" in text or "\t" in text
    if not escape and ('"' in text or "\\" in text):
        return "'" + text.replace("'", "''") + "'"
    if _SURROGATE.search(text):
        raise YamlError("invalid Unicode: unpaired surrogate", hint="write text as UTF-8")
    return _ESCAPE_ALSO.sub(_escape, json.dumps(text, ensure_ascii=False))


def _escape(match: re.Match[str]) -> str:
    return f"\\u{ord(match.group()):04x}"


def escape_invisible(json_text: str) -> str:
    """JSON text with control and invisible characters escaped."""
    return _NEEDS_ESCAPE.sub(lambda match: match[0] if match[0] == "\n" else _escape(match), json_text)


def _int_text(value: int) -> str:
    try:
        return str(value)
    except ValueError as error:  # more digits than Python converts: sys.int_info
        raise YamlError("number has too many digits") from error


def _float_text(value: float) -> str:
    if not math.isfinite(value):
        raise YamlError(f"{value} is not a valid JSON number")
    text = repr(value)
    mantissa, exponent, power = text.partition("e")
    # YAML 1.1 knows no float without a dot: https://yaml.org/type/float.html
    return f"{mantissa}.0e{power}" if exponent and "." not in mantissa else text


def _odd_scalar(value: Any) -> str:
    """Subclasses of the JSON types, such as enumerations."""
    for kind in (str, int, float):
        if isinstance(value, kind):
            return scalar_text(kind(value) if kind is not str else str.__str__(value))
    raise YamlError(f"type {type(value).__name__} has no YAML or JSON form")
