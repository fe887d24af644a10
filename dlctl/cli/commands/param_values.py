"""The arguments of `param set` and `param unset`: components, names and values."""

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from dlctl.errors import UsageError

if TYPE_CHECKING:  # not imported for completion
    from dlctl.params.parse_value import Force


def force_of(*, as_json: bool, as_string: bool, shell: bool) -> "Force":
    """How values are parsed. Raises UsageError if the options cannot be used together."""
    from dlctl.params.parse_value import Force

    wanted = {"--json": as_json, "--string": as_string, "--shell": shell}
    given = [option for option, stated in wanted.items() if stated]
    if len(given) > 1:
        raise UsageError(f"{given[0]} and {given[1]} cannot be used together")
    return Force(given[0].removeprefix("--")) if given else Force.SCHEMA


def from_input(name: str, value: str, words: Sequence[str]) -> str:
    """The value; if it is written as the word `-`, what standard input has, without the last line end."""
    if value != "-" or words[-1] != "-":
        return value
    if sys.stdin is None:
        raise UsageError(f"no value of {name}: standard input is closed")
    if sys.stdin.isatty():
        from getpass import getpass

        return getpass(f"{name}: ")
    from dlctl.yamlio.load import text_of

    text = text_of(sys.stdin.buffer.read(), "standard input")
    if not text:
        raise UsageError(f"no value of {name}: standard input is empty", hint="for an empty string write ''")
    return text.removesuffix("\n").removesuffix("\r")


def assignments(words: Sequence[str], env: str) -> tuple[str, list[tuple[str, str]]]:
    """Parse arguments to a component (empty: all of an environment) and `(name, text)` pairs."""
    component, rest = _component_word(words)
    named = any("=" in word for word in rest[:-1])  # of other words than a last one, which may be a value
    if rest and all("=" in word for word in rest):
        pairs = [(name, value) for name, _, value in (word.partition("=") for word in rest)]
    elif len(words) == 3 and not named:
        component, pairs = words[0], [(words[1], words[2])]
    elif len(words) == 2 and env and not named:
        component, pairs = "", [(words[0], words[1])]
    else:
        raise UsageError(
            "'param set' needs COMPONENT NAME VALUE or COMPONENT NAME=VALUE...",
            hint="with --env, the component is optional: dlctl param set --env gke NAME VALUE",
        )
    if not component and not env:
        raise UsageError(
            "no component given",
            hint="pass the component: dlctl param set COMPONENT NAME VALUE; or pass --env ENV",
        )
    return component, pairs


def _component_word(words: Sequence[str]) -> tuple[str, Sequence[str]]:
    return ("", words) if "=" in words[0] else (words[0], words[1:])


def unset_names(words: Sequence[str], env: str, components: Sequence[str]) -> tuple[str, Sequence[str]]:
    """The component (empty: all of an environment) and the names to unset. Raises UsageError."""
    if len(words) == 1 and env:
        return "", words
    if len(words) >= 2 and (words[0] in components or not env):
        return words[0], words[1:]
    if env:
        return "", words
    raise UsageError("'param unset' needs COMPONENT NAME...", hint="with --env, the component is optional")
