"""How long ago something was, as kubectl prints it: `12d`, `5h30m`."""

from datetime import UTC, datetime

_YEAR = 365 * 24


def age(stamp: str, now: datetime) -> str:
    """The time since a time stamp of an object; empty where it has none."""
    try:
        seconds = int((now - datetime.fromisoformat(stamp).astimezone(UTC)).total_seconds())
    except ValueError:
        return ""
    return duration(max(0, seconds))


def between(start: datetime, end: datetime) -> str:
    """The time between two moments; `0s` where clocks differ so that the end is first."""
    return duration(max(0, int((end - start).total_seconds())))


def duration(seconds: int) -> str:
    """By the rule of apimachinery's duration.HumanDuration: short times with a second unit."""
    minutes, hours = seconds // 60, seconds // 3600
    if seconds < 120:
        return f"{seconds}s"
    if minutes < 10:
        return _two(minutes, "m", seconds % 60, "s")
    if minutes < 180:
        return f"{minutes}m"
    if hours < 8:
        return _two(hours, "h", minutes % 60, "m")
    if hours < 48:
        return f"{hours}h"
    if hours < 8 * 24:
        return _two(hours // 24, "d", hours % 24, "h")
    if hours < 2 * _YEAR:
        return f"{hours // 24}d"
    if hours < 8 * _YEAR:
        return _two(hours // _YEAR, "y", hours // 24 % 365, "d")
    return f"{hours // _YEAR}y"


def _two(first: int, unit: str, second: int, smaller: str) -> str:
    return f"{first}{unit}{second}{smaller}" if second else f"{first}{unit}"
