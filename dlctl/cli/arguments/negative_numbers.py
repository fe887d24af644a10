"""A command whose words may be negative numbers: `dlctl param set cnn offset -1`."""

import re

import click
from typer.core import TyperCommand

_NEGATIVE = re.compile(r"-\.?[0-9].*\Z")
_GUARD = "\0"
"""Stands before a negative number while click parses; no process gets a word with this character."""


class NegativeNumbersCommand(TyperCommand):
    """No option of such a command starts with a digit, so `-1` can only be a value."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse as click does, but leave negative numbers among the words."""
        guarded = [_GUARD + word if _NEGATIVE.match(word) else word for word in args]
        rest = super().parse_args(ctx, guarded)
        for name, value in ctx.params.items():
            ctx.params[name] = _unguarded(value)
        return rest


def _unguarded(value: object) -> object:
    if isinstance(value, str):
        return value.removeprefix(_GUARD)
    return [_unguarded(item) for item in value] if isinstance(value, list | tuple) else value
