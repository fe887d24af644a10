"""Commands and arguments: lists of strings with one word in each."""

from collections.abc import Mapping
from typing import Any

from dlctl.errors import ParamError
from dlctl.params.described_type import schema_types
from dlctl.pattern import pattern
from dlctl.registry.prototypes.model import ParamSpec
from dlctl.text import without_user_information

_PROGRAM = pattern(r"(?:.*_)?(?:command|args)")
"""The names of parameters that start a program."""


def is_list_of_words(schema: Mapping[str, Any]) -> bool:
    """Whether a schema is that of a list of strings."""
    items = schema.get("items")
    of_strings = isinstance(items, Mapping) and schema_types(items) == {"string"}
    return of_strings and "array" in schema_types(schema) and "string" not in schema_types(schema)


def shell_words(spec: ParamSpec, text: str) -> list[str]:
    """The words of a text, split as a POSIX shell does, without expansions. Raises ParamError."""
    import shlex

    try:
        return shlex.split(text)
    except ValueError as error:
        raise ParamError(
            f"the value of parameter '{spec.name}' cannot be split into words: {str(error).lower()}"
        ) from error


def refuse_unsplit(spec: ParamSpec, text: str) -> None:
    """Raise ParamError for a command line in one word, which no program has as its name.

    A list in brackets or with commas states its words; a word may be an option with a value that has spaces.
    """
    import shlex

    if spec.secret or not _PROGRAM.fullmatch(spec.name) or text.lstrip()[:1] == "[":
        return
    first, *more = text.split(None, 1)[:2] or [""]
    if not more or "=" in first or "," in first:
        return
    try:
        words = shlex.split(text)
    except ValueError:
        words = text.split()
    raise ParamError(
        f"parameter '{spec.name}' is a list with one word in each item, found several words in one",
        hint=without_user_information(
            f"write '{_json(words)}'; or {_as_one(spec, text)}; or add --shell to have it split"
        ),
    )


def _as_one(spec: ParamSpec, text: str) -> str:
    """How to write it where the text is to be one item."""
    if spec.name.endswith("command"):
        return f"'{_json(['sh', '-c', text])}' for a shell"
    return f"'{_json([text])}' for one word with spaces"


def _json(words: list[str]) -> str:
    import json

    return json.dumps(words, ensure_ascii=False)
