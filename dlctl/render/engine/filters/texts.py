"""Filters for strings."""

import base64
import binascii
import hashlib
import json
import shlex
from collections.abc import Callable
from typing import Any

from dlctl.errors import RenderError
from dlctl.render.engine.filters import arguments as expect
from dlctl.render.engine.language.context import RenderContext
from dlctl.render.engine.secret_values import plain_type
from dlctl.render.engine.values import as_text, copy_value, describe


def lower(_: RenderContext, value: Any) -> str:
    """The string in lowercase."""
    return expect.text(value).lower()


def upper(_: RenderContext, value: Any) -> str:
    """The string in uppercase."""
    return expect.text(value).upper()


def capitalize(_: RenderContext, value: Any) -> str:
    """The string with its first letter in uppercase."""
    return expect.text(value).capitalize()


def trim(_: RenderContext, value: Any, characters: str | None = None) -> str:
    """The string without white space (or these characters) at both ends."""
    return expect.text(value).strip(characters)


def replace(context: RenderContext, value: Any, old: Any, new: Any) -> str:
    """The string with every `old` replaced by `new`."""
    text, before, after = expect.text(value), expect.text(old), expect.text(new)
    if not before:
        raise RenderError("replace: the string to replace is empty")
    context.run.budget.length_of_text(len(text) + text.count(before) * max(len(after) - len(before), 0))
    return text.replace(before, after)


def split(context: RenderContext, value: Any, separator: str | None = None) -> list[str]:
    """The parts between the separators (by default white space)."""
    text = expect.text(value)
    if separator == "":
        raise RenderError("split: the separator is empty")
    parts = text.split(separator)
    context.run.budget.length_of_list(len(parts))
    return parts


def truncate(_: RenderContext, value: Any, length: int) -> str:
    """The string cut to this length, without an ellipsis."""
    if plain_type(length) is not int or length < 0:
        raise RenderError("truncate needs a length")
    return expect.text(value)[:length]


def string(_: RenderContext, value: Any) -> str:
    """A scalar as a string; booleans become `true` and `false`."""
    return as_text(value)


def join(context: RenderContext, value: Any, separator: Any = "") -> str:
    """The list's scalars joined to one string."""
    texts = [as_text(item) for item in expect.items(value)]
    between = expect.text(separator)
    context.run.budget.length_of_text(sum(map(len, texts)) + len(between) * len(texts))
    return between.join(texts)


def to_json(context: RenderContext, value: Any) -> str:
    """The value as JSON."""
    text = json.dumps(copy_value(value, context.run.budget), ensure_ascii=False, allow_nan=False)
    context.run.budget.length_of_text(len(text))
    return text


def to_python(context: RenderContext, value: Any) -> str:
    """The value as a Python literal; `repr` escapes everything that could end it."""
    text = repr(copy_value(value, context.run.budget))
    context.run.budget.length_of_text(len(text))
    return text


def to_shell(_: RenderContext, value: Any) -> str:
    """A scalar as one word for a POSIX shell."""
    if isinstance(value, list | tuple):
        raise RenderError(
            "cannot quote a list as one shell word",
            hint='quote each item: `x | map("shell") | join(" ") | raw`',
        )
    text = as_text(value)
    if "\0" in text:
        raise RenderError("string contains a NUL character, which shells do not allow")
    return shlex.quote(text)


def raw(_: RenderContext, value: Any) -> str:
    """A scalar unquoted: the author must know that it cannot break the surrounding text."""
    return as_text(value)


def b64encode(_: RenderContext, value: Any) -> str:
    """The string's UTF-8 bytes in base64."""
    return base64.b64encode(_encoded(value)).decode()


def b64decode(_: RenderContext, value: Any) -> str:
    """The UTF-8 string decoded from base64."""
    try:
        return base64.b64decode(expect.text(value), validate=True).decode()
    except (binascii.Error, ValueError) as error:
        raise RenderError("not base64-encoded UTF-8") from error


def sha256(_: RenderContext, value: Any) -> str:
    """The string's SHA-256 in hexadecimal, for checksum annotations."""
    return hashlib.sha256(_encoded(value)).hexdigest()


def _encoded(value: Any) -> bytes:
    try:
        return expect.text(value).encode()
    except UnicodeEncodeError as error:
        raise RenderError(f"invalid Unicode in {describe(value)}: unpaired surrogate") from error


TEXT_FILTERS: dict[str, Callable[..., Any]] = {
    "lower": lower,
    "upper": upper,
    "capitalize": capitalize,
    "trim": trim,
    "replace": replace,
    "split": split,
    "truncate": truncate,
    "string": string,
    "join": join,
    "json": to_json,
    "tojson": to_json,
    "python": to_python,
    "shell": to_shell,
    "b64encode": b64encode,
    "b64decode": b64decode,
    "sha256": sha256,
}
