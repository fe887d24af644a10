"""Parse JSON that is not trusted."""

import re
from typing import Any, NoReturn

import msgspec

from dlctl.pattern import pattern

DEEPEST = 250
"""Levels of an answer. The deepest objects, CRDs with their schemas, have fewer than a hundred."""

_HALF = pattern(r"\\u[dD][89a-fA-F]")
"""The escape of one half of a surrogate pair; the other half may be missing."""

_TEXT = pattern(rb'"[^"\\]*(?:\\.[^"\\]*)*"?', re.DOTALL)
"""A string, or the rest of a text in which one does not end."""

_NO_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))


class NotJson(ValueError):  # noqa: N818 - the name reads better where it is caught
    """The text is not JSON that can be used; the message has the reason."""


def _no_number(name: str) -> NoReturn:
    raise NotJson(f"it is not JSON: {name}")


def parse_json(data: bytes | str) -> Any:
    """The value of a JSON text in UTF-8.

    Raises NotJson for anything else, and for what Python accepts but JSON does not, or what cannot be
    worked with: NaN, half of a surrogate pair, more than DEEPEST levels, numbers of thousands of digits.
    """
    if not _is_shallow(raw := data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data):
        _require_depth(raw)
    try:
        return msgspec.json.decode(data)  # a third quicker, and refuses more; what it takes, it reads alike
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return _read_again(data)


def _read_again(data: bytes | str) -> Any:
    """The value of a text that the quick parser refuses. Raises NotJson."""
    import json  # seldom needed

    try:
        text = data if isinstance(data, str) else data.decode()
        value = json.loads(text, parse_constant=_no_number)
    except NotJson:
        raise
    except RecursionError:
        raise NotJson(f"it is more than {DEEPEST} levels deep") from None
    except UnicodeDecodeError as error:
        raise NotJson("it is not in UTF-8") from error
    except ValueError as error:
        raise NotJson("it is not JSON") from error
    if _HALF.search(text) and _has_half_a_pair(value):
        raise NotJson("it has half of a surrogate pair")
    return value


def _has_half_a_pair(value: Any) -> bool:
    import json

    try:
        json.dumps(value, ensure_ascii=False).encode()
    except (UnicodeError, RecursionError):
        return True
    return False


def _is_shallow(data: bytes) -> bool:
    """A quick check by the brackets alone, those in texts among them: false means that it is not known."""
    left = data.translate(None, _NO_BRACKETS)
    for _ in range(DEEPEST):
        inner = left.replace(b"{}", b"").replace(b"[]", b"")
        if len(inner) == len(left):
            break
        left = inner
    return not left


def _require_depth(data: bytes) -> None:
    """Counted before it is parsed: the parsers recurse, and finalizers that run near the limit fail."""
    depth = deepest = 0
    for bracket in _TEXT.sub(b"", data).translate(None, _NO_BRACKETS):
        depth += 1 if bracket in b"[{" else -1
        deepest = max(deepest, depth)
    if deepest > DEEPEST:
        raise NotJson(f"it is more than {DEEPEST} levels deep")
