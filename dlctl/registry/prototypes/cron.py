"""The regular expression of a schedule in Cron format, as github.com/robfig/cron reads it (ParseStandard)."""

from collections.abc import Sequence

_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_DAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")


def schedule_pattern() -> str:
    """A schedule: five fields, `@daily` and the like, or `@every` with a duration."""
    fields = (
        _numbers(0, 59, ()),
        _numbers(0, 23, ()),
        _numbers(1, 31, ()),
        _numbers(1, 12, _MONTHS),
        _numbers(0, 6, _DAYS),
    )
    named = "@(yearly|annually|monthly|weekly|daily|midnight|hourly)"
    every = "@every ([1-9][0-9]{0,4}(ms|s|m|h)){1,4}"
    return f"^({named}|{every}|{' '.join(f'{each}(,{each})*' for each in fields)})$"


def _numbers(least: int, most: int, names: Sequence[str]) -> str:
    """One item of a field's list: all, a number or a range that rises, each with a step."""
    ranges = (
        f"({_rising(each, each, names, least)})-({_rising(each, most, names, least)})"
        for each in range(least, most + 1)
    )
    return rf"(\*|\?|{_rising(least, most, names, least)}|{'|'.join(ranges)})(/[1-9][0-9]?)?"


def _rising(first: int, last: int, names: Sequence[str], least: int) -> str:
    """The numbers between two bounds, and their names; `least` is the number of the first name."""
    named = names[first - least : last + 1 - least]
    return "|".join((_digits(first, last), *named, *(name.lower() for name in named)))


def _digits(least: int, most: int) -> str:
    """The numbers of one or two digits between two bounds."""
    parts = []
    for tens in range(least // 10, most // 10 + 1):
        first, last = max(least, tens * 10) % 10, min(most, tens * 10 + 9) % 10
        digit = str(first) if first == last else f"[{first}-{last}]"
        parts.append(f"{tens or '0?'}{digit}")
    return "|".join(parts)
