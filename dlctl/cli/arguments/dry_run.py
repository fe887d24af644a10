"""`--dry-run[=server|none]`: a flag with an optional value after `=`.

`dlctl apply --dry-run dev` is a dry run of environment dev. A click option with an optional value would
take `dev` as the value; so this option is a flag for click, and its value is removed before parsing.
"""

from collections.abc import Sequence
from typing import Any

import click
from typer.core import TyperCommand

from dlctl.errors import UsageError

OPTION = "--dry-run"


class DryRunCommand(TyperCommand):
    """A command with a flag parameter `dry_run`: true for `--dry-run` and `=server`, false for `=none`."""

    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.params = [_with_values(param) for param in self.params]

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse like click; the last `--dry-run` wins. Raises UsageError for other values."""
        end = args.index("--") if "--" in args else len(args)
        plain = [OPTION if word.startswith(f"{OPTION}=") else word for word in args[:end]]
        wanted = _wanted(args[:end]) if not ctx.resilient_parsing else True
        rest = super().parse_args(ctx, [*plain, *args[end:]])
        ctx.params["dry_run"] = bool(ctx.params.get("dry_run")) and wanted
        return rest


class _DryRunFlag(click.Option):
    """The flag, shown with its values in the help."""

    def __init__(self, declared: click.Option) -> None:
        super().__init__([OPTION], is_flag=True, default=False, help=declared.help)

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """The flag with its values, and its help."""
        record = super().get_help_record(ctx)
        return record and (f"{OPTION}[=server|none]", record[1])


def _with_values(param: click.Parameter) -> click.Parameter:
    return _DryRunFlag(param) if isinstance(param, click.Option) and param.name == "dry_run" else param


def _wanted(words: Sequence[str]) -> bool:
    """Whether the last `--dry-run` among the arguments requests a dry run."""
    values = [word.partition("=") for word in words if word.partition("=")[0] == OPTION]
    for _, equals, value in values:
        if equals and value not in ("server", "none"):
            raise _unknown(value)
    return bool(values) and values[-1][2] != "none"


def _unknown(value: str) -> UsageError:
    if value == "client":
        return UsageError(
            f"{OPTION}=client is not supported", hint="'dlctl show ENV' renders without a cluster"
        )
    return UsageError(f"invalid value '{value}' for {OPTION}", hint=f"use {OPTION}=server or {OPTION}=none")
