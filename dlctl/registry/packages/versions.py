"""Versions and ranges of versions, by Semantic Versioning 2.0.0 and the forms that npm and Cargo share.

A range is `>=1.2 <2`, `^1.2`, `~1.2.3`, `1.2.x`, `=1.2.3`, `*`, or several of them with `||` between.
"""

import re
from dataclasses import dataclass
from functools import total_ordering

from msgspec import Struct

from dlctl.app.package_keys import VERSION
from dlctl.errors import RegistryError
from dlctl.pattern import pattern

MAX_RANGE = 200
"""The most characters of a range."""
_COMPARATOR = pattern(
    r"(>=|<=|>|<|=|\^|~)?\s*v?(\d{1,9}|[x*])(?:\.(\d{1,9}|[x*]))?(?:\.(\d{1,9}|[x*]))?(-[0-9A-Za-z.-]{1,64})?"
)


@total_ordering
@dataclass(frozen=True, slots=True)
class Version:
    """A version; build metadata does not count in comparisons."""

    numbers: tuple[int, int, int]
    prerelease: tuple[str, ...] = ()

    def __lt__(self, other: "Version") -> bool:
        return self._key < other._key

    @property
    def _key(self) -> tuple[object, ...]:
        parts = tuple((0, int(part), "") if part.isdigit() else (1, 0, part) for part in self.prerelease)
        return (self.numbers, not self.prerelease, parts)


def parse_version(text: str) -> Version:
    """Parse a version. Raises RegistryError."""
    if not VERSION.fullmatch(text):
        raise RegistryError(f"'{text}' is not a version such as 1.2.3")
    core, _, prerelease = text.partition("+")[0].partition("-")
    major, minor, patch = (int(part) for part in core.split("."))
    return Version((major, minor, patch), tuple(prerelease.split(".")) if prerelease else ())


class _Span(Struct, frozen=True):
    """The versions from `low` on and below `high`, each with or without itself; None is no bound."""

    low: Version | None = None
    high: Version | None = None
    with_low: bool = True
    with_high: bool = False

    def has(self, version: Version) -> bool:
        if self.low and (version < self.low or (version == self.low and not self.with_low)):
            return False
        return not (self.high and (version > self.high or (version == self.high and not self.with_high)))

    @property
    def names_prerelease(self) -> bool:
        return any(bound and bound.prerelease for bound in (self.low, self.high))


class Range(Struct, frozen=True):
    """A range of versions: any of `choices`, each of which is all of its spans."""

    text: str
    choices: tuple[tuple[_Span, ...], ...]

    def has(self, version: str) -> bool:
        """Whether a version is in the range; a prerelease only if the range names one."""
        found = parse_version(version)
        return any(
            all(span.has(found) for span in spans)
            and (not found.prerelease or any(span.names_prerelease for span in spans))
            for spans in self.choices
        )


def parse_range(text: str) -> Range:
    """Parse a range. Raises RegistryError."""
    if len(text) > MAX_RANGE:
        raise RegistryError(f"range of versions has more than {MAX_RANGE} characters")
    return Range(text, tuple(tuple(_spans(choice, text)) for choice in text.split("||")))


def exactly(version: str) -> Range:
    """The range with this version only."""
    found = parse_version(version)
    return Range(f"={version}", ((_Span(found, found, with_high=True),),))


def _spans(choice: str, text: str) -> list[_Span]:
    spans: list[_Span] = []
    rest = choice.replace(",", " ").strip()
    while rest:
        found = _COMPARATOR.match(rest)
        if not found or rest[found.end() : found.end() + 1] not in ("", " "):
            raise RegistryError(
                f"'{text}' is not a range of versions", hint="write for example '>=1.2 <2' or '^1.2'"
            )
        spans.append(_span(found))
        rest = rest[found.end() :].strip()
    return spans or [_Span()]


def _span(found: "re.Match[str]") -> _Span:
    sign, prerelease = found[1] or "", found[5] or ""
    given = [int(part) for part in found.groups()[1:4] if part and part.isdigit()]
    if not given:
        return _Span()
    low = Version(_padded(given), tuple(prerelease[1:].split(".")) if prerelease else ())
    after = Version(_padded([*given[:-1], given[-1] + 1]))
    if sign == ">=":
        return _Span(low)
    if sign == "<":
        return _Span(high=low)
    if sign == ">":
        return _Span(low, with_low=False) if len(given) == 3 else _Span(after)
    if sign == "<=":
        return _Span(high=low, with_high=True) if len(given) == 3 else _Span(high=after)
    if sign == "^":
        return _Span(low, _next_breaking(given))
    if sign == "~":
        return _Span(low, Version(_padded([given[0], given[1] + 1] if len(given) > 1 else [given[0] + 1])))
    return _Span(low, low, with_high=True) if len(given) == 3 else _Span(low, after)


def _padded(numbers: list[int]) -> tuple[int, int, int]:
    major, minor, patch = (*numbers, 0, 0, 0)[:3]
    return major, minor, patch


def _next_breaking(given: list[int]) -> Version:
    """The first version that `^` leaves out: after the first number that is not 0."""
    for index, number in enumerate(given):
        if number or index == len(given) - 1:
            return Version(_padded([*given[:index], number + 1]))
    raise AssertionError("a range has at least one number")
