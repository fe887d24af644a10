"""Commands that accept negative numbers as arguments: `dlctl param set cnn offset -1`."""

import click
from typer.core import TyperCommand

from dlctl.pattern import pattern

_NEGATIVE = pattern(r"-\.?[0-9].*\Z")
_GUARD = "\0"
"""Prefix of negative numbers while click parses; an argument cannot contain this character."""


class NegativeNumbersCommand(TyperCommand):
    """A command without options that start with a digit, so that `-1` must be a value."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse like click, but treat negative numbers as arguments."""
        guarded = [_GUARD + word if _NEGATIVE.match(word) else word for word in args]
        rest = super().parse_args(ctx, guarded)
        for name, value in ctx.params.items():
            ctx.params[name] = _unguarded(value)
        return rest


def _unguarded(value: object) -> object:
    if isinstance(value, str):
        return value.removeprefix(_GUARD)
    return [_unguarded(item) for item in value] if isinstance(value, list | tuple) else value
