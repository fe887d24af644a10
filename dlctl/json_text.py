"""Parse JSON that is not trusted."""

import json
from typing import Any, NoReturn

import msgspec

from dlctl.pattern import pattern

DEEPEST = 250
"""Levels of an answer. The deepest objects, CRDs with their schemas, have fewer than a hundred."""

_HALF = pattern(r"\\u[dD][89a-fA-F]")
"""The escape of one half of a surrogate pair; the other half may be missing."""

_NO_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))


class NotJson(ValueError):  # noqa: N818 - the name reads better where it is caught
    """The text is not JSON that can be used; the message has the reason."""


def _no_number(name: str) -> NoReturn:
    raise NotJson(f"it is not JSON: {name}")


_DECODER = json.JSONDecoder(parse_constant=_no_number)


def parse_json(data: bytes | str) -> Any:
    """The value of a JSON text in UTF-8.

    Raises NotJson for anything else, and for what Python accepts but JSON does not, or what cannot be
    worked with: NaN, half of a surrogate pair, more than DEEPEST levels, numbers of thousands of digits.
    """
    try:
        value = msgspec.json.decode(data)  # a third quicker, and refuses more; what it takes, it reads alike
    except (msgspec.MsgspecError, ValueError, RecursionError):
        value = _read_again(data)
    if not _is_shallow(data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data):
        _require_depth(value)
    return value


def _read_again(data: bytes | str) -> Any:
    """The value of a text that the quick parser refuses. Raises NotJson."""
    try:
        text = data if isinstance(data, str) else data.decode()
        value = _DECODER.decode(text)
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


def _require_depth(value: Any) -> None:
    level = [value]
    for _ in range(DEEPEST + 1):
        if not level:
            return
        level = [
            child
            for each in level
            for child in (each.values() if type(each) is dict else each if type(each) is list else ())
            if type(child) is dict or type(child) is list
        ]
    raise NotJson(f"it is more than {DEEPEST} levels deep")
