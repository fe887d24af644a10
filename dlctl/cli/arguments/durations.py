"""Durations on the command line, as in kubectl: `30s`, `1h30m`, or a number of seconds."""

import click

from dlctl.pattern import pattern

_UNITS = {
    "ns": 1,
    "us": 1_000,
    "\u00b5s": 1_000,  # micro sign
    "\u03bcs": 1_000,  # Greek letter mu
    "ms": 1_000_000,
    "s": 1_000_000_000,
    "m": 60_000_000_000,
    "h": 3_600_000_000_000,
}
"""Nanoseconds of each unit of Go's time.ParseDuration."""
_NUMBER = r"(?:[0-9]+\.?[0-9]*|\.[0-9]+)"
_PART = pattern(f"({_NUMBER})({'|'.join(sorted(_UNITS, key=len, reverse=True))})")
_BARE = pattern(_NUMBER)
_LONGEST_TEXT = 64
MOST = 596 * 3600.0
"""The longest duration in seconds; sockets have a limit of 2**31 milliseconds."""


def parse_duration(text: str) -> float | None:
    """Parse a duration by the rules of Go's time.ParseDuration, in seconds; None if it is not valid.

    A number without a unit is a number of seconds.
    """
    if len(text) > _LONGEST_TEXT:
        return None
    sign, unsigned = (-1, text[1:]) if text.startswith("-") else (1, text.removeprefix("+"))
    if _BARE.fullmatch(unsigned):
        unsigned += "s"
    nanoseconds, position = 0, 0
    while part := _PART.match(unsigned, position):
        nanoseconds += _nanoseconds(part[1], part[2])
        position = part.end()
    return sign * nanoseconds / 1e9 if position and position == len(unsigned) else None


def _nanoseconds(number: str, unit: str) -> int:
    whole, _, fraction = number.partition(".")
    scale = int("1" + "0" * len(fraction))
    return int(whole or 0) * _UNITS[unit] + int(fraction or 0) * _UNITS[unit] // scale


class Duration(click.ParamType[float]):
    """The type of options with a duration of at least `least`; the value is in seconds."""

    name = "duration"

    def __init__(self, least: str) -> None:
        self.least = least

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """The duration in seconds. Fails with a message for an invalid one."""
        if isinstance(value, int | float):  # a default
            return float(value)
        seconds = parse_duration(str(value))
        if seconds is None:
            self.fail(f"'{value}' is not a valid duration; use for example 30s, 2m or 1h30m", param, ctx)
        if seconds < (parse_duration(self.least) or 0):
            self.fail(f"'{value}' is too short; the minimum is {self.least}", param, ctx)
        if seconds > MOST:
            self.fail(f"'{value}' is too long; the maximum is {MOST / 3600:.0f}h", param, ctx)
        return seconds
