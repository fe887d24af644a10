"""Usage errors of click, without the words that may be values: a secret may stand anywhere by mistake."""

from collections.abc import Sequence

import click

from dlctl.text import HIDDEN, may_be_option, shown_name, without_user_information

_EXTRA = "Got unexpected extra argument"
_LONGEST = 64
"""Characters of an option's value that messages repeat."""


def without_values(error: click.UsageError, words: list[str]) -> click.UsageError:
    """The same error, whose message names options and places but repeats no value of `words`."""
    if isinstance(error, click.NoSuchOption):
        if error.possibilities:
            return click.UsageError(_suggesting(error.option_name, error.possibilities), error.ctx)
        if may_be_option(error.option_name):
            return error
        place = _place(error.option_name, words)
        return click.UsageError(f"No such option: {place}{_advice(error)}.", error.ctx)
    if error.message.startswith(_EXTRA):
        return click.UsageError(_of_extra(error), error.ctx)
    hidden = _hidden(error.message, words)
    if hidden != error.message:
        return click.UsageError(hidden, error.ctx)
    return error


def _of_extra(error: click.UsageError) -> str:
    """The message that names the arguments, unless one of them may be the value of a parameter."""
    words, _, arguments = error.message.removesuffix(")").partition(" (")
    name = shown_name(without_user_information(arguments))
    if _takes_values(error.ctx) or "=" in arguments or name == HIDDEN:
        return f"{_EXTRA}, or a value in several words without quotes."
    return f"{words} {name}."


def _takes_values(ctx: click.Context | None) -> bool:
    """Whether the command is about values of parameters, as those with `--set` are."""
    if ctx is None or " param " in f"{ctx.command_path} ":
        return True
    return any("VALUE" in (each.metavar or "") for each in ctx.command.params)


def _suggesting(name: str, near: Sequence[str]) -> str:
    """In the form of all suggestions, which is not click's."""
    names = " or ".join(f"'{each}'" for each in near)
    return f"No such option '{name}'; did you mean {names}?"


def _advice(error: click.UsageError) -> str:
    """What to do where the word is a value after all."""
    path = error.ctx.command_path if error.ctx else ""
    return "; write a value that starts with '-' as NAME=VALUE" if path.endswith("param set") else ""


def _place(option: str, words: list[str]) -> str:
    number = next((place for place, word in enumerate(words, 1) if word.startswith(option)), 0)
    return f"argument {number} of the command line, which may be a value" if number else HIDDEN


def _hidden(message: str, words: list[str]) -> str:
    """The message without values that are long or have several lines."""
    for word in words:
        for value in {word, word.partition("=")[2]}:
            if len(value) > _LONGEST or "\n" in value:
                for form in (repr(value), value):
                    message = message.replace(form, HIDDEN)
    return message
